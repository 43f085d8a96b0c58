"""A commit, as git tells it and people read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Commit:
    """A commit's id, the first line of its message, and who wrote it (`name <address>`)."""

    id: str
    summary: str
    author: str = ""
