"""An action of the pipeline as people read it. The names of actions are those of what is deployed."""

from __future__ import annotations

_IN_WORDS = {"Source/BuildKit": "Source of the build tool"}


def action_in_words(place: str) -> str:
    """``Source of the build tool`` for ``Source/BuildKit``, whose name says nothing to people."""
    return _IN_WORDS.get(place, place)
