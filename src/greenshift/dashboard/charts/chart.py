"""Two charts of one function in one release: who served the traffic, and what failed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from greenshift.dashboard.charts.axis import HEIGHT, Axis, axis_of, seconds
from greenshift.dashboard.charts.paths import area, line, planned
from greenshift.view import FunctionTraffic, ReleaseView, ShiftView, TrafficPoint, VersionTraffic

_ROWS = 60
"""Periods told one by one, in words; the newest ones."""
_MARKS = {
    "SHIFTING": ("shift begins", "run"),
    "ROLLING_BACK": ("rollback", "back"),
    "ROLLED_BACK": ("rolled back", "back"),
    "SUCCEEDED": ("done", "ok"),
    "FAILED": ("failed", "bad"),
}


@dataclass(frozen=True)
class Mark:
    """Something that happened, as a line across the plot. ``percent`` of the width."""

    percent: float
    label: str
    tone: str
    anchor: str
    """start or end: on which side of the line the label has room."""


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
    """Of the new version's requests, or of all in a period it served none."""


@dataclass(frozen=True)
class Chart:
    """Everything the template draws. Heights run downwards from 0 to 100, as SVG's do."""

    key: str
    from_version: str
    to_version: str
    axis: Axis
    rows: tuple[Row, ...]
    marks: tuple[Mark, ...]
    now_percent: float | None
    shares: tuple[Line, ...]
    """Areas, the lowest first."""
    plan: str
    errors: tuple[Line, ...]
    ceiling: float
    """What the top of the error chart stands for, in percent."""
    threshold: float | None
    threshold_y: float

    @property
    def requests(self) -> float:
        return sum(row.requests for row in self.rows)


def charts_of(traffic: FunctionTraffic, shift: ShiftView | None, release: ReleaseView, now: str) -> Chart:
    """The charts of one function the release changes."""
    axis = axis_of(traffic, shift, release, now)
    old, new = _version(traffic, 0), _version(traffic, 1)
    ceiling = _ceiling(traffic)
    return Chart(
        key=traffic.key,
        from_version=old.version,
        to_version=new.version,
        axis=axis,
        rows=tuple(_rows(traffic, old, new, axis))[-_ROWS:],
        marks=tuple(_marks(release, axis)),
        now_percent=None if release.has_ended else axis.percent(seconds(now)),
        shares=_areas(traffic, axis),
        plan=planned(shift, axis),
        errors=tuple(
            Line(each.version, kind, line(_errors(each), traffic.period_seconds, axis, ceiling))
            for each, kind in ((old, "old"), (new, "new"))
        ),
        ceiling=ceiling,
        threshold=traffic.threshold,
        threshold_y=round(HEIGHT - HEIGHT * (traffic.threshold or 0.0) / ceiling, 1),
    )


def _areas(traffic: FunctionTraffic, axis: Axis) -> tuple[Line, ...]:
    """The new version's share before the old one's, which is the rest of every period with requests."""
    old, new = _version(traffic, 0), _version(traffic, 1)
    shares = _shares(old, new)
    whole = dict.fromkeys(shares, 100.0)
    return tuple(
        Line(each.version, kind, area(values, traffic.period_seconds, axis))
        for each, kind, values in ((old, "old", whole), (new, "new", shares))
    )


def _version(traffic: FunctionTraffic, number: int) -> VersionTraffic:
    """The release's versions are told in this order: from, to."""
    return traffic.versions[number] if number < len(traffic.versions) else VersionTraffic("", ())


def _ceiling(traffic: FunctionTraffic) -> float:
    """Room above the threshold, and no less than the worst period needs; never above 100."""
    worst = max((p.error_percent for each in traffic.versions for p in each.points), default=0.0)
    return min(100.0, max(2 * (traffic.threshold or 2.5), 1.15 * worst, 1.0))


def _shares(old: VersionTraffic, new: VersionTraffic) -> dict[float, float]:
    served = {seconds(point.at): 0.0 for point in old.points}
    return dict(sorted({**served, **{seconds(point.at): point.share for point in new.points}}.items()))


def _errors(version: VersionTraffic) -> dict[float, float]:
    return {seconds(point.at): point.error_percent for point in version.points}


def _marks(release: ReleaseView, axis: Axis) -> Iterator[Mark]:
    told = set()
    for each in release.transitions:
        if each.status in _MARKS and each.status not in told:
            told.add(each.status)
            label, tone = _MARKS[each.status]
            percent = axis.percent(seconds(each.at))
            # The end of a rollback is told by its line; two labels side by side would lie on one another.
            shown = "" if each.status == "ROLLED_BACK" else label
            yield Mark(percent, shown, tone, "end" if percent > 75 else "start")


def _rows(traffic: FunctionTraffic, old: VersionTraffic, new: VersionTraffic, axis: Axis) -> Iterator[Row]:
    olds, news = _by_moment(old.points), _by_moment(new.points)
    for at in sorted({*olds, *news}):
        points = [point for point in (olds.get(at), news.get(at)) if point]
        begin, total = seconds(at), sum(point.invocations for point in points)
        errors = sum(point.errors for point in points)
        newer = news.get(at)
        left = axis.percent(begin)
        yield Row(
            at,
            left,
            round(axis.percent(begin + traffic.period_seconds) - left, 2),
            (newer.share if newer else 0.0) if total else None,
            total,
            errors,
            newer.error_percent if newer and newer.invocations else 100 * errors / total if total else 0.0,
        )


def _by_moment(points: Sequence[TrafficPoint]) -> dict[str, TrafficPoint]:
    return {point.at: point for point in points}
