"""The charts of one function in one release: who served, what failed, how many, how fast. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from greenshift.dashboard.charts.axis import Axis, axis_of, seconds
from greenshift.dashboard.charts.marks import Mark, Mixed, marks_of, mixed_of, rollback_began
from greenshift.dashboard.charts.paths import area, below, line, planned
from greenshift.dashboard.charts.scale import PERCENT, Scale, scale_of
from greenshift.view import AlarmView, FunctionTraffic, ReleaseView, ShiftView, TrafficPoint, VersionTraffic
from greenshift.view.model.traffic import Counted, counted, error_percent

_ROWS = 60
"""Periods told one by one, in words; the newest ones."""
_EDGE, _LINE, _LEAST_ROWS = 6, 14, 2
"""Pixels around the rows of words above a plot, and of each row; and how many there are at least."""


@dataclass(frozen=True)
class Line:
    """``kind`` is new or old."""

    version: str
    kind: str
    path: str


@dataclass(frozen=True)
class Row:
    """One period in words. ``percent`` and ``width``: where it lies, of the plot's width."""

    at: str
    percent: float
    width: float
    share: float | None
    """Percent of the requests that went to the new version; None when there were none."""
    requests: float
    errors: float
    error_percent: float
    """The share of the new version's requests, or of all in a period in which it served none."""
    p50: float | None
    p99: float | None
    """The new version's, or the old one's in a period in which the new one served none; milliseconds."""
    sides: tuple[TrafficPoint | None, TrafficPoint | None]
    """What the new version and the old one served in it; None where one of them served nothing."""


@dataclass(frozen=True)
class Total(Counted):
    """What one version served in all that is shown."""

    version: str
    requests: float
    errors: float
    worst: TrafficPoint | None
    """The period with the highest error rate; None while nothing failed."""


@dataclass(frozen=True)
class Plot:
    """One chart: its scale, and what is drawn on it."""

    scale: Scale
    areas: tuple[Line, ...] = ()
    """The lowest first."""
    lines: tuple[Line, ...] = ()
    faint: tuple[Line, ...] = ()

    @property
    def empty_y(self) -> float:
        """Where the word stands that nothing is drawn: between the two lines of the values."""
        upper, lower = (self.scale.y(value) for value in self.scale.ticks)
        return (upper + lower) / 2


@dataclass(frozen=True)
class Chart:
    """Everything the template draws. Heights run downwards from 0 to 100, as SVG's do."""

    key: str
    from_version: str
    to_version: str
    axis: Axis
    rows: tuple[Row, ...]
    totals: tuple[Total, ...]
    """The new version's first."""
    marks: tuple[Mark, ...]
    mixed: Mixed | None
    plan: str
    shares: Plot
    errors: Plot
    requests: Plot
    """Per minute."""
    latency: Plot | None
    """Milliseconds; None where nobody asked for it."""
    threshold: float | None

    @property
    def served(self) -> float:
        return sum(total.requests for total in self.totals)

    @property
    def is_above(self) -> bool:
        """Whether a version failed more, in some period, than the alarm allows: what is drawn in red."""
        worst = [total.worst.error_percent for total in self.totals if total.worst is not None]
        return self.threshold is not None and any(percent > self.threshold for percent in worst)

    @property
    def top(self) -> int:
        """Where the plot begins, in pixels: below the rows of words."""
        return _EDGE + _LINE * max(_LEAST_ROWS, 1 + max((mark.row for mark in self.marks), default=0))

    @property
    def threshold_y(self) -> float:
        return self.errors.scale.y(self.threshold or 0.0)


def charts_of(
    traffic: FunctionTraffic,
    shift: ShiftView | None,
    release: ReleaseView,
    now: str,
    alarm: AlarmView | None = None,
    others: Sequence[ShiftView] = (),
) -> Chart:
    """The charts of one function the release changes; ``alarm`` is that function's, ``others`` are the
    shifts of all functions.
    """
    shifts = others or ((shift,) if shift else ())
    axis = axis_of(traffic, shift, release, now)
    old, new = _version(traffic, 0), _version(traffic, 1)
    return Chart(
        key=traffic.key,
        from_version=old.version,
        to_version=new.version,
        axis=axis,
        rows=tuple(_rows(traffic, old, new, axis))[-_ROWS:],
        totals=(_total(new), _total(old)),
        marks=marks_of(release, shifts, alarm, axis, None if release.has_ended else seconds(now)),
        mixed=mixed_of(release, shifts, axis),
        plan=planned(shift, axis, _planned_until(release, shifts, axis)),
        shares=Plot(PERCENT, _areas(old, new, _shares(old, new), traffic.period_seconds, axis, PERCENT)),
        errors=_errors(old, new, traffic, axis),
        requests=_requests(old, new, traffic, axis),
        latency=_latency(old, new, traffic, axis),
        threshold=traffic.threshold,
    )


