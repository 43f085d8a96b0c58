"""The readers: one kind of thing per file, its AWS calls and the frozen value they become."""
