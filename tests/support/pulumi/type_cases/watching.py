"""What watches: composite alarms, dashboards and filters of logs."""

from __future__ import annotations

import json

from support.pulumi.type_cases.case import Case, Ref

GROUP = "aws:cloudwatch/logGroup:LogGroup"
_METRIC = {"name": "Errors", "namespace": "shop", "value": "1"}
_ALARM = {
    "name": "watching-base",
    "comparisonOperator": "GreaterThanThreshold",
    "threshold": 1,
    "evaluationPeriods": 1,
    "metricName": "Errors",
    "namespace": "AWS/Lambda",
    "period": 60,
    "statistic": "Sum",
}
_GROUPS = {
    "logs": (GROUP, {"name": "/watching/one"}),
    "others": (GROUP, {"name": "/watching/two"}),
    "stream": ("aws:kinesis/stream:Stream", {"name": "watching", "shardCount": 1}),
}

CASES = (
    Case(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        {"alarmName": "case-composite", "alarmRule": 'ALARM("watching-base")', "tags": {"a": "b"}},
        {
            "alarmRule": 'OK("watching-base")',
            "alarmDescription": "two",
            "tags": {"a": "c"},
            "actionsSuppressor": {"alarm": "watching-base", "extensionPeriod": 60, "waitPeriod": 30},
        },
        {"alarmName": "case-other", "actionsEnabled": False},
        ("arn",),
        {"alarm": ("aws:cloudwatch/metricAlarm:MetricAlarm", _ALARM)},
    ),
    Case(
        "aws:cloudwatch/dashboard:Dashboard",
        {"dashboardName": "case-dashboard", "dashboardBody": json.dumps({"widgets": []})},
        {"dashboardBody": json.dumps({"widgets": [], "start": "-PT6H"})},
        {"dashboardName": "case-other"},
        ("dashboardArn",),
    ),
    Case(
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        {
            "name": "errors",
            "logGroupName": Ref("logs"),
            "pattern": "ERROR",
            "metricTransformation": _METRIC,
        },
        {"pattern": "?ERROR ?WARN", "metricTransformation": {**_METRIC, "defaultValue": "0.5"}},
        {"logGroupName": Ref("others")},
        needs=_GROUPS,
        import_id="{logGroupName}:{name}",
    ),
    Case(
        "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        {
            "name": "away",
            "logGroup": Ref("logs"),
            "filterPattern": "ERROR",
            "destinationArn": Ref("stream", "arn"),
            "roleArn": "arn:aws:iam::123456789012:role/base",
        },
        {"filterPattern": "WARN"},
        {"logGroup": Ref("others")},
        needs=_GROUPS,
        import_id="{logGroup}|{name}",
    ),
)
