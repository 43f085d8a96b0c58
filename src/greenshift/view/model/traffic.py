"""Requests and errors over time, each version by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


def error_percent(errors: float, calls: float) -> float:
    """Percent of the calls that failed; nothing failed where nobody called."""
    return 100 * errors / calls if calls else 0.0


class Counted:
    """Who counts requests and those of them that failed, over some time, knows their share."""

    requests: float
    errors: float

    @property
    def error_percent(self) -> float:
        """Percent of the requests that failed."""
        return error_percent(self.errors, self.requests)


@dataclass(frozen=True)
class TrafficPoint:
    """One period of one version."""

    at: str
    """The start of the period."""
    invocations: float
    errors: float
    share: float
    """Percent of all requests to the alias in this period."""
    p50: float | None = None
    """Half of the requests took no longer, in milliseconds; None where nobody asked for durations."""
    p99: float | None = None
    """Of a hundred requests, 99 took no longer."""

    @property
    def error_percent(self) -> float:
        """Percent of this version's requests that failed."""
        return error_percent(self.errors, self.invocations)


def counted(points: Iterable[TrafficPoint]) -> tuple[float, float]:
    """The requests of some periods, and those of them that failed."""
    found = tuple(points)
    return sum(each.invocations for each in found), sum(each.errors for each in found)


@dataclass(frozen=True)
class VersionTraffic:
    """The points of one version, oldest first; a period without requests has none."""

    version: str
    points: tuple[TrafficPoint, ...]


@dataclass(frozen=True)
class FunctionTraffic:
    """What a function's alias served, in periods of the alarm's length."""

    key: str
    period_seconds: int
    threshold: float | None
    """The alarm's, in percent; None when there is no alarm."""
    versions: tuple[VersionTraffic, ...]
