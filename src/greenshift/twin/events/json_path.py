"""The part of JSON path EventBridge reads: ``$``, ``.name``, ``['name']`` and ``[0]``; pure."""

from __future__ import annotations

import re
from typing import Any

_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]\s]+)|\[(?P<index>\d+)\]|\['(?P<single>[^']+)'\]|\["(?P<double>[^"]+)"\]"""
)

Path = tuple[str | int, ...]


class PathError(ValueError):
    """The text is not a path, or uses a part of JSON path that EventBridge does not have."""


class Nothing:
    """What a path finds when it leads nowhere; not the same as null."""


NOTHING = Nothing()


def parse_path(text: str) -> Path:
    if not text.startswith("$"):
        raise PathError(f"the path {text!r} does not begin with $")
    steps: list[str | int] = []
    position = 1
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            raise PathError(f"the path {text!r} cannot be read from character {position} on")
        index = match["index"]
        steps.append(int(index) if index is not None else match["name"] or match["single"] or match["double"])
        position = match.end()
    return tuple(steps)


def find(path: Path, value: Any) -> Any:
    """What a path leads to, or NOTHING."""
    for step in path:
        is_index = isinstance(step, int) and isinstance(value, list) and step < len(value)
        is_name = isinstance(step, str) and isinstance(value, dict) and step in value
        if not is_index and not is_name:
            return NOTHING
        value = value[step]
    return value
