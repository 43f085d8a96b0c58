"""Numbers summed up over a stretch of time, and the statistics that can be read from them.

An ``Aggregate`` holds what CloudWatch keeps of many values: their count, sum and extremes, and a bounded
sample for percentiles ("Statistics definitions", CloudWatch user guide). Aggregates merge, so a five-minute
point is made of five one-minute ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache

SAMPLE_LIMIT = 128
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")


class Aggregate:
    """Count, sum, extremes and a sample of values; cheap to add to."""

    __slots__ = ("_sample", "_stride", "count", "maximum", "minimum", "total", "unit")

    def __init__(self, unit: str = "None") -> None:
        self.count = 0.0
        self.total = 0.0
        self.minimum = math.inf
        self.maximum = -math.inf
        self.unit = unit
        # None while all values are equal: most series (Invocations, Errors) never need a sample at all.
        self._sample: list[float] | None = None
        self._stride = 1

    def add(self, value: float) -> None:
        if self.count and (self._sample is not None or value != self.minimum):
            self._keep(value)
        self.count += 1.0
        self.total += value
        if value < self.minimum:
            self.minimum = value
        if value > self.maximum:
            self.maximum = value

    def add_set(self, count: float, total: float, minimum: float, maximum: float) -> None:
        """Add a statistic set; it has no values, so percentiles know its extremes only."""
        if minimum != maximum or (self.count and minimum != self.minimum):
            self._keep(minimum)
            self._keep(maximum)
        self.count += count
        self.total += total
        self.minimum = min(self.minimum, minimum)
        self.maximum = max(self.maximum, maximum)

    def merge(self, other: Aggregate) -> None:
        if self.count and (self.minimum, self.maximum) != (other.minimum, other.maximum):
            self._start_sample()
        if self._sample is not None or other._sample is not None:
            self._start_sample().extend(other.sample())
            self._thin()
        self.count += other.count
        self.total += other.total
        self.minimum = min(self.minimum, other.minimum)
        self.maximum = max(self.maximum, other.maximum)
        self.unit = other.unit

    def sample(self) -> list[float]:
        """Values that stand for all of them."""
        if self._sample is not None:
            return self._sample
        return [self.minimum] * min(SAMPLE_LIMIT, max(1, int(self.count))) if self.count else []

    def _start_sample(self) -> list[float]:
        if self._sample is None:
            self._sample = self.sample()
        return self._sample

    def _keep(self, value: float) -> None:
        sample = self._start_sample()
        if int(self.count) % self._stride == 0:
            sample.append(value)
            self._thin()

    def _thin(self) -> None:
        """Halve a full sample: every second value, so that it stays spread over the whole time."""
        while self._sample is not None and len(self._sample) > 2 * SAMPLE_LIMIT:
            self._sample = self._sample[::2]
            self._stride *= 2


Reader = Callable[[Aggregate], float]

_SIMPLE: dict[str, Reader] = {
    "SampleCount": lambda aggregate: aggregate.count,
    "Sum": lambda aggregate: aggregate.total,
    "Average": lambda aggregate: aggregate.total / aggregate.count if aggregate.count else 0.0,
    "Minimum": lambda aggregate: aggregate.minimum,
    "Maximum": lambda aggregate: aggregate.maximum,
}


@cache
def reader(statistic: str) -> Reader:
    """How to read a statistic (``Sum``, ``p99.9``); ValueError says which ones there are."""
    if statistic in _SIMPLE:
        return _SIMPLE[statistic]
    if match := _PERCENTILE.fullmatch(statistic):
        share = float(match[1]) / 100
        return lambda aggregate: percentile(sorted(aggregate.sample()), share)
    raise ValueError(
        f"the statistic {statistic} is none of {', '.join(_SIMPLE)} and no percentile such as p99"
    )


def percentile(ordered: list[float], share: float) -> float:
    """The value below which ``share`` of the values lie, interpolated between neighbours."""
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
