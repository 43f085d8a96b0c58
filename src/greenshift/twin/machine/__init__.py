"""The twin as a process of this machine: started, found again, and what it takes of its surroundings."""
