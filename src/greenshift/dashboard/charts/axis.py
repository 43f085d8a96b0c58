"""The time axis of a release's charts: from before traffic moved to its planned or real end. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from greenshift.dashboard.reader import hours
from greenshift.view import FunctionTraffic, ReleaseView, ShiftView

WIDTH, HEIGHT = 1000.0, 100.0
_LEAST = 60.0
_MOST_TICKS = 5
_CHARACTER = 2.1
"""Percent of a narrow plot's width that a character of a tick's word takes."""
_STEPS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400)
"""Seconds between two ticks: people read a clock in these."""


@dataclass(frozen=True)
class Tick:
    """``percent`` of the width; the time of day; and on which side of the tick there is room for it."""

    percent: float
    label: str
    anchor: str


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
    def step(self) -> int:
        """Seconds of the reader between two ticks, so that there are at most five."""
        span = hours().own(_moment(self.end)).timestamp() - hours().own(_moment(self.start)).timestamp()
        return next((step for step in _STEPS if span / step <= _MOST_TICKS), _STEPS[-1])

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Round times of day, by the reader's clock."""
        step, reader = self.step, hours()
        start, end = (reader.own(_moment(at)).timestamp() for at in (self.start, self.end))
        found = []
        for own in range(math.ceil(start / step) * step, int(end) + 1, step):
            at = reader.stack(_moment(own))
            found.append(_tick(self.percent(at.timestamp()), _clock(reader.own(at), step)))
        return _apart(found)


def seconds(moment: str) -> float:
    """A moment (ISO-8601) on the axis."""
    return datetime.fromisoformat(moment).timestamp()


def _tick(percent: float, label: str) -> Tick:
    return Tick(percent, label, "start" if percent < 8 else "end" if percent > 92 else "middle")


def _apart(ticks: list[Tick]) -> tuple[Tick, ...]:
    """Without the word of a tick at an edge, which stands beside it, where the next word is too near."""
    told = list(ticks)
    for place, neighbour in ((0, 1), (-1, -2)) if len(ticks) > 1 else ():
        edge = told[place]
        gap = abs(told[neighbour].percent - edge.percent)
        if edge.anchor != "middle" and gap < 1.5 * _CHARACTER * len(edge.label):
            told[place] = replace(edge, label="")
    return tuple(told)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _clock(moment: datetime, step: int) -> str:
    # Out and back through a twin's clock may lose the last microsecond.
    moment += timedelta(milliseconds=1)
    return f"{moment:%H:%M:%S}" if step < 60 else f"{moment:%d %b}" if step >= 86_400 else f"{moment:%H:%M}"


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
