"""Where measurements go: one series per metric and set of dimensions, in buckets of a minute.

Lambda records thousands of values a second here, so ``record`` does two dictionary look-ups and one addition.
Memory is bounded: a series keeps its newest buckets, the store its newest series. AWS keeps one-minute points
for 15 days and sub-minute points for 3 hours (API reference: GetMetricData); a twin lives shorter than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from greenshift.twin.alarms.statistics import Aggregate, reader
from greenshift.twin.clock import Clock

MetricKey = tuple[str, str, tuple[tuple[str, str], ...]]
Point = tuple[float, float]

MINUTE = 60
RETAINED_MINUTES = 2 * 24 * 60
RETAINED_SECONDS = 3 * 60 * 60
MAXIMUM_SERIES = 20_000


@dataclass(frozen=True)
class Window:
    """A half-open stretch of time cut into periods; ``origin`` is a moment at which a period begins."""

    start: float
    end: float
    period: int
    origin: float = 0.0

    def slot(self, timestamp: float) -> float:
        """The start of the period a moment falls into."""
        return self.origin + (timestamp - self.origin) // self.period * self.period

    def whole(self, period: int | None = None) -> Window:
        """The same stretch in whole periods, perhaps of another length: it begins where a period does."""
        window = Window(self.start, self.end, period or self.period, self.origin)
        return Window(window.slot(self.start), self.end, window.period, self.origin)

    def slots(self) -> Iterator[float]:
        """The starts of all periods, oldest first."""
        moment = self.slot(self.start)
        while moment < self.end:
            if moment >= self.start:
                yield moment
            moment += self.period


class Series:
    """The measurements of one metric, those of each unit apart.

    ``version`` rises with each, so that a reader can see what is new.
    """

    __slots__ = ("latest", "minutes", "seconds", "version")

    def __init__(self) -> None:
        self.version = 0
        self.latest = 0.0
        self.minutes: dict[str, dict[int, Aggregate]] = {}
        self.seconds: dict[str, dict[int, Aggregate]] = {}

    def minute(self, timestamp: float, unit: str) -> Aggregate:
        self.version += 1
        if timestamp > self.latest:
            self.latest = timestamp
        return _bucket(self.minutes, int(timestamp // MINUTE), unit, RETAINED_MINUTES)

    def second(self, timestamp: float, unit: str) -> Aggregate:
        return _bucket(self.seconds, int(timestamp), unit, RETAINED_SECONDS)

    def buckets(self, window: Window, unit: str) -> Iterator[tuple[float, Aggregate]]:
        """The buckets that begin inside the window, in the finest resolution its period asks for."""
        size, units = (MINUTE, self.minutes) if window.period >= MINUTE else (1, self.seconds)
        stored = units.get(unit, {})
        first, last = int(-(-window.start // size)), int(-(-window.end // size))
        if len(stored) < last - first:
            yield from ((i * size, stored[i]) for i in sorted(stored) if first <= i < last)
        else:
            yield from ((i * size, stored[i]) for i in range(first, last) if i in stored)


class MetricStore:
    """All measurements of the twin."""

    kept: ClassVar[tuple[str, ...]] = ("_series",)

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._series: dict[MetricKey, Series] = {}

    def record(
        self,
        namespace: str,
        metric_name: str,
        dimensions: Mapping[str, str],
        value: float,
        timestamp: float,
        unit: str = "None",
        *,
        resolution: int = MINUTE,
    ) -> None:
        """Add one value, stamped with twin time; ``resolution`` 1 keeps it by the second as well."""
        series = self._of((namespace, metric_name, tuple(sorted(dimensions.items()))))
        series.minute(timestamp, unit).add(value)
        if resolution < MINUTE:
            series.second(timestamp, unit).add(value)

    def record_set(
        self, key: MetricKey, aggregate: Aggregate, timestamp: float, *, resolution: int = MINUTE
    ) -> None:
        """Add a ready-made aggregate: a statistic set, or many values at once."""
        series = self._of(key)
        series.minute(timestamp, aggregate.unit).merge(aggregate)
        if resolution < MINUTE:
            series.second(timestamp, aggregate.unit).merge(aggregate)

    def query(
        self,
        namespace: str,
        name: str,
        dimensions: Mapping[str, str],
        start: float,
        end: float,
        period: int,
        statistic: str,
    ) -> list[Point]:
        """The points of a statistic, oldest first, stamped with the start of their period.

        ``start`` is rounded down to a whole period, so that the first point is complete.
        """
        window = Window(start, end, period).whole()
        return self.points(metric_key(namespace, name, dimensions), window, statistic)

    def points(self, key: MetricKey, window: Window, statistic: str, unit: str | None = None) -> list[Point]:
        read = reader(statistic)
        return [(start, read(found)) for start, found in self.aggregates(key, window, unit).items()]

    def aggregates(self, key: MetricKey, window: Window, unit: str | None = None) -> dict[float, Aggregate]:
        """What was measured in each period that has data, oldest first; without a unit, in all of them."""
        series = self._series.get(key)
        if series is None:
            return {}
        found: dict[float, Aggregate] = {}
        for each in series.minutes if unit is None else (unit,):
            for start, bucket in series.buckets(window, each):
                _merge_into(found, window.slot(start), bucket)
        return dict(sorted(found.items())) if len(series.minutes) > 1 else found

    def units(self, key: MetricKey) -> list[str]:
        """The units a metric was measured in."""
        series = self._series.get(key)
        return list(series.minutes) if series else []

    def version(self, key: MetricKey) -> int:
        """How often a metric was written to; 0 for one that was never seen."""
        series = self._series.get(key)
        return series.version if series else 0

    def latest(self, key: MetricKey) -> float:
        """The newest time stamp a metric was written with; 0 for one that was never seen."""
        series = self._series.get(key)
        return series.latest if series else 0.0

    def keys(self, active_since: float = 0.0) -> list[MetricKey]:
        """Every metric with data newer than a moment, sorted."""
        return sorted(key for key, series in self._series.items() if series.latest >= active_since)

    def _of(self, key: MetricKey) -> Series:
        series = self._series.get(key)
        if series is None:
            if len(self._series) >= MAXIMUM_SERIES:
                del self._series[min(self._series, key=lambda known: self._series[known].latest)]
            series = self._series[key] = Series()
        return series


def metric_key(namespace: str, name: str, dimensions: Mapping[str, str]) -> MetricKey:
    return (namespace, name, tuple(sorted(dimensions.items())))


def _bucket(units: dict[str, dict[int, Aggregate]], index: int, unit: str, limit: int) -> Aggregate:
    buckets = units.get(unit)
    if buckets is None:
        buckets = units[unit] = {}
    found = buckets.get(index)
    if found is None:
        if len(buckets) >= limit:
            del buckets[next(iter(buckets))]  # the one made first, which is the oldest but for late data
        found = buckets[index] = Aggregate(unit)
    return found


def _merge_into(found: dict[float, Aggregate], slot: float, bucket: Aggregate) -> None:
    """Collect buckets by period without ever changing a stored one."""
    known = found.get(slot)
    if known is None:
        found[slot] = bucket
        return
    merged = Aggregate(bucket.unit)
    merged.merge(known)
    merged.merge(bucket)
    found[slot] = merged
