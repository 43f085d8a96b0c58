"""A release while it goes on: looked at again and again, told as it changes, until its last word."""
