"""Rules and targets as the wire shows them."""

from __future__ import annotations

from typing import Any

from greenshift.twin.events.model import RetryPolicy, Rule, Target
from greenshift.twin.events.requests import DEFAULT_BUS, Refusal

Wire = dict[str, Any]


def rule(found: Rule) -> Wire:
    return _given(
        {
            "Name": found.name,
            "Arn": found.arn,
            "EventPattern": found.pattern_text,
            "ScheduleExpression": found.schedule,
            "State": found.state,
            "Description": found.description,
            "RoleArn": found.role_arn,
            "EventBusName": DEFAULT_BUS,
        }
    )


def target(found: Target) -> Wire:
    transformer = found.input.transformer
    return _given(
        {
            "Id": found.id,
            "Arn": found.arn,
            "RoleArn": found.role_arn,
            "Input": found.input.constant,
            "InputPath": found.input.path,
            "InputTransformer": transformer
            and {"InputPathsMap": dict(transformer.paths), "InputTemplate": transformer.template},
            "SqsParameters": found.message_group and {"MessageGroupId": found.message_group},
            "RetryPolicy": found.retry and _retry(found.retry),
            "DeadLetterConfig": found.dead_letter_arn and {"Arn": found.dead_letter_arn},
        }
    )


def failed(refusals: list[Refusal]) -> Wire:
    """The answer of PutTargets and RemoveTargets: not an exception, but a list of what was refused."""
    entries = [
        {"TargetId": each.id, "ErrorCode": each.code, "ErrorMessage": each.message} for each in refusals
    ]
    return {"FailedEntryCount": len(entries), "FailedEntries": entries}


def bus(account: str, region: str) -> Wire:
    return {"Name": DEFAULT_BUS, "Arn": f"arn:aws:events:{region}:{account}:event-bus/{DEFAULT_BUS}"}


def tags(found: dict[str, str]) -> list[Wire]:
    return [{"Key": key, "Value": value} for key, value in sorted(found.items())]


def _retry(policy: RetryPolicy) -> Wire:
    return {"MaximumRetryAttempts": policy.attempts, "MaximumEventAgeInSeconds": policy.age}


def _given(members: Wire) -> Wire:
    return {member: value for member, value in members.items() if value is not None}
