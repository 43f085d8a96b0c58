"""What moves work along: schedules, state machines, streams."""

from __future__ import annotations

import json

from support.pulumi.type_cases.case import Case

ROLE = "arn:aws:iam::123456789012:role/base"
_QUEUE = "arn:aws:sqs:us-east-1:123456789012:queue"


def definition(state: str) -> str:
    return json.dumps({"StartAt": state, "States": {state: {"Type": "Pass", "End": True}}})


def target(payload: str) -> dict[str, object]:
    return {"arn": _QUEUE, "roleArn": ROLE, "input": payload}


CASES = (
    Case(
        "aws:scheduler/schedule:Schedule",
        {
            "name": "case-schedule",
            "scheduleExpression": "rate(1 hours)",
            "flexibleTimeWindow": {"mode": "OFF"},
            "target": target("{}"),
        },
        {
            "scheduleExpression": "cron(0 3 * * ? *)",
            "description": "nightly",
            "state": "DISABLED",
            "target": {**target("[]"), "retryPolicy": {"maximumRetryAttempts": 2}},
        },
        {"name": "case-other"},
        ("arn",),
    ),
    Case(
        "aws:scheduler/scheduleGroup:ScheduleGroup",
        {"name": "case-group", "tags": {"a": "b"}},
        {"tags": {"a": "c"}},
        {"name": "case-other"},
        ("arn", "state"),
    ),
    Case(
        "aws:sfn/stateMachine:StateMachine",
        {"name": "case-machine", "roleArn": ROLE, "definition": definition("One"), "tags": {"a": "b"}},
        {"definition": definition("Two"), "tracingConfiguration": {"enabled": True}, "tags": {"a": "c"}},
        {"name": "case-other", "type": "EXPRESS"},
        ("arn", "status", "creationDate"),
    ),
    Case(
        "aws:kinesis/stream:Stream",
        {"name": "case-stream", "shardCount": 1, "tags": {"a": "b"}},
        {"shardCount": 2, "retentionPeriod": 48, "tags": {"a": "c"}},
        {"name": "case-demand", "streamModeDetails": {"streamMode": "ON_DEMAND"}, "shardCount": None},
        ("arn",),
        import_id="{name}",
    ),
)
