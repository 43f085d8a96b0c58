"""Why there is no snapshot, or no twin from one."""

from __future__ import annotations


class Unkeepable(Exception):
    """Something in the state is nothing a file can hold; the message names it."""


class Unreadable(Exception):
    """A file is no snapshot, or none that may be read here; the message says why."""
