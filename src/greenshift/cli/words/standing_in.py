"""What is in the local state and not on the twin, as a person is told of it."""

from __future__ import annotations

from collections.abc import Sequence

_MOST_NAMED = 10


def stand_ins(names: Sequence[str]) -> list[str]:
    """Lines for a terminal; none when everything is on the twin."""
    if not names:
        return []
    more = [f"  … and {len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
    what = "1 stand-in, which is" if len(names) == 1 else f"{len(names)} stand-ins, which are"
    head = f"{what} in the state alone, as the twin has no such type (`--strict` refuses them):"
    return [head, *(f"  {name}" for name in names[:_MOST_NAMED]), *more]
