"""A policy pack: its process, what it found, and when that is said."""
