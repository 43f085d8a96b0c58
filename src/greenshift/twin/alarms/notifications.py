"""What an alarm tells the world when its state changes: an event, an SNS message, a Lambda payload.

Shapes follow "Alarm events and EventBridge" (CloudWatch user guide) and the messages CloudWatch publishes to
SNS; parts of the latter are from observation, not documentation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from greenshift.twin.alarms.model import Alarm, CompositeAlarm, MetricAlarm, State
from greenshift.twin.alarms.queries import MetricQuery, MetricStat
from greenshift.twin.alarms.reasons import timestamp
from greenshift.twin.service import model_loader
from greenshift.twin.world import ServiceEvent

Json = dict[str, Any]
SUBJECT_LIMIT = 100
# As a message names them; any other is an extended one.
_STATISTICS = {
    "SampleCount": "SAMPLE_COUNT",
    "Average": "AVERAGE",
    "Sum": "SUM",
    "Minimum": "MINIMUM",
    "Maximum": "MAXIMUM",
}


@dataclass(frozen=True)
class Change:
    """An alarm that went from one state to another, and where it lives."""

    alarm: Alarm
    before: State
    after: State
    account: str
    region: str


def state_change_event(change: Change) -> ServiceEvent:
    return ServiceEvent(
        source="aws.cloudwatch",
        detail_type="CloudWatch Alarm State Change",
        resources=(change.alarm.arn,),
        detail={
            "alarmName": change.alarm.name,
            "state": _state(change.after),
            "previousState": _state(change.before),
            "configuration": _configuration(change.alarm),
        },
        time=change.after.updated,
    )


def configuration_event(alarm: Alarm, operation: str, now: float) -> ServiceEvent:
    """``operation`` is create, update or delete."""
    return ServiceEvent(
        source="aws.cloudwatch",
        detail_type="CloudWatch Alarm Configuration Change",
        resources=(alarm.arn,),
        detail={
            "alarmName": alarm.name,
            "operation": operation,
            "state": _state(alarm.state),
            "configuration": _configuration(alarm) | {"alarmName": alarm.name},
        },
        time=now,
    )


def lambda_payload(change: Change) -> bytes:
    """What a function gets as an alarm action (CloudWatch user guide: "Lambda alarm actions")."""
    payload = {
        "source": "aws.cloudwatch",
        "alarmArn": change.alarm.arn,
        "accountId": change.account,
        "time": timestamp(change.after.updated),
        "region": change.region,
        "alarmData": {
            "alarmName": change.alarm.name,
            "state": _state(change.after),
            "previousState": _state(change.before),
            "configuration": _configuration(change.alarm),
        },
    }
    return json.dumps(payload).encode()


def sns_subject(change: Change) -> str:
    subject = f'{change.after.value}: "{change.alarm.name}" in {region_name(change.region)}'
    return subject.encode("ascii", "replace").decode()[:SUBJECT_LIMIT]


def sns_message(change: Change) -> str:
    definition = change.alarm.definition
    actions = definition.actions
    message: Json = {
        "AlarmName": definition.name,
        "AlarmDescription": definition.description,
        "AWSAccountId": change.account,
        "AlarmConfigurationUpdatedTimestamp": timestamp(change.alarm.configured),
        "NewStateValue": change.after.value,
        "NewStateReason": change.after.reason,
        "StateChangeTime": timestamp(change.after.updated),
        "Region": region_name(change.region),
        "AlarmArn": change.alarm.arn,
        "OldStateValue": change.before.value,
        "OKActions": list(actions.ok),
        "AlarmActions": list(actions.alarm),
        "InsufficientDataActions": list(actions.insufficient_data),
    }
    if isinstance(definition, CompositeAlarm):
        return json.dumps(message | {"AlarmRule": definition.text})
    return json.dumps(message | {"Trigger": _trigger(definition)})


@cache
def region_name(region: str) -> str:
    """The region as the console names it, such as "US East (N. Virginia)"; the identifier if unknown."""
    endpoints: Mapping[str, Any] = model_loader().load_data("endpoints")
    for partition in endpoints["partitions"]:
        if region in partition["regions"]:
            return str(partition["regions"][region]["description"])
    return region


def _state(state: State) -> Json:
    shown: Json = {"value": state.value, "reason": state.reason, "timestamp": timestamp(state.updated)}
    if state.reason_data:
        shown["reasonData"] = state.reason_data
    if state.suppressed_by:
        shown["actionsSuppressedBy"] = state.suppressed_by
        shown["actionsSuppressedReason"] = suppressed_reason(state)
    return shown


def suppressed_reason(state: State) -> str:
    """As in the sample event of a composite alarm (CloudWatch user guide: "Lambda alarm actions")."""
    return f"Actions suppressed by {state.suppressed_by}"


def _configuration(alarm: Alarm) -> Json:
    definition = alarm.definition
    described = {} if definition.description is None else {"description": definition.description}
    if isinstance(definition, CompositeAlarm):
        return {"alarmRule": definition.text} | _suppressor(definition) | described
    return {"metrics": _event_metrics(definition)} | described


def _suppressor(definition: CompositeAlarm) -> Json:
    found = definition.suppressor
    if found is None:
        return {}
    return {
        "actionsSuppressor": found.alarm,
        "actionsSuppressorWaitPeriod": found.wait,
        "actionsSuppressorExtensionPeriod": found.extension,
    }


def _event_metrics(definition: MetricAlarm) -> list[Json]:
    if definition.metric is not None:
        return [{"id": "m1", "metricStat": _event_stat(definition.metric), "returnData": True}]
    return [_event_query(query) for query in definition.queries]


def _event_query(query: MetricQuery) -> Json:
    shown: Json = {"id": query.id}
    if query.stat is not None:
        shown["metricStat"] = _event_stat(query.stat)
    else:
        shown["expression"] = query.expression
    if query.label is not None:
        shown["label"] = query.label
    return shown | {"returnData": query.return_data is not False}


def _event_stat(stat: MetricStat) -> Json:
    metric = {"namespace": stat.namespace, "name": stat.metric_name, "dimensions": dict(stat.dimensions)}
    shown: Json = {"metric": metric, "period": stat.period, "stat": stat.statistic}
    return shown if stat.unit is None else shown | {"unit": stat.unit}


def _trigger(definition: MetricAlarm) -> Json:
    rule = definition.threshold
    common: Json = {
        "Period": definition.period,
        "EvaluationPeriods": rule.periods,
        "DatapointsToAlarm": rule.needed,
        "ComparisonOperator": rule.comparison,
        "Threshold": rule.value,
        "TreatMissingData": definition.treat_missing_data or "missing",
        "EvaluateLowSampleCountPercentile": definition.evaluate_low_samples or "",
    }
    if definition.metric is None:
        return common | {"Metrics": [_trigger_query(query) for query in definition.queries]}
    return _trigger_metric(definition.metric) | common


def _trigger_metric(stat: MetricStat) -> Json:
    return {
        "MetricName": stat.metric_name,
        "Namespace": stat.namespace,
        **_trigger_statistic(stat.statistic),
        "Unit": stat.unit,
        "Dimensions": _trigger_dimensions(stat),
    }


def _trigger_statistic(statistic: str) -> Json:
    if statistic not in _STATISTICS:
        return {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": statistic}
    return {"StatisticType": "Statistic", "Statistic": _STATISTICS[statistic]}


def _trigger_query(query: MetricQuery) -> Json:
    shown: Json = {"Id": query.id, "ReturnData": query.return_data is not False}
    if query.label is not None:
        shown["Label"] = query.label
    if query.stat is None:
        return shown | {"Expression": query.expression}
    metric = {
        "Namespace": query.stat.namespace,
        "MetricName": query.stat.metric_name,
        "Dimensions": _trigger_dimensions(query.stat),
    }
    stat = {"Metric": metric, "Period": query.stat.period, "Stat": query.stat.statistic}
    return shown | {"MetricStat": stat}


def _trigger_dimensions(stat: MetricStat) -> list[Json]:
    return [{"value": value, "name": name} for name, value in stat.dimensions]
