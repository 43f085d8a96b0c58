"""The commands, one file each: it parses, calls, prints and says how to exit. ``lazy`` has them by name."""
