"""Counts in the words of a person. Pure."""

from __future__ import annotations


def count(number: float, noun: str) -> str:
    """``1 release``, ``2 releases``."""
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"


def calls(number: float, failed: float) -> str:
    """``1 call, none failed``, ``28 calls, 10 failed``: the failed ones are among them."""
    return f"{count(number, 'call')}, {f'{failed:g}' if failed else 'none'} failed"
