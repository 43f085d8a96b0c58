"""EventBridge's requests, read from the wire once and checked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from greenshift.twin.events import errors
from greenshift.twin.events.inputs import InputError, TargetInput, Transformer, check
from greenshift.twin.events.model import DEFAULT_BUS, Event, RetryPolicy, Rule, Target
from greenshift.twin.events.patterns import Pattern, PatternError, parse_pattern
from greenshift.twin.events.schedule import ScheduleError, parse_schedule
from greenshift.twin.events.targets import is_supported, needs_role, service_of, supported_kinds
from greenshift.twin.wire.json_text import read_json

Wire = Mapping[str, Any]

MAXIMUM_ENTRIES_SIZE = 256 * 1024
# The API reference names ``resources`` as well; EventBridge does without (as others observed on AWS).
_ENVELOPE = ("id", "account", "source", "time", "region", "detail-type")
_OTHER_PARAMETERS = (
    "KinesisParameters",
    "RunCommandParameters",
    "EcsParameters",
    "BatchParameters",
    "HttpParameters",
    "RedshiftDataParameters",
    "SageMakerPipelineParameters",
    "AppSyncParameters",
)


@dataclass(frozen=True)
class Refusal:
    """An entry of a batch that was not taken, while others were."""

    id: str
    code: str
    message: str


def bus_name(given: str | None) -> str:
    """A bus may be given by name or ARN, and is the default one where nothing is said."""
    return DEFAULT_BUS if given is None else given.rsplit("event-bus/", 1)[-1]


def pattern(text: str) -> Pattern:
    try:
        return parse_pattern(text)
    except PatternError as error:
        raise errors.invalid_pattern(str(error)) from None


def rule(request: Wire, account: str, region: str) -> Rule:
    """PutRule; what is omitted is null afterwards, also on a rule that had it."""
    text, schedule = request.get("EventPattern") or None, request.get("ScheduleExpression") or None
    if text is None and schedule is None:
        raise errors.validation("Parameter(s) EventPattern or ScheduleExpression must be specified.")
    try:
        if schedule is not None:
            parse_schedule(schedule)
    except ScheduleError as error:
        raise errors.validation(str(error)) from None
    name, bus = request["Name"], bus_name(request.get("EventBusName"))
    if schedule is not None and bus != DEFAULT_BUS:
        raise errors.validation("ScheduleExpression is supported only on the default event bus.")
    return Rule(
        name=name,
        arn=f"arn:aws:events:{region}:{account}:rule/{name if bus == DEFAULT_BUS else f'{bus}/{name}'}",
        bus=bus,
        state=request.get("State") or "ENABLED",
        pattern_text=text,
        pattern=None if text is None else pattern(text),
        schedule=schedule,
        description=request.get("Description") or None,
        role_arn=request.get("RoleArn"),
        tags={tag["Key"]: tag["Value"] for tag in request.get("Tags") or ()},
    )


def target(found: Wire) -> Target | Refusal:
    """One target of PutTargets; a kind the twin cannot deliver to is refused by itself."""
    arn, name = found["Arn"], found["Id"]
    extra = [member for member in _OTHER_PARAMETERS if found.get(member)]
    if extra or not is_supported(arn):
        what = f"{extra[0]} of target" if extra else "target"
        message = f"The twin cannot deliver to {what} {arn}; it delivers to {supported_kinds()}."
        return Refusal(name, "ValidationException", message)
    if needs_role(arn) and not found.get("RoleArn"):
        raise errors.validation(f"RoleArn is required for target {arn}.")
    group = (found.get("SqsParameters") or {}).get("MessageGroupId")
    if service_of(arn) == "sqs" and arn.endswith(".fifo") and not group:
        raise errors.validation(f"Parameter(s) MessageGroupId must be specified for target: {name}.")
    return Target(
        id=name,
        arn=arn,
        role_arn=found.get("RoleArn"),
        input=_input(found, name),
        retry=_retry(found.get("RetryPolicy")),
        dead_letter_arn=_dead_letter(found.get("DeadLetterConfig")),
        message_group=group,
    )


def _input(found: Wire, name: str) -> TargetInput:
    wire = found.get("InputTransformer")
    transformer = wire and Transformer(dict(wire.get("InputPathsMap") or {}), wire["InputTemplate"])
    given = TargetInput(found.get("Input"), found.get("InputPath"), transformer)
    try:
        check(given)
    except InputError as error:
        raise errors.validation(f"{error} (target {name}).") from None
    return given


def _retry(found: Wire | None) -> RetryPolicy | None:
    if found is None:
        return None
    defaults = RetryPolicy()
    attempts, age = found.get("MaximumRetryAttempts"), found.get("MaximumEventAgeInSeconds")
    return RetryPolicy(
        defaults.attempts if attempts is None else attempts, defaults.age if age is None else age
    )


def _dead_letter(found: Wire | None) -> str | None:
    arn: str | None = (found or {}).get("Arn")
    if arn is not None and not arn.startswith("arn:aws:sqs:"):
        raise errors.validation(f"The dead-letter queue {arn} is not the ARN of an SQS queue.")
    return arn


def check_size(request: Wire) -> None:
    """All entries together stay within 256 KB (API reference: PutEvents)."""
    size = sum(
        len(str(entry.get(member) or "").encode())
        for entry in request["Entries"]
        for member in ("Source", "DetailType", "Detail")
    )
    if size > MAXIMUM_ENTRIES_SIZE:
        raise errors.validation("Total size of the entries in the request is over the limit.")


def entry(found: Wire, account: str, region: str, now: float) -> Event | Refusal:
    """One entry of PutEvents; a bad one does not spoil the others."""
    for member in ("Source", "DetailType", "Detail"):
        if not found.get(member):
            reason = f"Parameter {member} is not valid. Reason: {member} is a required argument."
            return Refusal("", "InvalidArgument", reason)
    if found["Source"].startswith("aws."):
        return Refusal("", "NotAuthorizedForSourceException", "Not authorized for the source.")
    detail = _json_object(found["Detail"])
    if detail is None:
        return Refusal("", "MalformedDetail", "Detail is malformed.")
    time = found.get("Time")
    return Event.of(
        id=str(uuid.uuid4()),
        source=found["Source"],
        detail_type=found["DetailType"],
        account=account,
        region=region,
        time=now if time is None else _seconds(time),
        resources=tuple(found.get("Resources") or ()),
        detail=detail,
    )


def span(request: Wire) -> tuple[datetime, datetime]:
    """From when to when StartReplay replays."""
    start, end = (
        datetime.fromtimestamp(_seconds(request[name]), UTC) for name in ("EventStartTime", "EventEndTime")
    )
    if start >= end:
        raise errors.validation(
            "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."
        )
    return start, end


def tested_event(text: str) -> Mapping[str, Any]:
    """The event of TestEventPattern, which must have the fields of an envelope."""
    event = _json_object(text)
    if event is None or any(member not in event for member in _ENVELOPE):
        raise errors.validation(
            f"Parameter Event is not valid. Reason: a JSON object with {', '.join(_ENVELOPE)} is required."
        )
    return event


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        found = read_json(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _seconds(moment: datetime | float) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)
