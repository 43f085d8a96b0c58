"""Serves function URLs: payload 2.0 to the function, or alias, behind each (Lambda: "Function URLs")."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from typing import Any, Protocol

from greenshift.twin.callers.principal import Principal
from greenshift.twin.entrance import signature
from greenshift.twin.http_apis import answers, asked, events
from greenshift.twin.http_apis.cors import Cors
from greenshift.twin.http_apis.events import Served
from greenshift.twin.http_apis.front import preflight, shared
from greenshift.twin.http_apis.functions import Functions
from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse
from greenshift.twin.service import ServiceError
from greenshift.twin.world import World

log = logging.getLogger("greenshift.twin")

SUFFIX = "lambda-url"
_FORBIDDEN = (
    "Forbidden. For troubleshooting Function URL authorization issues, see the Lambda developer guide"
)


class Address(Protocol):
    """A function URL as it is configured."""

    @property
    def arn(self) -> str: ...

    @property
    def auth(self) -> str: ...

    @property
    def cors(self) -> Cors | None: ...

    @property
    def is_public(self) -> bool:
        """Whether the function's policy lets everybody in."""
        ...


class Urls:
    """The addresses below ``lambda-url.localhost``."""

    def __init__(
        self, world: World, find: Callable[[str], Address | None], principal_of: Callable[[str], Principal]
    ) -> None:
        self._world = world
        self._find = find
        self._principal_of = principal_of

    async def answer(self, name: str, request: HttpRequest) -> HttpResponse:
        id_ = name.partition(".")[0]
        address = self._find(id_)
        if address is None:
            return _told(403, "Forbidden")
        read = asked.read(request, str(uuid.uuid4()), self._world.clock.time())
        first = preflight(address.cors, read)
        if first is not None:
            return first
        authorizer: dict[str, Any] | None = None
        if address.auth == "AWS_IAM":
            caller = self._caller(request)
            if caller is None or not await self._may(caller, address):
                return _told(403, _FORBIDDEN)
            account = self._world.account
            authorizer = {"iam": {"userArn": caller.told(account), "accountId": account}}
        elif not address.is_public:
            return _told(403, _FORBIDDEN)
        served = Served(self._world.account, id_, "$default", "$default", authorizer=authorizer)
        answer = await self._call(address, events.version_2(read, served))
        return shared(address.cors, read.origin, answer)

    async def _call(self, address: Address, event: dict[str, Any]) -> HttpResponse:
        caller = Principal.service("lambda.amazonaws.com", address.arn)
        try:
            payload = await Functions(self._world).invoke(address.arn, event, "", caller=caller)
            return answers.of_function(payload, "2.0")
        except TimeoutError:
            return _told(504, "Gateway Timeout")
        except (ServiceError, answers.NoAnswer) as error:
            log.warning("the URL of %s: %s", address.arn, error)
            throttled = isinstance(error, ServiceError) and error.status == 429
            # Developer guide, "Monitoring function URLs": 429 when throttled, 502 when the function fails.
            return _told(429, "Rate Exceeded.") if throttled else _told(502, "Internal Server Error")

    async def _may(self, caller: Principal, address: Address) -> bool:
        """Both actions, as for URLs that are new since October 2025."""
        aws = self._world.aws
        try:
            await aws.admit(caller, "lambda", "InvokeFunctionUrl", {"Resource": address.arn})
            await aws.admit(caller, "lambda", "Invoke", {"FunctionName": address.arn})
        except ServiceError:
            return False
        return True

    def _caller(self, request: HttpRequest) -> Principal | None:
        signed = signature.of(request)
        return None if signed is None else self._principal_of(signed.key)


def _told(status: int, text: str) -> HttpResponse:
    answer = answers.message(status, text)
    return HttpResponse(status, answer.headers, answer.body.replace(b'"message"', b'"Message"', 1))
