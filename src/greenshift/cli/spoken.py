"""Moments and lengths of time, in the words of a person. Pure."""

from __future__ import annotations

from greenshift.view.moments import seconds_between


def clock(moment: str) -> str:
    """The time of day (UTC) of an ISO moment."""
    return moment[11:19]


def day(moment: str) -> str:
    """Date and time (UTC), to the second."""
    return moment[:19].replace("T", " ")


def took(start: str, end: str) -> str:
    """How long it took, or nothing when that is not known."""
    seconds = seconds_between(start, end)
    return "" if seconds is None else duration(seconds)


def duration(seconds: float) -> str:
    """``0.4 s``, ``17 s``, ``2 m 05 s``, ``3 h 20 m``, ``4 d 2 h``: two units at most."""
    if seconds < 10:
        return f"{seconds:.1f} s" if seconds else "0 s"
    whole = round(seconds)
    for size, unit, part, smaller in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "m"), (60, "m", 1, "s")):
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {unit} {rest:02} {smaller}" if rest else f"{whole // size} {unit}"
    return f"{whole} s"


def count(number: float, noun: str) -> str:
    """``1 release``, ``2 releases``."""
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"
