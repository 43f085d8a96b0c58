"""Rules and targets as the wire shows them."""

from __future__ import annotations

from typing import Any

from greenshift.twin.events.archives import Archive
from greenshift.twin.events.buses import Bus
from greenshift.twin.events.model import RetryPolicy, Rule, Target
from greenshift.twin.events.replays import Replay
from greenshift.twin.events.requests import Refusal

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
            "EventBusName": found.bus,
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


def bus(found: Bus) -> Wire:
    return {**listed_bus(found), **found.settings}


def listed_bus(found: Bus) -> Wire:
    told = {"Name": found.name, "Arn": found.arn, "Description": found.settings.get("Description")}
    return _given({**told, "CreationTime": found.created})


def archive(found: Archive) -> Wire:
    return _given(
        {
            "ArchiveName": found.name,
            "EventSourceArn": found.bus_arn,
            "State": "ENABLED",
            "RetentionDays": found.retention_days,
            "SizeBytes": found.size,
            "EventCount": len(found.events),
            "CreationTime": found.created,
        }
    )


def described_archive(found: Archive) -> Wire:
    told = {"ArchiveArn": found.arn, "Description": found.description, "EventPattern": found.pattern_text}
    return {**archive(found), **_given(told)}


def replay(found: Replay) -> Wire:
    return _given(
        {
            "ReplayName": found.name,
            "EventSourceArn": found.archive_arn,
            "State": found.state,
            "EventStartTime": found.start,
            "EventEndTime": found.end,
            "EventLastReplayedTime": found.last_replayed,
            "ReplayStartTime": found.started,
            "ReplayEndTime": found.ended,
        }
    )


def described_replay(found: Replay) -> Wire:
    where: Wire = {"Arn": found.bus_arn}
    if found.filters:
        where["FilterArns"] = list(found.filters)
    told = {"ReplayArn": found.arn, "Description": found.description, "Destination": where}
    return {**replay(found), **_given(told)}


def tags(found: dict[str, str]) -> list[Wire]:
    return [{"Key": key, "Value": value} for key, value in sorted(found.items())]


def _retry(policy: RetryPolicy) -> Wire:
    return {"MaximumRetryAttempts": policy.attempts, "MaximumEventAgeInSeconds": policy.age}


def _given(members: Wire) -> Wire:
    return {member: value for member, value in members.items() if value is not None}
