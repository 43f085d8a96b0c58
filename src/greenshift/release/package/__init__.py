"""What Build made, read and checked before anything is published."""
