"""The alarms of the functions: state, threshold, and which version they watch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from greenshift.view.model import AlarmView
from greenshift.view.moments import iso
from greenshift.view.outputs import FunctionOutputs

# API reference: DescribeAlarms, AlarmNames holds at most 100 names.
_ALARMS_PER_CALL = 100


def read_alarms(client: Any, functions: Iterable[FunctionOutputs]) -> dict[str, AlarmView]:
    """The alarms that exist, by name."""
    keys = {function.alarm: function.key for function in functions if function.alarm}
    names, found = list(keys), {}
    for start in range(0, len(names), _ALARMS_PER_CALL):
        answer = client.describe_alarms(AlarmNames=names[start : start + _ALARMS_PER_CALL])
        for alarm in answer["MetricAlarms"]:
            found[alarm["AlarmName"]] = _alarm(alarm, keys[alarm["AlarmName"]])
    return found


def _alarm(alarm: Mapping[str, Any], key: str) -> AlarmView:
    periods = int(alarm.get("EvaluationPeriods", 0))
    stats = [query["MetricStat"] for query in alarm.get("Metrics", []) if query.get("MetricStat")]
    return AlarmView(
        name=alarm["AlarmName"],
        function=key,
        state=alarm["StateValue"],
        reason=alarm.get("StateReason", ""),
        since=iso(alarm.get("StateTransitionedTimestamp") or alarm.get("StateUpdatedTimestamp")),
        threshold=float(alarm.get("Threshold", 0.0)),
        version=next(_watched(alarm, stats), ""),
        period_seconds=int(alarm.get("Period") or next((stat["Period"] for stat in stats), 60)),
        evaluation_periods=periods,
        datapoints_to_alarm=int(alarm.get("DatapointsToAlarm") or periods),
    )


def _watched(alarm: Mapping[str, Any], stats: list[dict[str, Any]]) -> Iterator[str]:
    for place in (alarm, *(stat["Metric"] for stat in stats)):
        for dimension in place.get("Dimensions", []):
            if dimension["Name"] == "ExecutedVersion":
                yield dimension["Value"]
