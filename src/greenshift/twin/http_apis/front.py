"""Serves the addresses of APIs: finds the route, asks who may, calls the function, answers."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import replace

from greenshift.twin.callers.principal import Principal
from greenshift.twin.entrance import signature
from greenshift.twin.http_apis import answers, asked, events, matching, onward
from greenshift.twin.http_apis.asked import Asked
from greenshift.twin.http_apis.authorizing import Admitted, Authorizing, Door
from greenshift.twin.http_apis.cors import PREFIX, Cors, Headers
from greenshift.twin.http_apis.definitions import Api, function_of, url_of
from greenshift.twin.http_apis.events import Served
from greenshift.twin.http_apis.functions import LONGEST_SECONDS, FunctionFailed, Functions
from greenshift.twin.http_apis.issuers import Issuers
from greenshift.twin.http_apis.matching import Match
from greenshift.twin.http_apis.reading import Reader
from greenshift.twin.moto import Moto
from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse
from greenshift.twin.service import ServiceError
from greenshift.twin.world import World

log = logging.getLogger("greenshift.twin")

SUFFIX = "execute-api"
_UNREACHABLE = {
    "http": (503, "Service Unavailable"),
    "rest": (504, "Network error communicating with endpoint"),
}


class Front:
    """HTTP APIs and REST APIs."""

    def __init__(self, world: World, moto: Moto, principal_of: Callable[[str], Principal]) -> None:
        self._world = world
        self._principal_of = principal_of
        self._functions = Functions(world)
        self._authorizing = Authorizing(world, self._functions, Issuers(moto))
        self.reader = Reader(world)

    async def answer(self, name: str, request: HttpRequest) -> HttpResponse:
        """A request to ``API.execute-api.localhost``; a name that was never handed out is refused."""
        api = await self.reader.find(name.partition(".")[0])
        if api is None or api.is_closed:
            return answers.message(403, "Forbidden")
        read = asked.read(request, str(uuid.uuid4()), self._world.clock.time())
        answer = preflight(api.cors, read) or await self._serve(api, read, request)
        return shared(api.cors, read.origin, answer)

    async def _serve(self, api: Api, read: Asked, request: HttpRequest) -> HttpResponse:
        staged = matching.stage_of(api, read.path)
        if staged is None:
            return _nowhere(api)
        stage, path = staged
        raw = read.raw_path
        raw = "/" + raw.removeprefix("/").partition("/")[2] if path != read.path else raw
        read = replace(read, path=path, raw_path=raw, stage=stage.name)
        match = matching.find(api, read.method, path)
        if match is None:
            return _nowhere(api, is_stage=True)
        read = replace(read, parameters=match.parameters)
        served = Served(
            self._world.account, api.id, match.route.key, stage.name, stage.variables, match.route.resource_id
        )
        door = Door(
            api, match, read, served, self._arn(api, read, match), self._caller(request), stage.variables
        )
        judged = await self._authorizing.judge(door)
        if isinstance(judged, HttpResponse):
            return judged
        return await self._call(door, judged)

    async def _call(self, door: Door, judged: Admitted) -> HttpResponse:
        integration = door.match.route.integration
        if integration.unsupported:
            log.warning("API %s: the twin does not serve %s", door.api.id, integration.unsupported)
            text = f"the twin does not serve {integration.unsupported}: functions only"
            return answers.message(501, text)
        if integration.url:
            return await self._hand_on(door)
        served = replace(door.served, authorizer=judged.context)
        is_rest, is_2 = door.api.kind == "rest", integration.payload == "2.0"
        event = (
            events.version_2(door.asked, served)
            if is_2
            else events.version_1(door.asked, served, is_rest=is_rest)
        )
        function = function_of(integration.function, door.variables)
        # API reference, CreateIntegration: with these credentials whoever asks calls the function.
        is_callers = integration.credentials == "arn:aws:iam::*:user/*"
        try:
            payload = await self._functions.invoke(
                function,
                event,
                door.arn,
                "" if is_callers else integration.credentials,
                door.api.kind,
                caller=door.caller if is_callers else None,
            )
            return answers.of_function(payload, integration.payload)
        except TimeoutError:
            return _too_slow(is_rest)
        except (ServiceError, answers.NoAnswer) as error:
            log.warning("API %s: %s: %s", door.api.id, function or integration.function, error)
            return _failed(is_rest, error)

    async def _hand_on(self, door: Door) -> HttpResponse:
        """The answer of an HTTP integration's address."""
        integration, kind = door.match.route.integration, door.api.kind
        url = url_of(integration, door.variables, door.match.parameters)
        try:
            return await onward.send(url, integration.method, door.asked, LONGEST_SECONDS[kind])
        except onward.Elsewhere:
            log.warning("API %s: the twin sends requests to this machine only, not to %s", door.api.id, url)
            return answers.message(501, f"the twin sends requests to this machine only, not to {url}")
        except TimeoutError:
            return _too_slow(kind == "rest")
        except onward.Unreachable as error:
            log.warning("API %s: %s", door.api.id, error)
            return answers.message(*_UNREACHABLE[kind])

    def _arn(self, api: Api, read: Asked, match: Match) -> str:
        """``arn:aws:execute-api:region:account:api/stage/METHOD/path``, the route's path for HTTP APIs."""
        method, _, pattern = match.route.key.partition(" ")
        if api.kind == "rest":
            method, pattern = read.method, read.path
        where = f"{self._world.region}:{self._world.account}:{api.id}/{read.stage}"
        rest = f"{method}{pattern}" if pattern else method
        return f"arn:aws:execute-api:{where}/{rest.replace('ANY/', '*/', 1) if method == 'ANY' else rest}"

    def _caller(self, request: HttpRequest) -> Principal | None:
        signed = signature.of(request)
        return None if signed is None else self._principal_of(signed.key)


def preflight(cors: Cors | None, read: Asked) -> HttpResponse | None:
    """The answer to a browser's question before its request, where the API answers it itself."""
    is_asking = read.method == "OPTIONS" and read.origin and read.header("access-control-request-method")
    if cors is None or not is_asking:
        return None
    return HttpResponse(204, tuple(cors.preflight(read.origin)), b"")


def shared(cors: Cors | None, origin: str, answer: HttpResponse) -> HttpResponse:
    """The API's own CORS headers take the place of the function's, where it is configured."""
    if cors is None or (
        answer.status == 204 and any(n.lower().startswith(PREFIX) for n, _ in answer.headers)
    ):
        return answer
    own: Headers = [(n, v) for n, v in answer.headers if not n.lower().startswith(PREFIX)]
    return HttpResponse(answer.status, (*own, *cors.shared(origin)), answer.body)


def _nowhere(api: Api, *, is_stage: bool = False) -> HttpResponse:
    if api.kind == "http":
        return answers.message(404, "Not Found")
    return answers.message(403, "Missing Authentication Token" if is_stage else "Forbidden")


def _too_slow(is_rest: bool) -> HttpResponse:
    if is_rest:
        return answers.message(504, "Endpoint request timed out")
    return answers.message(503, "Service Unavailable")


def _failed(is_rest: bool, error: Exception) -> HttpResponse:
    """REST APIs tell a bad answer (502) from a call that could not be made (500); HTTP APIs do not."""
    if not is_rest:
        throttled = isinstance(error, ServiceError) and error.status == 429
        return answers.message(
            503 if throttled else 500, "Service Unavailable" if throttled else "Internal Server Error"
        )
    is_bad = isinstance(error, answers.NoAnswer | FunctionFailed)
    return answers.message(502 if is_bad else 500, "Internal server error")
