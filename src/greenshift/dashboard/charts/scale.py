"""The upright axis of a chart: how high it reaches, and the values written beside it. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from greenshift.dashboard.charts.axis import HEIGHT

_HEAD = 1.12
"""Room above the greatest value, so that its line does not run along the border."""
_NICE = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True)
class Scale:
    """From 0 to ``top``, which is a little more than ``most``."""

    most: float
    """A round number, no less than the greatest value."""

    @property
    def top(self) -> float:
        return self.most * _HEAD

    def y(self, value: float) -> float:
        """Where a value lies on a plot, which is 100 high; heights run downwards."""
        return round(HEIGHT - HEIGHT * min(value, self.top) / self.top, 1)

    @property
    def ticks(self) -> tuple[float, ...]:
        """The values that are written."""
        return (self.most, self.most / 2)


PERCENT = Scale(100.0)


def scale_of(greatest: float, least: float = 1.0, bound: float = math.inf) -> Scale:
    """The next round number from ``greatest`` on, no less than ``least`` and no more than ``bound``."""
    wanted = max(greatest, least)
    unit = 10.0 ** math.floor(math.log10(wanted))
    return Scale(min(bound, next(unit * nice for nice in _NICE if unit * nice >= wanted * 0.999)))
