"""What all services share on the one event loop: tasks, waking each other, and keeping nobody waiting."""
