"""Requests, errors and durations of each version through its alias; only what is new is asked of CloudWatch.

Lambda publishes what an alias invokes under FunctionName, Resource and ExecutedVersion together (developer
guide, "Viewing metrics"). A period's sums may still grow for some minutes, so the last ones are read again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from greenshift.view.model import AlarmView, FunctionTraffic, ReleaseView, TrafficPoint, VersionTraffic
from greenshift.view.moments import iso
from greenshift.view.outputs import FunctionOutputs

# API reference: GetMetricData, at most 500 queries.
_QUERIES_PER_CALL = 500
_POINTS = 360
# API reference: GetMetricData keeps one-minute points for 15 days, five-minute points for 63.
_MINUTES_KEPT, _FIVE_MINUTES_KEPT = timedelta(days=15), timedelta(days=63)
_GROWS = timedelta(minutes=3)
_COUNTS = (("Invocations", "Sum"), ("Errors", "Sum"))
_DURATIONS = (("Duration", "p50"), ("Duration", "p99"))
_VERSIONS = 8
"""Versions of one function that are told apart: each costs four queries."""
_TIMED = 8
"""Functions whose durations are asked for, the first ones of a release: a release of hundreds would pay for
what no chart shows.
"""

Metric = tuple[str, str]
"""A metric's name and the statistic."""
Sums = dict[int, dict[Metric, float]]
"""The start of a period (Unix time) -> what was read of it."""


@dataclass(frozen=True)
class Wanted:
    """One function, the versions to tell apart, and its alarm's period and threshold."""

    key: str
    name: str
    alias: str
    versions: tuple[str, ...]
    period: int = 60
    threshold: float | None = None


@dataclass
class _Series:
    period: int
    since: datetime
    asked_at: float = 0.0
    read_at: datetime | None = None
    sums: dict[str, Sums] = field(default_factory=dict)


class Metrics:
    """What was read, by function and versions."""

    def __init__(
        self, client: Any, every_seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._every = every_seconds
        self._monotonic = monotonic
        self._series: dict[tuple[str, tuple[str, ...]], _Series] = {}
        self._about = ""

    def read(
        self, wanted: Sequence[Wanted], start: datetime, end: datetime, now: datetime, about: str = ""
    ) -> tuple[FunctionTraffic, ...]:
        """The traffic of each function from ``start`` to ``end``; what is past growing is kept.

        ``about`` names the release that is looked at; with another one it starts anew.
        """
        if about != self._about:
            self._series.clear()
            self._about = about
        due = [each for each in wanted if self._is_due(each, start, end, now)]
        self._ask(wanted, due, min(end, now), now)
        return tuple(_traffic(each, self._series[each.key, each.versions]) for each in wanted)

    def _is_due(self, each: Wanted, start: datetime, end: datetime, now: datetime) -> bool:
        period = period_for(each.period, end - start, now - start)
        known = self._series.get((each.key, each.versions))
        if known is None or known.period < period or known.since > start:
            self._series[each.key, each.versions] = _Series(period, start)
            return True
        is_complete = known.read_at is not None and known.read_at >= end + _GROWS
        return not is_complete and self._monotonic() - known.asked_at >= self._every

    def _ask(self, wanted: Sequence[Wanted], due: Sequence[Wanted], end: datetime, now: datetime) -> None:
        timed = {each.key for each in wanted[:_TIMED]}
        queries = [
            (each, version, metric)
            for each in due
            for version in each.versions
            for metric in (*_COUNTS, *(_DURATIONS if each.key in timed else ()))
        ]
        for first in range(0, len(queries), _QUERIES_PER_CALL):
            self._ask_some(queries[first : first + _QUERIES_PER_CALL], end)
        for each in due:
            series = self._series[each.key, each.versions]
            series.asked_at, series.read_at = self._monotonic(), now

    def _ask_some(self, queries: Sequence[tuple[Wanted, str, Metric]], end: datetime) -> None:
        series = [self._series[each.key, each.versions] for each, _, _ in queries]
        asked = [
            _query(f"q{n}", each, version, metric, series[n].period)
            for n, (each, version, metric) in enumerate(queries)
        ]
        start = min(_begin(each) for each in series)
        period = max(each.period for each in series)
        pages = self._client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=asked,
            StartTime=_floor(start, period),
            EndTime=_floor(end, period) + timedelta(seconds=period),
            ScanBy="TimestampAscending",
        )
        for page in pages:
            for result in page["MetricDataResults"]:
                number = int(result["Id"][1:])
                _keep(series[number], queries[number], result)


