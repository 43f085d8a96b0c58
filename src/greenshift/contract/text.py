"""Lists, lengths of time and parts of a whole in sentences."""

from __future__ import annotations

from collections.abc import Iterable

_UNITS = ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s"))


def listed(names: Iterable[str], most: int = 6) -> str:
    """`charge, refund and 198 more`: a list that stays one line with 200 functions."""
    all_of_them = list(names)
    rest = len(all_of_them) - most
    shown = ", ".join(all_of_them[:most])
    return f"{shown} and {rest} more" if rest > 0 else shown


def with_arrows(text: str) -> str:
    """`page 2 → 3`, where AWS keeps `page 2 -> 3`, which is ASCII."""
    return text.replace(" -> ", " → ")


def duration(seconds: float) -> str:
    """`under 0.1 s`, `0.4 s`, `17 s`, `2 min 5 s`, `3 h 20 min`, `4 d 2 h`: two units at most."""
    if 0 < seconds < 0.05:
        return "under 0.1 s"
    if 0 < seconds < 9.95:
        return f"{round(seconds, 1):g} s"
    whole = max(0, round(seconds))
    for size, unit, part, smaller in _UNITS:
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {unit} {rest} {smaller}" if rest else f"{whole // size} {unit}"
    return f"{whole} s"


def percent(part: float) -> str:
    """A part of a whole, 0 to 1, as every command and page writes it: `20 %`."""
    return f"{100 * part:.0f} %"
