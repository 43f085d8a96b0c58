"""What time it is, from AWS itself.

Every AWS response carries a `Date` header. Reading it instead of the machine's clock keeps ledger times
right on a Lambda with a drifting clock, and true to the twin's scaled time when the twin answers.
Between two responses the elapsed real time is added, so that two transitions in one second keep their order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol


class Clock(Protocol):
    """Where a release takes its time from."""

    def now(self) -> datetime: ...


# How a poll waits between two looks; tests pass one that only counts.
Pause = Callable[[float], None]


class AwsClock:
    """The `Date` of the newest response, plus the real time since it came.

    ``probe`` makes any AWS call; it is used once, when the time is asked before anything was called.
    """

    def __init__(self, probe: Callable[[], object], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._probe = probe
        self._monotonic = monotonic
        self._seen: tuple[datetime, float] | None = None

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take the time from a response's headers (their names are lower-cased by botocore)."""
        date = headers.get("date") or headers.get("Date")
        if not date:
            return
        told = parsedate_to_datetime(date).astimezone(UTC)
        # The header has whole seconds: a response of the same second must not set the clock back.
        if self._seen is None or told > self.now() or self.now() - told > timedelta(seconds=1):
            self._seen = (told, self._monotonic())

    def now(self) -> datetime:
        if self._seen is None:
            self._probe()
        if self._seen is None:
            raise RuntimeError("no AWS response carried a Date header, so the time is unknown")
        told, heard = self._seen
        return told + timedelta(seconds=self._monotonic() - heard)
