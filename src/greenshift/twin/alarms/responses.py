"""Alarms and measurements as the wire shows them: the shapes of botocore's model, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from greenshift.twin.alarms.metric_requests import StatisticsRequest
from greenshift.twin.alarms.metrics import MetricKey
from greenshift.twin.alarms.model import Actions, Alarm, CompositeAlarm, MetricAlarm, State
from greenshift.twin.alarms.notifications import suppressed_reason
from greenshift.twin.alarms.queries import MetricQuery, MetricStat
from greenshift.twin.alarms.state import HistoryItem
from greenshift.twin.alarms.statistics import Aggregate, reader

Wire = dict[str, Any]


def at(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)


def alarm(found: Alarm) -> Wire:
    """A member of MetricAlarms or CompositeAlarms."""
    definition = found.definition
    shown: Wire = {
        "AlarmName": definition.name,
        "AlarmArn": found.arn,
        "AlarmConfigurationUpdatedTimestamp": at(found.configured),
        **_actions(definition.actions),
        **_state(found.state),
    }
    if definition.description is not None:
        shown["AlarmDescription"] = definition.description
    if isinstance(definition, CompositeAlarm):
        return shown | {"AlarmRule": definition.text} | _suppressor(definition)
    return shown | _metric_alarm(definition)


def _actions(actions: Actions) -> Wire:
    return {
        "ActionsEnabled": actions.enabled,
        "OKActions": list(actions.ok),
        "AlarmActions": list(actions.alarm),
        "InsufficientDataActions": list(actions.insufficient_data),
    }


def _state(state: State) -> Wire:
    shown: Wire = {
        "StateValue": state.value,
        "StateReason": state.reason,
        "StateUpdatedTimestamp": at(state.updated),
        "StateTransitionedTimestamp": at(state.since),
    }
    if state.reason_data:
        shown["StateReasonData"] = state.reason_data
    if state.suppressed_by:
        shown["ActionsSuppressedBy"] = state.suppressed_by
        shown["ActionsSuppressedReason"] = suppressed_reason(state)
    return shown


def _suppressor(definition: CompositeAlarm) -> Wire:
    found = definition.suppressor
    if found is None:
        return {}
    return {
        "ActionsSuppressor": found.alarm,
        "ActionsSuppressorWaitPeriod": found.wait,
        "ActionsSuppressorExtensionPeriod": found.extension,
    }


def _metric_alarm(definition: MetricAlarm) -> Wire:
    rule = definition.threshold
    shown: Wire = {
        "EvaluationPeriods": rule.periods,
        "Threshold": rule.value,
        "ComparisonOperator": rule.comparison,
        "DatapointsToAlarm": definition.datapoints_to_alarm,
        "TreatMissingData": definition.treat_missing_data,
        "EvaluateLowSampleCountPercentile": definition.evaluate_low_samples,
    }
    if definition.has_sliding_window:
        shown["EvaluationWindow"] = {"SlidingWindow": {}}
    if definition.metric is None:
        shown["Metrics"] = [query(each) for each in definition.queries]
    else:
        shown |= _single_metric(definition.metric)
    return {member: value for member, value in shown.items() if value is not None}


def _single_metric(stat: MetricStat) -> Wire:
    kind = "ExtendedStatistic" if stat.statistic.startswith("p") else "Statistic"
    return {**metric(stat.key), "Period": stat.period, kind: stat.statistic, "Unit": stat.unit}


def query(found: MetricQuery) -> Wire:
    """A MetricDataQuery, with what the user gave and nothing more."""
    shown: Wire = {
        "Id": found.id,
        "Expression": found.expression,
        "MetricStat": None if found.stat is None else _stat(found.stat),
        "Label": found.label,
        "ReturnData": found.return_data is not False,
        "Period": found.period,
        "AccountId": found.account,
    }
    return {member: value for member, value in shown.items() if value is not None}


def _stat(stat: MetricStat) -> Wire:
    shown: Wire = {"Metric": metric(stat.key), "Period": stat.period, "Stat": stat.statistic}
    return shown if stat.unit is None else shown | {"Unit": stat.unit}


def metric(key: MetricKey) -> Wire:
    namespace, name, dimensions = key
    shown = [{"Name": each, "Value": value} for each, value in dimensions]
    return {"Namespace": namespace, "MetricName": name, "Dimensions": shown}


def history_item(item: HistoryItem) -> Wire:
    return {
        "AlarmName": item.alarm,
        "AlarmType": item.alarm_type,
        "Timestamp": at(item.timestamp),
        "HistoryItemType": item.item_type,
        "HistorySummary": item.summary,
        "HistoryData": item.data,
    }


def datapoint(start: float, found: Aggregate, request: StatisticsRequest) -> Wire:
    """A member of Datapoints of GetMetricStatistics."""
    shown: Wire = {"Timestamp": at(start), "Unit": found.unit}
    shown |= {name: reader(name)(found) for name in request.statistics}
    if request.extended:
        shown["ExtendedStatistics"] = {name: reader(name)(found) for name in request.extended}
    return shown


def tags(found: dict[str, str]) -> list[Wire]:
    return [{"Key": key, "Value": value} for key, value in sorted(found.items())]


def result(name: str, label: str, points: Sequence[tuple[float, float]], status: str) -> Wire:
    """A member of MetricDataResults."""
    return {
        "Id": name,
        "Label": label,
        "Timestamps": [at(moment) for moment, _ in points],
        "Values": [value for _, value in points],
        "StatusCode": status,
    }


def by_type(alarms: Iterable[Alarm]) -> Wire:
    """DescribeAlarms lists metric and composite alarms apart."""
    found = list(alarms)
    return {
        "MetricAlarms": [alarm(each) for each in found if isinstance(each.definition, MetricAlarm)],
        "CompositeAlarms": [alarm(each) for each in found if isinstance(each.definition, CompositeAlarm)],
    }
