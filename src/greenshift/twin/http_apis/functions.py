"""Calls of functions by an API: as API Gateway, whose source the function's policy judges, or as its role."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from greenshift.twin.callers.principal import Principal
from greenshift.twin.http_apis.reading import GATEWAY
from greenshift.twin.service import ServiceError
from greenshift.twin.world import World

# Developer guide, "Quotas": HTTP APIs wait 30 seconds, REST APIs 29; in real time, as functions run in it.
LONGEST_SECONDS = {"http": 30.0, "rest": 29.0}


class FunctionFailed(ServiceError):
    """The function ran and ended in an error."""


class Functions:
    """Invokes and returns what the function gave."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def invoke(
        self, arn: str, event: Mapping[str, Any], source: str, credentials: str = "", kind: str = "http",
        caller: Principal | None = None,
    ) -> bytes:  # fmt: skip
        """Raises ServiceError where it may not be called, FunctionFailed, and TimeoutError."""
        caller = caller or Principal.service(GATEWAY, source)
        if credentials:
            session = await self._world.aws.assume_role(credentials, "BackplaneAssumeRoleSession", GATEWAY)
            caller = session.principal.acting_for(source)
        parameters = {"FunctionName": arn, "Payload": json.dumps(event).encode()}
        async with asyncio.timeout(LONGEST_SECONDS[kind]):
            answer = await self._world.aws.call(caller, "lambda", "Invoke", parameters)
        if answer.get("FunctionError"):
            raise FunctionFailed("FunctionError", str(answer["FunctionError"]), 502)
        return bytes(answer.get("Payload") or b"")
