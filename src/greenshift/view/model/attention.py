"""What waits for a person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attention:
    """One thing only a person can settle, and what to do about it."""

    kind: str
    """approval, connection, split, moved-by-hand, working-copy, abandoned, stuck, closed or alarm."""
    text: str
    next: str
    """A command to type, or what to do where no command helps."""
    since: str = ""
    execution: str = ""
    stage: str = ""
    action: str = ""
    function: str = ""
    """The function's key."""
