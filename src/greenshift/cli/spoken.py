"""Moments and lengths of time, in the words of a person. Pure."""

from __future__ import annotations

from greenshift.contract.text import duration
from greenshift.view.moments import seconds_between


def took(start: str, end: str) -> str:
    """How long it took, or nothing when that is not known."""
    seconds = seconds_between(start, end)
    return "" if seconds is None else duration(seconds)


def count(number: float, noun: str) -> str:
    """``1 release``, ``2 releases``."""
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"
