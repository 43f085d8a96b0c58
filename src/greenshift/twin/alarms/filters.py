"""Which alarms, metrics and entries of history a request asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenshift.twin.alarms.metric_requests import seconds
from greenshift.twin.alarms.metrics import MetricKey
from greenshift.twin.alarms.model import Alarm, MetricAlarm
from greenshift.twin.alarms.state import alarm_type

Request = Mapping[str, Any]


def is_described(alarm: Alarm, request: Request) -> bool:
    related = request.get("ChildrenOfAlarmName") or request.get("ParentsOfAlarmName")
    # "If you omit this parameter, only metric alarms are returned" (API reference: AlarmTypes).
    types = request.get("AlarmTypes") or (("MetricAlarm", "CompositeAlarm") if related else ("MetricAlarm",))
    actions = alarm.definition.actions
    prefix = request.get("ActionPrefix")
    return (
        alarm_type(alarm) in types
        and (not request.get("AlarmNames") or alarm.name in request["AlarmNames"])
        and alarm.name.startswith(request.get("AlarmNamePrefix") or "")
        and request.get("StateValue") in (None, alarm.state.value)
        and (
            prefix is None
            or any(
                arn.startswith(prefix) for arn in (*actions.ok, *actions.alarm, *actions.insufficient_data)
            )
        )
    )


def watches(definition: MetricAlarm, key: MetricKey, request: Request) -> bool:
    statistic = request.get("Statistic") or request.get("ExtendedStatistic")
    return any(
        stat.key == key
        and statistic in (None, stat.statistic)
        and request.get("Period") in (None, stat.period)
        and request.get("Unit") in (None, stat.unit)
        for stat in definition.metrics()
    )


def is_asked_for(key: MetricKey, request: Request) -> bool:
    namespace, name, found = key[0], key[1], dict(key[2])
    return (
        request.get("Namespace") in (None, namespace)
        and request.get("MetricName") in (None, name)
        and all(
            wanted["Name"] in found and wanted.get("Value") in (None, found[wanted["Name"]])
            for wanted in request.get("Dimensions") or ()
        )
    )


def is_within(moment: float, request: Request) -> bool:
    start, end = request.get("StartDate"), request.get("EndDate")
    return (start is None or seconds(start) <= moment) and (end is None or moment <= seconds(end))
