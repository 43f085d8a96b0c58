"""An action of the pipeline as people read it, with why it failed. Actions are named as they are deployed."""

from __future__ import annotations

_IN_WORDS = {"Source/BuildKit": "Source of Greenshift's build kit"}


_STATUS = "failed: "
"""What a controller of before 0.2 began its reason with."""


def why_it_failed(message: str) -> str:
    """What an action that failed says of it; its status is told beside it."""
    return message.removeprefix(_STATUS)


def action_in_words(place: str) -> str:
    """``Source of Greenshift's build kit`` for ``Source/BuildKit``, whose name says nothing to people."""
    return _IN_WORDS.get(place, place)
