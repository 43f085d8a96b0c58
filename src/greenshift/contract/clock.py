"""What time it is, from AWS itself.

Every AWS response carries a `Date` header. Reading it instead of the machine's clock keeps ledger times
right on a machine that drifts. Where time runs at another speed, as on the twin, the response tells it in a
header of its own: `Date` stays the real time, for SDKs compare it with their own clock and take the
difference for a skew. Between two responses the elapsed real time is added, so that two transitions in one
second keep their order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

TIME_HEADER = "x-greenshift-time"
"""Seconds since the epoch, with a fraction."""


class Clock(Protocol):
    """Where whoever compares moments takes the time from."""

    def now(self) -> datetime: ...


# How a poll waits between two looks; tests pass one that only counts.
Pause = Callable[[float], None]


class AwsClock:
    """The time of the newest response, plus the real time since it came.

    ``probe`` makes any AWS call whose response is learned; it is used once, when the time is asked before
    anything was called.
    """

    def __init__(self, probe: Callable[[], object], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._probe = probe
        self._monotonic = monotonic
        self._seen: tuple[datetime, float] | None = None

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take the time from a response's headers (their names are lower-cased by botocore)."""
        self.hear(time_of(headers))

    def hear(self, told: datetime | None) -> None:
        """Take the time somebody else read from a response; None tells nothing."""
        # `Date` has whole seconds: a response of the same second must not set the clock back.
        if told and (self._seen is None or told > self.now() or self.now() - told > timedelta(seconds=1)):
            self._seen = (told, self._monotonic())

    def ask_again(self, after: float = 1.0) -> datetime:
        """The time now, asked for anew when it was heard more than ``after`` real seconds ago.

        On a twin whose clock runs at a speed of its own, what was heard is soon far from the truth.
        """
        if self._seen is not None and self._monotonic() - self._seen[1] > after:
            self._probe()
        return self.now()

    def now(self) -> datetime:
        """Raises RuntimeError when nobody tells the time: AWS and the twin always do."""
        if self._seen is None:
            self._probe()
        if self._seen is None:
            raise RuntimeError("no AWS response carried a Date header, so the time is unknown")
        told, heard = self._seen
        return told + timedelta(seconds=self._monotonic() - heard)


def time_of(headers: Mapping[str, str]) -> datetime | None:
    """When a response was made, by the clock that everything else it tells goes by."""
    if told := headers.get(TIME_HEADER):
        return datetime.fromtimestamp(float(told), UTC)
    date = headers.get("date") or headers.get("Date")
    return parsedate_to_datetime(date).astimezone(UTC) if date else None


def answered_at(answer: Mapping[str, Any]) -> datetime | None:
    """The same of what a boto3 operation returned."""
    return time_of(answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}))
