"""How often a version was called through its alias, and how often that failed: Lambda's own metrics.

Lambda writes them for each alias and version [developer guide: function metrics, dimension ExecutedVersion];
CloudWatch shows them a minute or two later. Calls by version number, such as smoke tests, are not among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from greenshift.release.machine.observation import Calls
from greenshift.release.services.alarms import DIMENSION
from greenshift.release.services.pool import in_batches

# API reference: GetMetricData, "up to 500 MetricDataQuery structures"; two for each version asked about.
_BATCH = 250
_PERIOD = 60


@dataclass(frozen=True)
class Asked:
    """One version behind one alias, under the key that the answer comes back with."""

    key: str
    function: str
    alias: str
    version: str


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
            sums = self._sums(queries, since, until)
            for place, one in enumerate(batch):
                found[one.key] = Calls(int(sums.get(f"i{place}", 0)), int(sums.get(f"e{place}", 0)))
        return found

    def _sums(self, queries: list[dict[str, Any]], start: datetime, end: datetime) -> dict[str, float]:
        sums: dict[str, float] = {}
        more: dict[str, str] = {}
        while True:
            answer = self._client.get_metric_data(
                MetricDataQueries=queries, StartTime=start, EndTime=end, **more
            )
            for result in answer["MetricDataResults"]:
                sums[result["Id"]] = sums.get(result["Id"], 0.0) + sum(result["Values"])
            if not answer.get("NextToken"):
                return sums
            more = {"NextToken": answer["NextToken"]}


def _queries(place: int, asked: Asked) -> list[dict[str, Any]]:
    dimensions = [
        {"Name": "FunctionName", "Value": asked.function},
        {"Name": "Resource", "Value": f"{asked.function}:{asked.alias}"},
        {"Name": DIMENSION, "Value": asked.version},
    ]
    return [
        {
            "Id": f"{letter}{place}",
            "MetricStat": {
                "Metric": {"Namespace": "AWS/Lambda", "MetricName": name, "Dimensions": dimensions},
                "Period": _PERIOD,
                "Stat": "Sum",
            },
        }
        for letter, name in (("i", "Invocations"), ("e", "Errors"))
    ]


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
