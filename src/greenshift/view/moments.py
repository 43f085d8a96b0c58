"""Times as text that sorts, and AWS's own time: on the twin a minute may pass in a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def iso(moment: datetime | None) -> str:
    """``2026-11-23T16:50:57.123Z``; empty for none."""
    if moment is None:
        return ""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def parsed(text: str) -> datetime | None:
    """The moment a text names; None when it names none."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


def seconds_between(start: str, end: str) -> float | None:
    """How long it took; None when either moment is not known."""
    first, last = parsed(start), parsed(end)
    return None if first is None or last is None else (last - first).total_seconds()


class AwsTime:
    """The ``Date`` of the newest answer, plus the real time since it came.

    ``probe`` asks AWS for anything and gives that header; it is used when nothing was heard before.
    """

    def __init__(self, probe: Callable[[], str], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._probe = probe
        self._monotonic = monotonic
        self._heard: tuple[datetime, float] | None = None

    def learn(self, date: str) -> None:
        """From a ``Date`` header; an empty one tells nothing."""
        if date:
            self._heard = (parsedate_to_datetime(date).astimezone(UTC), self._monotonic())

    def now(self) -> datetime:
        """This machine's time when AWS does not tell its own."""
        if self._heard is None:
            self.learn(self._probe())
        if self._heard is None:
            return datetime.now(UTC)
        told, at = self._heard
        return told + timedelta(seconds=self._monotonic() - at)
