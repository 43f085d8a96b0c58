"""Where a command works: the project and its files, its git repository, its stack, who is at the keyboard."""
