"""CloudWatch: alarms and dashboards have ARNs, the latter without a region; metrics have none."""

from __future__ import annotations

from collections.abc import Iterable

from greenshift.twin.iam.needs.contract import Find, Parameters, Place, everything, on, texts


def _alarm(parameters: Parameters, place: Place) -> str:
    return place.arn("cloudwatch", f"alarm:{parameters.get('AlarmName', '*')}")


def _alarms(parameters: Parameters, place: Place) -> Iterable[str]:
    return [place.arn("cloudwatch", f"alarm:{name}") for name in texts(parameters.get("AlarmNames"))]


def _described(parameters: Parameters, place: Place) -> Iterable[str]:
    # API reference: composite alarms are returned only to a caller allowed on "*".
    if "CompositeAlarm" in texts(parameters.get("AlarmTypes")):
        return ["*"]
    return list(_alarms(parameters, place)) or [place.arn("cloudwatch", "alarm:*")]


def _dashboards(parameters: Parameters, place: Place) -> Iterable[str]:
    names = texts(parameters.get("DashboardNames")) or [str(parameters.get("DashboardName", "*"))]
    return [f"arn:aws:cloudwatch::{place.account}:dashboard/{name}" for name in names]


def _tagged(parameters: Parameters, _: Place) -> str:
    return str(parameters.get("ResourceARN", ""))


TABLE: dict[str, Find] = {
    **on(
        "cloudwatch", _alarm, "DescribeAlarmHistory", "PutCompositeAlarm", "PutMetricAlarm", "SetAlarmState"
    ),
    **on("cloudwatch", _alarms, "DeleteAlarms", "DisableAlarmActions", "EnableAlarmActions"),
    **on("cloudwatch", _dashboards, "DeleteDashboards", "GetDashboard", "PutDashboard"),
    **on("cloudwatch", _described, "DescribeAlarms"),
    **on(
        "cloudwatch",
        everything,
        "DescribeAlarmsForMetric",
        "GetMetricData",
        "GetMetricStatistics",
        "ListDashboards",
        "ListMetrics",
        "PutMetricData",
    ),
    **on("cloudwatch", _tagged, "ListTagsForResource", "TagResource", "UntagResource"),
}
