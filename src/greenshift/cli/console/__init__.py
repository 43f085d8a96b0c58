"""Where words go: stdout for results, stderr for what is under way, on every console there is."""
