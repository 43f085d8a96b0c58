"""From the ARN of a target to the one call that delivers to it.

Lambda, SNS, SQS and log groups are called as EventBridge itself and allow it in their own policy; pipelines
and builds are started with the session of the target's role (EventBridge user guide: "Using resource-based
policies", "Using identity-based policies").
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from greenshift.twin.aws import Aws
from greenshift.twin.callers.principal import Principal
from greenshift.twin.events.model import Event, Target
from greenshift.twin.service import ServiceError
from greenshift.twin.wire.json_text import read_json

EVENTS = "events.amazonaws.com"
SESSION_NAME = "AmazonEventBridge"

Deliver = Callable[["Delivering"], Awaitable[None]]
Forward = Callable[[str, Event], None]
"""Puts an event on the bus of a name, as it is; raises ServiceError where there is none."""


class Delivering:
    """One event on its way to one target, with what the target is to receive."""

    def __init__(
        self, aws: Aws, endpoint: str, rule_arn: str, target: Target, event: Event, payload: str,
        forward: Forward,
    ) -> None:  # fmt: skip
        self.aws = aws
        self.endpoint = endpoint
        self.rule_arn = rule_arn
        self.target = target
        self.event = event
        self.payload = payload
        self.forward = forward

    @property
    def caller(self) -> Principal:
        """EventBridge, which acts for the rule: targets judge it by the rule's ARN."""
        return Principal.service(EVENTS, self.rule_arn)

    @property
    def resource(self) -> str:
        """The ARN's last part: ``function:f``, ``project/p``, a queue's or a topic's name."""
        return self.target.arn.split(":", 5)[5]

    async def call(self, service: str, operation: str, parameters: dict[str, Any]) -> None:
        await self.aws.call(self.caller, service, operation, parameters)

    async def call_with_role(self, service: str, operation: str, parameters: dict[str, Any]) -> None:
        assert self.target.role_arn is not None  # PutTargets refused a target of this kind without one
        session = await self.aws.assume_role(self.target.role_arn, SESSION_NAME, EVENTS)
        await self.aws.call(session.principal, service, operation, parameters)

    def parameters(self) -> dict[str, Any]:
        """A payload the user wrote may set parameters of the call; the event itself never does."""
        if self.target.input.is_whole_event():
            return {}
        given = read_json(self.payload)
        return given if isinstance(given, dict) else {}


async def _to_lambda(delivering: Delivering) -> None:
    parameters = {
        "FunctionName": delivering.target.arn,
        "InvocationType": "Event",
        "Payload": delivering.payload.encode(),
    }
    await delivering.call("lambda", "Invoke", parameters)


async def _to_topic(delivering: Delivering) -> None:
    parameters = {"TopicArn": delivering.target.arn, "Message": delivering.payload}
    await delivering.call("sns", "Publish", parameters)


async def _to_queue(delivering: Delivering) -> None:
    url = queue_url(delivering.endpoint, delivering.target.arn)
    parameters = {"QueueUrl": url, "MessageBody": delivering.payload}
    if delivering.target.message_group is not None:
        parameters["MessageGroupId"] = delivering.target.message_group
    await delivering.call("sqs", "SendMessage", parameters)


async def _to_pipeline(delivering: Delivering) -> None:
    parameters = delivering.parameters() | {"name": delivering.resource}
    await delivering.call_with_role("codepipeline", "StartPipelineExecution", parameters)


async def _to_build(delivering: Delivering) -> None:
    parameters = delivering.parameters() | {"projectName": delivering.resource.removeprefix("project/")}
    await delivering.call_with_role("codebuild", "StartBuild", parameters)


async def _to_log_group(delivering: Delivering) -> None:
    group = delivering.resource.removeprefix("log-group:").removesuffix(":*")
    stream = str(uuid.uuid5(uuid.NAMESPACE_URL, delivering.target.arn))
    where = {"logGroupName": group, "logStreamName": stream}
    try:
        await delivering.call("logs", "CreateLogStream", where)
    except ServiceError as error:
        if error.code != "ResourceAlreadyExistsException":
            raise
    entry = {"timestamp": delivering.event.milliseconds, "message": delivering.payload}
    await delivering.call("logs", "PutLogEvents", {**where, "logEvents": [entry]})


async def _to_bus(delivering: Delivering) -> None:
    """The event goes on as it is, with its own source (user guide: "Sending events between buses")."""
    if delivering.target.role_arn is not None:
        session = await delivering.aws.assume_role(delivering.target.role_arn, SESSION_NAME, EVENTS)
        judged = {"Entries": [{"EventBusName": delivering.target.arn}]}
        await delivering.aws.admit(session.principal, "events", "PutEvents", judged)
    delivering.forward(delivering.resource.removeprefix("event-bus/"), delivering.event)


_KINDS: dict[str, tuple[str, Deliver]] = {
    "lambda": ("function:", _to_lambda),
    "sns": ("", _to_topic),
    "sqs": ("", _to_queue),
    "codepipeline": ("", _to_pipeline),
    "codebuild": ("project/", _to_build),
    "events": ("event-bus/", _to_bus),
    "logs": ("log-group:", _to_log_group),
}
_NEED_ROLE = frozenset({"codepipeline", "codebuild"})


def is_supported(arn: str) -> bool:
    """Whether the twin can deliver to an ARN at all."""
    parts = arn.split(":", 5)
    return len(parts) == 6 and parts[2] in _KINDS and parts[5].startswith(_KINDS[parts[2]][0])


def needs_role(arn: str) -> bool:
    return service_of(arn) in _NEED_ROLE


def service_of(arn: str) -> str:
    return arn.split(":", 5)[2]


def supported_kinds() -> str:
    return ", ".join(sorted(_KINDS))


async def deliver(delivering: Delivering) -> None:
    """Make the call; raises ServiceError as the target's service does."""
    await _KINDS[service_of(delivering.target.arn)][1](delivering)


def queue_url(endpoint: str, arn: str) -> str:
    account, name = arn.split(":")[4:6]
    return f"{endpoint}/{account}/{name}"
