"""The alarm that can send a function's release back: what it measures, and what silence means to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.verify.reading.traffic import Alias, read_alias
from greenshift.verify.stack import Stack
from greenshift.view import FunctionOutputs

# API reference: DescribeAlarms, AlarmNames holds at most 100 names.
_BATCH = 100


@dataclass(frozen=True, kw_only=True)
class Metric:
    namespace: str
    name: str
    period: int
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm and the function it is for; ``is_there`` is False when there is none of that name."""

    name: str
    function: str
    alias_name: str
    alias: Alias | None
    is_there: bool = True
    treat_missing_data: str = ""
    comparison: str = ""
    state: str = ""
    state_reason: str = ""
    metrics: tuple[Metric, ...] = ()
    is_releasing: bool = False
    """Whether the pipeline is at work: it points an alarm at a version just before that has traffic."""


def read_alarm(stack: Stack, function: FunctionOutputs) -> Alarm:
    found = _all(stack).get(function.alarm)
    alias = read_alias(stack, function)
    if found is None:
        return Alarm(
            name=function.alarm,
            function=function.name,
            alias_name=function.alias,
            alias=alias,
            is_there=False,
        )
    return Alarm(
        name=function.alarm,
        function=function.name,
        alias_name=function.alias,
        alias=alias,
        # Absent means missing (API reference, PutMetricAlarm).
        treat_missing_data=found.get("TreatMissingData") or "missing",
        comparison=found.get("ComparisonOperator", ""),
        state=found["StateValue"],
        state_reason=found.get("StateReason", ""),
        metrics=_metrics(found),
        is_releasing=_is_releasing(stack),
    )


def _is_releasing(stack: Stack) -> bool:
    found = stack.aws.optional(
        frozenset({"PipelineNotFoundException"}),
        "codepipeline",
        "get_pipeline_state",
        name=stack.outputs.pipeline,
    )
    stages = found["stageStates"] if found else []
    return any(each.get("latestExecution", {}).get("status") == "InProgress" for each in stages)


def _all(stack: Stack) -> dict[str, Mapping[str, Any]]:
    """Alarms are described a hundred at a time: two hundred functions are two calls."""
    names = sorted({function.alarm for function in stack.functions})
    batches = [names[start : start + _BATCH] for start in range(0, len(names), _BATCH)]
    answers = [
        stack.aws.call("cloudwatch", "describe_alarms", AlarmNames=each, MaxRecords=_BATCH)
        for each in batches
    ]
    return {each["AlarmName"]: each for answer in answers for each in answer["MetricAlarms"]}


def _metrics(alarm: Mapping[str, Any]) -> tuple[Metric, ...]:
    """The metrics of a math alarm, or the one of a plain alarm."""
    queries = [each["MetricStat"] for each in alarm.get("Metrics") or [] if each.get("MetricStat")]
    found = [_metric(each["Metric"], each["Period"]) for each in queries]
    if alarm.get("MetricName"):
        found.append(_metric(alarm, alarm.get("Period", 0)))
    return tuple(found)


def _metric(value: Mapping[str, Any], period: int) -> Metric:
    return Metric(
        namespace=value.get("Namespace", ""),
        name=value.get("MetricName", ""),
        period=period,
        dimensions={each["Name"]: each["Value"] for each in value.get("Dimensions") or []},
    )
