"""Counts by source and version, as the twin publishes them in a namespace of its own.

AWS publishes none: Lambda's metrics have no dimension for what led to an invocation, and those of an event
source mapping have none for the version (developer guide, "Viewing metrics"). There ``ListMetrics`` finds
nothing, and nothing is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from greenshift.reading.absence import unless_absent
from greenshift.view.metrics import period_for
from greenshift.view.model.sources import Retried, SourceTraffic, VersionCounts
from greenshift.view.outputs import FunctionOutputs

NAMESPACE = "Greenshift/Sources"
DIRECT = "direct"
"""Somebody's own Invoke, which no service made."""
# API reference: GetMetricData, at most 500 queries.
_QUERIES_PER_CALL = 500
_GROWS = timedelta(minutes=3)
_LATE = timedelta(hours=12)
"""Until then a message may come back: API reference of SQS, the longest visibility time-out."""
_COUNTS, _RETRIED = ("Invocations", "Errors"), ("Retried",)

Metric = Mapping[str, Any]
"""As ListMetrics tells it: its name, and dimensions."""
Sums = dict[tuple[str, str, str, str, str], int]
"""(resource, source, metric, version, version that failed) -> the sum; the last is empty where none did."""


@dataclass(frozen=True)
class _Known:
    about: str
    asked_at: float
    is_complete: bool
    found: tuple[SourceTraffic, ...]


class Sources:
    """What sources gave to functions; kept for ``every_seconds``, and for good when all is told."""

    def __init__(
        self, client: Any, every_seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._every = every_seconds
        self._monotonic = monotonic
        self._known: _Known | None = None

    def read(
        self, functions: Sequence[FunctionOutputs], span: tuple[datetime, datetime], now: datetime, about: str
    ) -> tuple[SourceTraffic, ...]:
        """From the beginning of ``span`` to its end, and retries of what failed in it until they came back;
        ``about`` names the release.

        Nothing where nobody counts, or where the caller may not ask what is counted.
        """
        known = self._known
        if known is not None and known.about == about and self._is_new(known):
            return known.found
        metrics = list(self._metrics({f"{each.name}:{each.alias}" for each in functions}))
        last = min(now, span[1] + _LATE)
        sums = self._sums(metrics, _COUNTS, span, now) | self._sums(metrics, _RETRIED, (span[0], last), now)
        found = told(functions, sums)
        is_complete = now >= (last if metrics else span[1]) + _GROWS
        self._known = _Known(about, self._monotonic(), is_complete, found)
        return found

    def _is_new(self, known: _Known) -> bool:
        return known.is_complete or self._monotonic() - known.asked_at < self._every

    def _sums(
        self, metrics: Sequence[Metric], names: Sequence[str], span: tuple[datetime, datetime], now: datetime
    ) -> Sums:
        start, end = span
        period = period_for(60, end - start, now - start)
        wanted = [each for each in metrics if each["MetricName"] in names]
        sums: Sums = {}
        for first in range(0, len(wanted), _QUERIES_PER_CALL):
            part = wanted[first : first + _QUERIES_PER_CALL]
            asked = [_query(f"q{n}", each, period) for n, each in enumerate(part)]
            pages = self._client.get_paginator("get_metric_data").paginate(
                MetricDataQueries=asked, StartTime=start, EndTime=end
            )
            for result in (each for page in pages for each in page["MetricDataResults"]):
                name = _name(part[int(result["Id"][1:])])
                sums[name] = sums.get(name, 0) + round(sum(result["Values"]))
        return sums

    def _metrics(self, resources: set[str]) -> Iterator[Metric]:
        with unless_absent("AccessDenied", "AccessDeniedException"):
            for page in self._client.get_paginator("list_metrics").paginate(Namespace=NAMESPACE):
                yield from (each for each in page["Metrics"] if _dimensions(each)["Resource"] in resources)


def told(functions: Sequence[FunctionOutputs], sums: Sums) -> tuple[SourceTraffic, ...]:
    """Each function's sources, by name; those that gave nothing in this time are left out. Pure."""
    places = sorted({(resource, source) for (resource, source, *_), count in sums.items() if count})
    keys = {f"{each.name}:{each.alias}": each.key for each in functions}
    return tuple(
        SourceTraffic(keys[resource], source, *_counts(resource, source, sums)) for resource, source in places
    )


def _counts(resource: str, source: str, sums: Sums) -> tuple[tuple[VersionCounts, ...], tuple[Retried, ...]]:
    own = {
        (metric, version, failed): count
        for (of, by, metric, version, failed), count in sums.items()
        if (of, by) == (resource, source) and count
    }
    versions = sorted({version for metric, version, _ in own if metric == "Invocations"}, key=_order)
    counts = tuple(
        VersionCounts(each, own.get(("Invocations", each, ""), 0), own.get(("Errors", each, ""), 0))
        for each in versions
    )
    retried = tuple(
        Retried(failed, version, count)
        for (metric, version, failed), count in sorted(own.items())
        if metric == "Retried"
    )
    return counts, retried


def _order(version: str) -> tuple[int, str]:
    return (int(version), "") if version.isdigit() else (0, version)


def _dimensions(metric: Metric) -> dict[str, str]:
    return {each["Name"]: each["Value"] for each in metric["Dimensions"]}


def _name(metric: Metric) -> tuple[str, str, str, str, str]:
    own = _dimensions(metric)
    return (
        own["Resource"], own["Source"], str(metric["MetricName"]), own["ExecutedVersion"],
        own.get("FailedVersion", ""),
    )  # fmt: skip


def _query(identifier: str, metric: Metric, period: int) -> dict[str, Any]:
    return {"Id": identifier, "MetricStat": {"Metric": metric, "Period": period, "Stat": "Sum"}}
