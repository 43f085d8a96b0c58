"""How much one request may read: AWS's bounds on datapoints, and the twin's on what it computes.

User guide, "CloudWatch quotas": 100,800 datapoints of GetMetricData, 1,440 of GetMetricStatistics.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from greenshift.twin.alarms import errors
from greenshift.twin.alarms.expressions.tree import is_over_all_metrics, size
from greenshift.twin.alarms.metrics import MINUTE, Window
from greenshift.twin.alarms.queries import MetricQuery

MAXIMUM_DATAPOINTS = 100_800
MAXIMUM_STATISTICS = 1_440
# Values computed for the expressions of one request, each an operation on a number.
MAXIMUM_WORK = 500_000


def check_points(queries: Sequence[MetricQuery], window: Window) -> None:
    """Metrics are read page by page, but an expression is computed over its whole stretch."""
    trees = [query.tree for query in queries if query.tree is not None]
    metrics = [query.stat for query in queries if query.stat is not None]
    slots = _slots(window, min((stat.period for stat in metrics), default=MINUTE))
    if trees and slots * len(trees) > MAXIMUM_DATAPOINTS:
        raise errors.validation(_too_many(slots * len(trees), MAXIMUM_DATAPOINTS))
    work = slots * sum(size(tree) * (len(metrics) if is_over_all_metrics(tree) else 1) for tree in trees)
    if work > MAXIMUM_WORK:
        raise errors.validation(
            f"The expressions take {work:,} computations, and the twin does {MAXIMUM_WORK:,} in a request. "
            "You may reduce them by increasing Period, or decreasing the time range."
        )


def check_statistics(window: Window) -> None:
    asked = _slots(window, window.period)
    if asked > MAXIMUM_STATISTICS:
        raise errors.invalid_combination(_too_many(asked, MAXIMUM_STATISTICS))


def _slots(window: Window, period: int) -> int:
    return math.ceil((window.end - window.start) / period)


def _too_many(asked: int, limit: int) -> str:
    return (
        f"You have requested up to {asked:,} datapoints, which exceeds the limit of {limit:,}. You may "
        "reduce the datapoints requested by increasing Period, or decreasing the time range."
    )
