"""Each function's alarm, and AWS's own time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from greenshift.checks.deployed.facts import AlarmFacts
from greenshift.view import FunctionOutputs

_ALARMS_PER_CALL = 100


def read(client: Any, functions: tuple[FunctionOutputs, ...]) -> tuple[tuple[AlarmFacts, ...], datetime]:
    """The alarms, and AWS's own time: on the twin it is not the time of the wall."""
    found: dict[str, dict[str, Any]] = {}
    now = None
    for start in range(0, len(functions), _ALARMS_PER_CALL):
        names = [function.alarm for function in functions[start : start + _ALARMS_PER_CALL]]
        answer = client.describe_alarms(AlarmNames=names)
        found.update({alarm["AlarmName"]: alarm for alarm in answer["MetricAlarms"]})
        now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    assert now is not None, "a stack has at least one function"
    return tuple(_alarm(function, found.get(function.alarm)) for function in functions), now


def _alarm(function: FunctionOutputs, alarm: dict[str, Any] | None) -> AlarmFacts:
    if alarm is None:
        return AlarmFacts(function)
    return AlarmFacts(
        function,
        state=alarm["StateValue"],
        reason=alarm.get("StateReason", ""),
        since=alarm.get("StateTransitionedTimestamp") or alarm.get("StateUpdatedTimestamp"),
        watched=next(_watched(alarm), ""),
    )


def _watched(alarm: dict[str, Any]) -> Iterator[str]:
    for query in alarm.get("Metrics", []):
        for dimension in query.get("MetricStat", {}).get("Metric", {}).get("Dimensions", []):
            if dimension["Name"] == "ExecutedVersion":
                yield dimension["Value"]
