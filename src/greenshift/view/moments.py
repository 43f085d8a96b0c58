"""Times as text that sorts; what is not known is empty."""

from __future__ import annotations

from datetime import datetime

from greenshift.contract import moments


def iso(moment: datetime | None) -> str:
    """``2026-11-23T16:50:57.123Z``; empty for none."""
    return moments.iso(moment) if moment is not None else ""


def parsed(text: str) -> datetime | None:
    """The moment a text names; None when it names none."""
    try:
        return moments.from_iso(text)
    except ValueError:
        return None


def seconds_between(start: str, end: str) -> float | None:
    """How long it took; None when either moment is not known."""
    first, last = parsed(start), parsed(end)
    return None if first is None or last is None else (last - first).total_seconds()
