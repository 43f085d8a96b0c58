"""The error rate that Greenshift's alarms judge, as CloudWatch metric math: written here, and read again."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"IF\(invocations > (?P<least>\d+), 100 \* errors / invocations, 100 \* errors / \d+\)")


def expression(minimum_calls: int) -> str:
    """The error rate in percent. A period with fewer calls counts as if it had so many, the missing ones
    good: one error among a handful is chance, and a version that fails them all is still seen.
    """
    few = f"100 * errors / {minimum_calls}"
    return f"IF(invocations > {minimum_calls}, 100 * errors / invocations, {few})"


def minimum_calls_in(text: str) -> int:
    """The calls that a period counts as having at least; 0 for an expression of another form."""
    found = _WRITTEN.fullmatch(text)
    return int(found["least"]) if found else 0