def _begin(series: _Series) -> datetime:
    """Where to go on: a little before what was read last."""
    if series.read_at is None:
        return series.since
    return max(series.since, series.read_at - _GROWS - timedelta(seconds=series.period))


def _keep(series: _Series, query: tuple[Wanted, str, Metric], result: dict[str, Any]) -> None:
    _, version, metric = query
    sums = series.sums.setdefault(version, {})
    for moment, value in zip(result["Timestamps"], result["Values"], strict=True):
        sums.setdefault(int(moment.timestamp()), {})[metric] = float(value)


def _query(identifier: str, each: Wanted, version: str, metric: Metric, period: int) -> dict[str, Any]:
    dimensions = {
        "FunctionName": each.name,
        "Resource": f"{each.name}:{each.alias}",
        "ExecutedVersion": version,
    }
    return {
        "Id": identifier,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/Lambda",
                "MetricName": metric[0],
                "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            },
            "Period": period,
            "Stat": metric[1],
        },
    }


def wanted_of(function: FunctionOutputs, versions: tuple[str, ...], alarm: AlarmView | None) -> Wanted:
    """A function's traffic in its alarm's periods; a minute's without one."""
    period, threshold = (alarm.period_seconds, alarm.threshold) if alarm else (60, None)
    return Wanted(function.key, function.name, function.alias, versions, period, threshold)


def served_since(
    start: str, key: str, now: Sequence[str], releases: Iterable[ReleaseView]
) -> tuple[str, ...]:
    """The versions of a function that served after a moment: those of ``now``, and those that releases which
    had not ended by then moved its traffic from and to. The newest ones, in their order.
    """
    moved = (
        each
        for release in releases
        if not release.ended_at or release.ended_at >= start
        for each in release.changed
        if each.key == key
    )
    found = {
        *now,
        *(version for each in moved for version in (each.from_version, each.to_version) if version),
    }
    return tuple(sorted(found, key=lambda version: (len(version), version))[-_VERSIONS:])


def period_for(period: int, span: timedelta, age: timedelta) -> int:
    """The alarm's period, or a multiple: no more points than a chart shows, and none CloudWatch dropped."""
    kept = 60 if age < _MINUTES_KEPT else 300 if age < _FIVE_MINUTES_KEPT else 3600
    least = max(period, kept, span.total_seconds() / _POINTS)
    unit = kept if least > period else period
    return int(-(-least // unit) * unit)


def _floor(moment: datetime, period: int) -> datetime:
    return datetime.fromtimestamp(moment.timestamp() // period * period, UTC)


def _traffic(each: Wanted, series: _Series) -> FunctionTraffic:
    totals: dict[int, float] = {}
    for sums in series.sums.values():
        for at, read in sums.items():
            totals[at] = totals.get(at, 0.0) + read.get(_COUNTS[0], 0.0)
    return FunctionTraffic(
        key=each.key,
        period_seconds=series.period,
        threshold=each.threshold,
        versions=tuple(
            VersionTraffic(version, tuple(_points(series.sums.get(version, {}), totals)))
            for version in each.versions
        ),
    )


def _points(sums: Sums, totals: dict[int, float]) -> Iterator[TrafficPoint]:
    for at in sorted(sums):
        invocations, errors = (sums[at].get(metric, 0.0) for metric in _COUNTS)
        p50, p99 = (sums[at].get(metric) for metric in _DURATIONS)
        share = 100 * invocations / totals[at] if totals[at] else 0.0
        begin = iso(datetime.fromtimestamp(at, UTC))
        yield TrafficPoint(begin, invocations, errors, round(share, 6), p50, p99)
