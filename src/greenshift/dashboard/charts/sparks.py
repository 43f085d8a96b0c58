"""What a function served lately as small bars, a row a version: on one scale of time and of height. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.dashboard.charts.axis import seconds
from greenshift.view import FunctionTraffic, VersionTraffic
from greenshift.view.model.traffic import Counted, counted

BAR, GAP, HIGHEST = 3, 1, 24
"""Widths and the height of the drawing, in its own units."""


@dataclass(frozen=True)
class Bar:
    """One period; heights run downwards."""

    x: int
    y: float
    height: float
    has_failed: bool


@dataclass(frozen=True)
class Row(Counted):
    """One version: what it served, and its bars."""

    version: str
    requests: float
    errors: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Sparks:
    """``width`` is that of every row's drawing, which reaches from ``since`` to ``until``; ``most`` are the
    requests of the highest bar, per minute.
    """

    width: int
    since: str
    until: str
    most: float
    rows: tuple[Row, ...]


def sparks_of(traffic: FunctionTraffic, since: str, until: str) -> Sparks | None:
    """Each period at its place between these moments; None when there were no requests."""
    points = [point for version in traffic.versions for point in version.points]
    most = max((point.invocations for point in points), default=0.0)
    if not most:
        return None
    period = traffic.period_seconds
    first, last = (seconds(moment) // period * period for moment in (since, until))
    places = round((last - first) / period) + 1
    return Sparks(
        width=places * (BAR + GAP),
        since=since,
        until=until,
        most=60 * most / period,
        rows=tuple(_row(version, first, period, most) for version in traffic.versions if version.points),
    )


def _row(version: VersionTraffic, first: float, period: int, most: float) -> Row:
    bars = []
    for point in version.points:
        height = round(HIGHEST * point.invocations / most, 1)
        x = round((seconds(point.at) - first) / period) * (BAR + GAP)
        bars.append(Bar(x, round(HIGHEST - height, 1), height, point.errors > 0))
    return Row(version.version, *counted(version.points), tuple(bars))
