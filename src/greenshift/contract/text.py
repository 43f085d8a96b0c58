"""Lists in sentences."""

from __future__ import annotations

from collections.abc import Iterable


def listed(names: Iterable[str], most: int = 6) -> str:
    """`charge, refund and 198 more`: a list that stays one line with 200 functions."""
    all_of_them = list(names)
    rest = len(all_of_them) - most
    shown = ", ".join(all_of_them[:most])
    return f"{shown} and {rest} more" if rest > 0 else shown
