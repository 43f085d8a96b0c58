"""Carries out an alarm's actions: publish to a topic, invoke a function.

Both run as CloudWatch itself, so the topic's or function's own policy must allow it. An action that fails is
written to the alarm's history and to the log; it changes nothing about the alarm.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

from greenshift.twin.alarms.notifications import Change, lambda_payload, sns_message, sns_subject
from greenshift.twin.aws import Aws
from greenshift.twin.callers.principal import Principal
from greenshift.twin.service import ServiceError

log = logging.getLogger("greenshift.twin.alarms")

CLOUDWATCH = "cloudwatch.amazonaws.com"
# Lambda knows alarms under a name of their own (CloudWatch user guide: "Lambda alarm actions").
LAMBDA_CALLER = "lambda.alarms.cloudwatch.amazonaws.com"

Report = Callable[[str, str], None]


def is_supported(arn: str) -> bool:
    """Whether the twin can carry out an action: topics and functions, not EC2 or Auto Scaling."""
    return arn.split(":")[2:3] in (["sns"], ["lambda"])


async def act(aws: Aws, change: Change, arn: str, report: Report) -> None:
    """Carry out one action and report ``(summary, data)`` for the history."""
    try:
        await _perform(aws, change, arn)
    except ServiceError as error:
        log.warning("alarm %s: action %s failed: %s", change.alarm.name, arn, error)
        report(f"Failed to execute action {arn}", _data(change, arn, "Failed", str(error)))
    else:
        report(f"Successfully executed action {arn}", _data(change, arn, "Succeeded", None))


async def _perform(aws: Aws, change: Change, arn: str) -> None:
    if arn.split(":")[2] == "sns":
        parameters = {"TopicArn": arn, "Subject": sns_subject(change), "Message": sns_message(change)}
        await aws.call(Principal.service(CLOUDWATCH, change.alarm.arn), "sns", "Publish", parameters)
        return
    invocation = {"FunctionName": arn, "InvocationType": "Event", "Payload": lambda_payload(change)}
    await aws.call(Principal.service(LAMBDA_CALLER, change.alarm.arn), "lambda", "Invoke", invocation)


def _data(change: Change, arn: str, outcome: str, error: str | None) -> str:
    return json.dumps(
        {
            "actionState": outcome,
            "stateUpdateTimestamp": int(change.after.updated * 1000),
            "notificationResource": arn,
            "error": error,
        }
    )
