"""How often a version was called through its alias, and how often that failed: Lambda's own metrics.

Lambda writes them for each alias and version [developer guide: function metrics, dimension ExecutedVersion];
CloudWatch shows them a minute or two later. The guide speaks of aliases with weights; whether others have
them is not documented. So for minutes that have none although the alias was whole on the version, the alias's
own metrics are taken: they are that version's. Calls by version number, as smoke tests are, are in neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from greenshift.release.machine.observation import Calls
from greenshift.release.services.alarms import DIMENSION
from greenshift.release.services.pool import in_batches

# API reference: GetMetricData, "up to 500 MetricDataQuery structures"; at most four for each version.
_BATCH = 125
_PERIOD = 60
_METRICS = {"i": "Invocations", "e": "Errors"}

Points = Mapping[datetime, float]
"""The start of a minute -> the sum of its minute."""


@dataclass(frozen=True)
class Span:
    """From when on an alias has sent all its traffic to one version."""

    begin: datetime

    def has(self, minute: datetime) -> bool:
        """Whether a whole minute lies in it."""
        return minute >= self.begin


@dataclass(frozen=True)
class Asked:
    """One version behind one alias, under the key that the answer comes back with; ``whole`` is None when it
    always shared the alias.
    """

    key: str
    function: str
    alias: str
    version: str
    whole: Span | None = None


class Metrics:
    """The reads of a release from CloudWatch's metrics."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def calls(self, asked: Sequence[Asked], start: datetime, end: datetime) -> dict[str, Calls]:
        """What each version was called between two moments, in whole minutes that touch them."""
        found: dict[str, Calls] = {}
        since, until = _minute(start), _minute(end) + timedelta(minutes=1)
        for batch in in_batches(list(asked), _BATCH):
            queries = [query for place, one in enumerate(batch) for query in _queries(place, one)]
            points = self._points(queries, since, until)
            for place, one in enumerate(batch):
                found[one.key] = _calls(
                    one.whole, {name: points.get(f"{name}{place}", {}) for name in _NAMES}
                )
        return found

    def _points(
        self, queries: list[dict[str, Any]], start: datetime, end: datetime
    ) -> dict[str, dict[datetime, float]]:
        points: dict[str, dict[datetime, float]] = {}
        more: dict[str, str] = {}
        while True:
            answer = self._client.get_metric_data(
                MetricDataQueries=queries, StartTime=start, EndTime=end, **more
            )
            for result in answer["MetricDataResults"]:
                moments = (moment.astimezone(UTC) for moment in result["Timestamps"])
                points.setdefault(result["Id"], {}).update(zip(moments, result["Values"], strict=True))
            if not answer.get("NextToken"):
                return points
            more = {"NextToken": answer["NextToken"]}


_NAMES = ("vi", "ve", "ai", "ae")
"""Invocations and errors, first of the version and then of the alias as a whole."""


def _calls(whole: Span | None, points: Mapping[str, Points]) -> Calls:
    missing = [
        minute for minute in points["ai"] if whole and whole.has(minute) and minute not in points["vi"]
    ]
    invocations = sum(points["vi"].values()) + sum(points["ai"][minute] for minute in missing)
    errors = sum(points["ve"].values()) + sum(points["ae"].get(minute, 0) for minute in missing)
    return Calls(int(invocations), int(errors), is_of_alias=bool(missing))


def _queries(place: int, asked: Asked) -> Iterator[dict[str, Any]]:
    alias = {"FunctionName": asked.function, "Resource": f"{asked.function}:{asked.alias}"}
    yield from _of_series(f"v{{}}{place}", {**alias, DIMENSION: asked.version})
    if asked.whole is not None:
        yield from _of_series(f"a{{}}{place}", alias)


def _of_series(identifier: str, dimensions: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    for letter, name in _METRICS.items():
        metric = {"Namespace": "AWS/Lambda", "MetricName": name, "Dimensions": named}
        yield {
            "Id": identifier.format(letter),
            "MetricStat": {"Metric": metric, "Period": _PERIOD, "Stat": "Sum"},
        }


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
