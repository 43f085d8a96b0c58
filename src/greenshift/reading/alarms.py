"""CloudWatch's alarms: their state, and what they measure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from greenshift.contract import counts
from greenshift.contract.error_rate import minimum_calls_in
from greenshift.reading.absence import unless_absent

# API reference, DescribeAlarms: AlarmNames holds at most 100 names, MaxRecords is at most 100. Without it a
# page holds 50, however many names were asked for: so the page is asked to be as long as the names.
_BATCH = 100


@dataclass(frozen=True, kw_only=True)
class Metric:
    """What an alarm measures; ``period`` in seconds."""

    namespace: str
    name: str
    period: int
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A metric alarm that exists. What it does not have is empty."""

    name: str
    state: str
    """OK, ALARM or INSUFFICIENT_DATA."""
    reason: str = ""
    since: datetime | None = None
    """When it came into this state."""
    comparison: str = ""
    threshold: float = 0.0
    # Absent means missing (API reference, PutMetricAlarm).
    treat_missing_data: str = "missing"
    period: int = 60
    """Seconds; of the first metric, for an alarm on several."""
    evaluation_periods: int = 0
    datapoints_to_alarm: int = 0
    metrics: tuple[Metric, ...] = ()
    minimum_calls: int = 0
    """The calls that a period of Greenshift's own alarms counts as having at least; 0 for another alarm."""

    @property
    def version(self) -> str:
        """The function version it watches; empty when it watches something else."""
        found = (metric.dimensions.get("ExecutedVersion", "") for metric in self.metrics)
        return next((version for version in found if version), "")


def read_alarms(client: Any, names: Iterable[str]) -> dict[str, Alarm]:
    """The metric alarms of these names that exist, by name."""
    wanted = sorted({name for name in names if name})
    batches = [wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH)]
    found = [alarm for batch in batches for alarm in _described(client, batch)]
    return {alarm.name: alarm for alarm in found}


def _counted(client: Any, alarm: Mapping[str, Any]) -> str:
    """The alarm's reason, with how many calls it is about where it fires; plain for who may not read that."""
    asked = counts.question(alarm)
    if asked is not None:
        with unless_absent("AccessDenied", "AccessDeniedException"):
            return counts.counted(alarm, client.get_metric_data(**asked))
    return str(alarm.get("StateReason", ""))


def _described(client: Any, names: list[str]) -> Iterator[Alarm]:
    pages = client.get_paginator("describe_alarms").paginate(AlarmNames=names, MaxRecords=_BATCH)
    return (_alarm(each, _counted(client, each)) for page in pages for each in page["MetricAlarms"])


@dataclass(frozen=True)
class Change:
    """An alarm came into a state."""

    alarm: str
    at: datetime | None
    state: str
    reason: str


def read_changes(client: Any, name: str, start: datetime, end: datetime | None) -> tuple[Change, ...]:
    """The changes of one alarm's state, newest first; without an end, until now."""
    until = {"EndDate": end} if end else {}
    pages = client.get_paginator("describe_alarm_history").paginate(
        AlarmName=name, HistoryItemType="StateUpdate", StartDate=start, MaxRecords=_BATCH, **until
    )
    return tuple(_change(name, item) for page in pages for item in page["AlarmHistoryItems"])


def _change(name: str, item: Mapping[str, Any]) -> Change:
    """HistoryData is JSON text with the old state and the new one, as CloudWatch's console shows it."""
    try:
        state = json.loads(item.get("HistoryData", "")).get("newState", {})
    except (ValueError, AttributeError):
        state = {}
    reason = state.get("stateReason") or item.get("HistorySummary", "")
    return Change(name, item.get("Timestamp"), state.get("stateValue", ""), reason)


def _alarm(found: Mapping[str, Any], reason: str) -> Alarm:
    metrics, periods = _metrics(found), int(found.get("EvaluationPeriods", 0))
    return Alarm(
        name=found["AlarmName"],
        state=found["StateValue"],
        reason=reason,
        since=found.get("StateTransitionedTimestamp") or found.get("StateUpdatedTimestamp"),
        comparison=found.get("ComparisonOperator", ""),
        threshold=float(found.get("Threshold", 0.0)),
        treat_missing_data=found.get("TreatMissingData") or "missing",
        period=int(found.get("Period") or next((metric.period for metric in metrics), 60)),
        evaluation_periods=periods,
        datapoints_to_alarm=int(found.get("DatapointsToAlarm") or periods),
        metrics=metrics,
        minimum_calls=_minimum_calls(found),
    )


def _metrics(alarm: Mapping[str, Any]) -> tuple[Metric, ...]:
    """The metrics of a math alarm, or the one of a plain alarm."""
    queries = [each["MetricStat"] for each in alarm.get("Metrics") or [] if each.get("MetricStat")]
    found = [_metric(each["Metric"], each["Period"]) for each in queries]
    if alarm.get("MetricName"):
        found.append(_metric(alarm, alarm.get("Period", 0)))
    return tuple(found)


def _minimum_calls(alarm: Mapping[str, Any]) -> int:
    written = (each.get("Expression", "") for each in alarm.get("Metrics") or [])
    return max(map(minimum_calls_in, written), default=0)


def _metric(value: Mapping[str, Any], period: int) -> Metric:
    return Metric(
        namespace=value.get("Namespace", ""),
        name=value.get("MetricName", ""),
        period=int(period),
        dimensions={each["Name"]: each["Value"] for each in value.get("Dimensions") or []},
    )
