"""The time axis of a release's charts: from before traffic moved to its planned or real end. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from greenshift.view import FunctionTraffic, ReleaseView, ShiftView

WIDTH, HEIGHT = 1000.0, 100.0
_LEAST = 60.0


@dataclass(frozen=True)
class Axis:
    """A stretch of time, in seconds since the epoch."""

    start: float
    end: float

    def x(self, moment: float) -> float:
        """Where a moment lies on a plot, which is 1000 wide."""
        share = (moment - self.start) / (self.end - self.start)
        return round(WIDTH * min(1.0, max(0.0, share)), 1)

    def percent(self, moment: float) -> float:
        return round(self.x(moment) / WIDTH * 100, 2)

    @property
    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Percent of the width, and the time of day."""
        middle = (self.start + self.end) / 2
        return tuple((self.percent(at), _clock(at)) for at in (self.start, middle, self.end))


def seconds(moment: str) -> float:
    """A moment (ISO-8601) on the axis."""
    return datetime.fromisoformat(moment).timestamp()


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S}"


def axis_of(traffic: FunctionTraffic, shift: ShiftView | None, release: ReleaseView, now: str) -> Axis:
    """Covers every point, every mark, the plan as far as it is still to come, and now."""
    begins = [seconds(point.at) for version in traffic.versions for point in version.points]
    moments = [*begins, *(begin + traffic.period_seconds for begin in begins), *_marks(release)]
    if release.has_ended:
        moments += [seconds(release.ended_at)] if release.ended_at else []
    else:
        moments += [seconds(now), *_plan(shift)]
    start, end = min(moments, default=seconds(now)), max(moments, default=seconds(now))
    return Axis(start, max(end, start + _LEAST))


def _marks(release: ReleaseView) -> Sequence[float]:
    shown = ("SHIFTING", "ROLLING_BACK", "ROLLED_BACK")
    return [seconds(each.at) for each in release.transitions if each.status in shown]


def _plan(shift: ShiftView | None) -> Sequence[float]:
    return [seconds(step.at) for step in shift.plan] if shift else []
