"""Counts in the words of a person. Pure."""

from __future__ import annotations


def count(number: float, noun: str) -> str:
    """``1 release``, ``2 releases``."""
    return f"{_digits(number)} {noun}" if number == 1 else f"{_digits(number)} {noun}s"


def calls(number: float, failed: float) -> str:
    """``1 call, none failed``, ``28 calls, 10 failed``: the failed ones are among them."""
    return f"{count(number, 'call')}, {_digits(failed) if failed else 'none'} failed"


def _digits(number: float) -> str:
    """All of them: a million requests are not ``1e+06``."""
    return f"{number:.12g}"
