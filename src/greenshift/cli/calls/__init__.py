"""Requests to functions through their aliases, and to what feeds them, at a steady rate."""
