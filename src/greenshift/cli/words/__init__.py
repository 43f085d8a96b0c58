"""What people read, from what is known: lines, trees, icons, counts. Pure; prints nothing."""
