"""Who may call a route: JWT and Lambda authorizers, and IAM.

API Gateway developer guide, "Controlling and managing access to HTTP APIs" and "Use API Gateway Lambda
authorizers". Answers are not cached: each request asks anew.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.twin.callers.principal import Principal
from greenshift.twin.http_apis import answers, events, tokens
from greenshift.twin.http_apis.asked import Asked
from greenshift.twin.http_apis.definitions import Api, Authorizer, function_of
from greenshift.twin.http_apis.events import Served
from greenshift.twin.http_apis.functions import Functions
from greenshift.twin.http_apis.issuers import Issuers
from greenshift.twin.http_apis.matching import Match
from greenshift.twin.iam.document import PolicyError, parse
from greenshift.twin.iam.evaluate import Access, Policies, Verdict, decide
from greenshift.twin.moto.wsgi import HttpResponse
from greenshift.twin.service import ServiceError
from greenshift.twin.wire.json_text import read_json
from greenshift.twin.world import World

log = logging.getLogger("greenshift.twin")


@dataclass(frozen=True)
class Admitted:
    """Let in; ``context`` is what the function is told of whoever it is."""

    context: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Door:
    """One request at one route; ``arn`` is the route's, as policies name it."""

    api: Api
    match: Match
    asked: Asked
    served: Served
    arn: str
    caller: Principal | None
    variables: Mapping[str, str] = field(default_factory=dict)


Judgement = Admitted | HttpResponse


class Authorizing:
    """Judges requests by their route's authorization."""

    def __init__(self, world: World, functions: Functions, issuers: Issuers) -> None:
        self._world = world
        self._functions = functions
        self._issuers = issuers

    async def judge(self, door: Door) -> Judgement:
        kind = door.match.route.authorization
        if kind == "NONE":
            return Admitted()
        if kind == "AWS_IAM":
            return await self._by_iam(door)
        authorizer = door.api.authorizers.get(door.match.route.authorizer)
        if authorizer is None:
            return answers.message(500, "Internal Server Error")
        if authorizer.kind == "JWT":
            return await self._by_token(door, authorizer)
        if authorizer.kind in ("REQUEST", "TOKEN"):
            return await self._by_function(door, authorizer)
        log.warning("API %s: an authorizer of type %s is not supported", door.api.id, authorizer.kind)
        return answers.message(500, "Internal Server Error")

    async def _by_iam(self, door: Door) -> Judgement:
        if door.caller is None:
            text = "Missing Authentication Token" if door.api.kind == "rest" else "Forbidden"
            return answers.message(403, text)
        try:
            await self._world.aws.admit(door.caller, "execute-api", "Invoke", {"Resource": door.arn})
        except ServiceError:
            return answers.message(403, "Forbidden")
        account = self._world.account
        return Admitted({"iam": {"userArn": door.caller.told(account), "accountId": account}})

    async def _by_token(self, door: Door, authorizer: Authorizer) -> Judgement:
        text = _sources(door, authorizer)
        if not text or text[0] is None:
            return _unauthorized()
        try:
            token = tokens.read(text[0])
            keys = await self._issuers.keys(authorizer.issuer, str(token.header.get("kid")))
            now = self._world.clock.time()
            tokens.judge(token, keys, authorizer.issuer, authorizer.audiences, now)
        except (tokens.Refused, OSError, ValueError, KeyError) as error:
            log.info("API %s: a token is refused: %s", door.api.id, error)
            return _unauthorized()
        scopes, wanted = tokens.scopes(token), door.match.route.scopes
        if wanted and not set(wanted) & set(scopes):
            return answers.message(403, "Forbidden")
        claims = {name: _text(value) for name, value in token.claims.items()}
        told = {"claims": claims, "scopes": [each for each in scopes if each in wanted] or None}
        return Admitted({"jwt": told} if door.match.route.integration.payload == "2.0" else told)

    async def _by_function(self, door: Door, authorizer: Authorizer) -> Judgement:
        given = _sources(door, authorizer)
        if any(each is None for each in given) or not _is_valid(given, authorizer):
            return _unauthorized()
        function = function_of(authorizer.function, door.variables)
        event = _event(door, authorizer, [each or "" for each in given])
        source = door.arn.split("/")[0] + f"/authorizers/{authorizer.id}"
        try:
            payload = await self._functions.invoke(function, event, source, authorizer.credentials)
            found = read_json(payload)
        except (ServiceError, ValueError) as error:
            log.warning("API %s: the authorizer %s failed: %s", door.api.id, function, error)
            return answers.message(500, "Internal Server Error" if door.api.kind == "http" else "null")
        if not isinstance(found, dict):
            return answers.message(500, "Internal Server Error")
        return _decided(door, authorizer, found)


def _decided(door: Door, authorizer: Authorizer, found: Mapping[str, Any]) -> Judgement:
    """A simple response, or a policy that allows the route's ARN."""
    context = found.get("context") if isinstance(found.get("context"), dict) else {}
    if authorizer.is_simple:
        allowed = found.get("isAuthorized") is True
    else:
        try:
            policy = parse(json.dumps(found.get("policyDocument")))
        except (PolicyError, ValueError):
            return answers.message(500, "Internal Server Error")
        access = Access("execute-api:Invoke", door.arn, "", "")
        allowed = decide(Policies(identity=(policy,)), access) is Verdict.ALLOWED
    if not allowed:
        text = "Forbidden" if door.api.kind == "http" else "User is not authorized to access this resource"
        return answers.message(403, text)
    if door.match.route.integration.payload == "2.0":
        return Admitted({"lambda": context})
    return Admitted({**(context or {}), "principalId": found.get("principalId")})


def _event(door: Door, authorizer: Authorizer, given: list[str]) -> dict[str, Any]:
    """The authorizer's input: payload 2.0, 1.0, or of a REST API's TOKEN authorizer."""
    if authorizer.kind == "TOKEN":
        return {"type": "TOKEN", "authorizationToken": given[0] if given else "", "methodArn": door.arn}
    if authorizer.payload == "2.0":
        event = events.version_2(door.asked, door.served)
        event.pop("body", None)
        event.pop("isBase64Encoded", None)
        return {**event, "type": "REQUEST", "routeArn": door.arn, "identitySource": given}
    is_rest = door.api.kind == "rest"
    event = events.version_1(door.asked, door.served, is_rest=is_rest)
    event.pop("body", None)
    event.pop("isBase64Encoded", None)
    event |= {"type": "REQUEST", "methodArn": door.arn}
    return event if is_rest else {**event, "identitySource": ",".join(given)}


def _sources(door: Door, authorizer: Authorizer) -> list[str | None]:
    """The values of the identity sources, in order; None for one that is missing."""
    return [_source(each, door) for each in authorizer.sources]


def _source(name: str, door: Door) -> str | None:
    _, _, rest = name.partition(".")
    place, _, key = rest.partition(".")
    if place == "header":
        return door.asked.header(key)
    if place == "querystring":
        return dict(door.asked.query).get(key)
    if name.startswith("$stageVariables."):
        return door.variables.get(rest)
    return {"context.path": door.asked.path, "context.httpMethod": door.asked.method}.get(rest)


def _is_valid(given: list[str | None], authorizer: Authorizer) -> bool:
    if not authorizer.validation or not given:
        return True
    try:
        return re.match(authorizer.validation, (given[0] or "")[:2048]) is not None
    except re.error:
        return False


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _unauthorized() -> HttpResponse:
    return answers.message(401, "Unauthorized")