def _planned_until(release: ReleaseView, shifts: Sequence[ShiftView], axis: Axis) -> float:
    """A rollback ends the plan."""
    began = rollback_began(release, shifts)
    return axis.end if began is None else began


def _version(traffic: FunctionTraffic, number: int) -> VersionTraffic:
    """The release's versions are told in this order: from, to."""
    return traffic.versions[number] if number < len(traffic.versions) else VersionTraffic("", ())


def _total(version: VersionTraffic) -> Total:
    failed = [point for point in version.points if point.errors]
    return Total(
        version.version,
        *counted(version.points),
        max(failed, key=lambda point: (point.error_percent, point.errors), default=None),
    )


def _areas(
    old: VersionTraffic, new: VersionTraffic, values: dict[float, tuple[float, float]], period: int,
    axis: Axis, scale: Scale,
) -> tuple[Line, ...]:  # fmt: skip
    """``values``: what is the new version's, and all there is; the old one's is the rest."""
    whole = {at: all_ for at, (_, all_) in values.items()}
    newer = {at: part for at, (part, _) in values.items()}
    return (
        Line(old.version, "old", area(whole, period, axis, scale)),
        Line(new.version, "new", area(newer, period, axis, scale)),
    )


def _shares(old: VersionTraffic, new: VersionTraffic) -> dict[float, tuple[float, float]]:
    served = {seconds(point.at): 0.0 for point in old.points}
    shares = {**served, **{seconds(point.at): point.share for point in new.points}}
    return {at: (share, 100.0) for at, share in sorted(shares.items())}


def _values(version: VersionTraffic, read: Callable[[TrafficPoint], float | None]) -> dict[float, float]:
    found = ((seconds(point.at), read(point)) for point in version.points)
    return {at: value for at, value in found if value is not None}


def _errors(old: VersionTraffic, new: VersionTraffic, traffic: FunctionTraffic, axis: Axis) -> Plot:
    """The scale has room for the worst period, and shows the threshold well below the top."""
    series = {each: _values(each, lambda point: point.error_percent) for each in (old, new)}
    worst = max((value for values in series.values() for value in values.values()), default=0.0)
    scale = scale_of(max(worst, 2 * (traffic.threshold or 2.5)), bound=100.0)
    period = traffic.period_seconds
    return Plot(
        scale,
        areas=(Line(new.version, "new", below(series[new], period, axis, scale)),),
        lines=tuple(
            Line(each.version, kind, line(series[each], period, axis, scale))
            for each, kind in ((old, "old"), (new, "new"))
        ),
    )


def _requests(old: VersionTraffic, new: VersionTraffic, traffic: FunctionTraffic, axis: Axis) -> Plot:
    minutes = traffic.period_seconds / 60
    olds, news = (_values(each, lambda point: point.invocations / minutes) for each in (old, new))
    values = {at: (news.get(at, 0.0), news.get(at, 0.0) + olds.get(at, 0.0)) for at in sorted({*olds, *news})}
    scale = scale_of(max((all_ for _, all_ in values.values()), default=0.0))
    return Plot(scale, _areas(old, new, values, traffic.period_seconds, axis, scale))


def _latency(old: VersionTraffic, new: VersionTraffic, traffic: FunctionTraffic, axis: Axis) -> Plot | None:
    slow = {each: _values(each, lambda point: point.p99) for each in (old, new)}
    usual = {each: _values(each, lambda point: point.p50) for each in (old, new)}
    greatest = max((value for values in slow.values() for value in values.values()), default=None)
    if greatest is None:
        return None
    scale, period = scale_of(greatest), traffic.period_seconds

    def lines(series: dict[VersionTraffic, dict[float, float]]) -> tuple[Line, ...]:
        return tuple(
            Line(each.version, kind, line(series[each], period, axis, scale))
            for each, kind in ((old, "old"), (new, "new"))
        )

    return Plot(scale, lines=lines(slow), faint=lines(usual))


def _rows(traffic: FunctionTraffic, old: VersionTraffic, new: VersionTraffic, axis: Axis) -> Iterator[Row]:
    olds, news = _by_moment(old.points), _by_moment(new.points)
    for at in sorted({*olds, *news}):
        points = [point for point in (olds.get(at), news.get(at)) if point]
        begin = seconds(at)
        total, errors = counted(points)
        newer = news.get(at)
        told = newer if newer and newer.invocations else points[0]
        left = axis.percent(begin)
        yield Row(
            at,
            left,
            round(axis.percent(begin + traffic.period_seconds) - left, 2),
            (newer.share if newer else 0.0) if total else None,
            total,
            errors,
            newer.error_percent if newer and newer.invocations else error_percent(errors, total),
            told.p50,
            told.p99,
            (_served(newer), _served(olds.get(at))),
        )


def _served(point: TrafficPoint | None) -> TrafficPoint | None:
    return point if point is not None and point.invocations else None


def _by_moment(points: Sequence[TrafficPoint]) -> dict[str, TrafficPoint]:
    return {point.at: point for point in points}
