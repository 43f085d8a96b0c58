"""The function behind a mapping, as pollers see it: who it is, how long it may take, and a call to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from greenshift.twin.callers.principal import Principal
from greenshift.twin.service import ServiceError
from greenshift.twin.sources.model import Mapping as SourceMapping
from greenshift.twin.sources.permissions import queue_url
from greenshift.twin.world import World

LAMBDA = "lambda.amazonaws.com"
# Developer guide, "Lambda quotas": the payload of a synchronous invocation.
LARGEST_PAYLOAD = 6_291_456


@dataclass(frozen=True)
class Answer:
    """What an invocation came to; ``error`` is empty where the function answered."""

    payload: bytes
    error: str = ""
    version: str = ""


class Functions(Protocol):
    """What of Lambda a poller needs to know."""

    async def role_of(self, mapping: SourceMapping) -> Principal:
        """A session of the function's role."""
        ...

    def timeout_of(self, mapping: SourceMapping) -> int:
        """Seconds, of real time."""
        ...


class Target:
    """One mapping's function; every call goes through the one door."""

    def __init__(self, world: World, mapping: SourceMapping, functions: Functions) -> None:
        self._world = world
        self._mapping = mapping
        self._functions = functions

    @property
    def caller(self) -> Principal:
        """Lambda's own pollers, which no resource policy judges."""
        return Principal.service(LAMBDA, self._mapping.source)

    def timeout(self) -> int:
        return self._functions.timeout_of(self._mapping)

    async def invoke(self, event: Mapping[str, Any]) -> Answer:
        """One synchronous invocation; raises ServiceError where Lambda refuses it, as when it throttles."""
        name = self._mapping.function
        parameters: dict[str, Any] = {"FunctionName": name, "Payload": json.dumps(event).encode()}
        if self._mapping.qualifier is not None:
            parameters["Qualifier"] = self._mapping.qualifier
        response = await self._world.aws.call(self.caller, "lambda", "Invoke", parameters)
        payload, error = bytes(response.get("Payload") or b""), str(response.get("FunctionError") or "")
        return Answer(payload, error, str(response["ExecutedVersion"]))

    async def role(self) -> str:
        return (await self._functions.role_of(self._mapping)).arn

    def function_arn(self) -> str:
        where = f"{self._world.region}:{self._world.account}"
        arn = f"arn:aws:lambda:{where}:function:{self._mapping.function}"
        return f"{arn}:{self._mapping.qualifier}" if self._mapping.qualifier else arn

    async def deposit(self, arn: str, text: str) -> None:
        """A record of failure to a queue or a topic, as the function's role."""
        role = await self._functions.role_of(self._mapping)
        if arn.split(":")[2] == "sns":
            await self._world.aws.call(role, "sns", "Publish", {"TopicArn": arn, "Message": text})
            return
        message = {"QueueUrl": queue_url(arn, self._world.endpoint), "MessageBody": text}
        await self._world.aws.call(role, "sqs", "SendMessage", message)

    async def poll(
        self, service: str, operation: str, parameters: Mapping[str, Any],
        judged: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """A call to the source, which the function's role must be allowed to make.

        ``judged`` are the parameters that tell the resource, where the call's own do not.
        """
        role = await self._functions.role_of(self._mapping)
        await self._world.aws.admit(role, service, operation, judged or parameters)
        return await self._world.aws.call(self.caller, service, operation, parameters)


def is_throttle(error: ServiceError) -> bool:
    return error.status == 429 or "Throttl" in error.code or error.code == "TooManyRequestsException"
