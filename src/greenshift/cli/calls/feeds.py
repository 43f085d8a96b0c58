"""What feeds a stack's functions through their aliases, as AWS tells it, and by which names it is asked for.

Queues, streams and tables by their event source mappings, HTTP APIs by the routes that lead to an alias,
function URLs by the alias. Who calls by itself (a bucket, a topic, a schedule) is no address to send to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from greenshift.errors import UsageError
from greenshift.view import FunctionOutputs

_WORDS = {"sqs": "queue", "kinesis": "stream", "dynamodb": "table"}
_DEFAULT = "$default"


@dataclass(frozen=True)
class Feed:
    """One way into a function; ``place`` is an ARN, or the address of an API or a function URL."""

    function: str
    kind: str
    """queue, stream, table, route or url."""
    name: str
    """As one asks for it: ``queue jobs``, ``POST /orders``, ``url charge``."""
    place: str


def resource_of(arn: str) -> str:
    """The name of a queue, a stream or a table."""
    resource = arn.split(":", 5)[5]
    return resource.split("/")[1] if "/" in resource else resource


def feeds_of(clients: Callable[[str], Any], functions: Sequence[FunctionOutputs]) -> list[Feed]:
    """Every way into these functions, in the functions' order."""
    routes = list(_routes(clients("apigatewayv2"), functions))
    found: list[Feed] = []
    for function in functions:
        found += _polled(clients("lambda"), function)
        found += [each for each in routes if each.function == function.key]
        found += _url(clients("lambda"), function)
    return found


def _polled(client: Any, function: FunctionOutputs) -> Iterator[Feed]:
    pages = client.get_paginator("list_event_source_mappings").paginate(FunctionName=function.alias_arn)
    for mapping in (each for page in pages for each in page["EventSourceMappings"]):
        arn = mapping["EventSourceArn"]
        word = _WORDS.get(arn.split(":")[2])
        if word is not None:
            yield Feed(function.key, word, f"{word} {resource_of(arn)}", arn)


def _routes(client: Any, functions: Sequence[FunctionOutputs]) -> Iterator[Feed]:
    for api in (each for page in client.get_paginator("get_apis").paginate() for each in page["Items"]):
        if api["ProtocolType"] != "HTTP":
            continue
        own = {"ApiId": api["ApiId"]}
        targets = {
            f"integrations/{each['IntegrationId']}": function.key
            for each in client.get_integrations(**own)["Items"]
            for function in functions
            if _leads_to(str(each.get("IntegrationUri") or ""), function.alias_arn)
        }
        if not targets:
            continue
        stages = {each["StageName"] for each in client.get_stages(**own)["Items"]}
        address = str(api["ApiEndpoint"])
        if stages and _DEFAULT not in stages:
            address = f"{address}/{min(stages)}"
        for route in client.get_routes(**own)["Items"]:
            if route.get("Target") in targets:
                yield Feed(targets[route["Target"]], "route", route["RouteKey"], address)


def _leads_to(uri: str, alias_arn: str) -> bool:
    """An integration names the alias by its ARN, or within API Gateway's own (``.../invocations``)."""
    return uri == alias_arn or uri.endswith(f"/{alias_arn}/invocations")


def _url(client: Any, function: FunctionOutputs) -> Iterator[Feed]:
    try:
        told = client.get_function_url_config(FunctionName=function.name, Qualifier=function.alias)
    except client.exceptions.ResourceNotFoundException:
        return
    yield Feed(function.key, "url", f"url {function.key}", str(told["FunctionUrl"]).rstrip("/"))


def find(feeds: Sequence[Feed], asked: str) -> Feed:
    """The feed that is asked for, with the path that is asked for. Pure.

    A queue, a stream or a table may be named without its word. A route is asked for by a request that it
    serves (``GET /orders/7``). Raises UsageError when it is none of these, or may be several.
    """
    exact = [each for each in feeds if asked in (each.name, each.name.partition(" ")[2])]
    exact = [each for each in exact if each.kind != "route" or _is_plain(each.name)]
    served = [Feed(each.function, each.kind, asked, each.place) for each in feeds if _serves(each, asked)]
    places = {(each.kind, each.place): each for each in exact or served}
    if len(places) > 1:
        raise UsageError(f"{asked!r} may be several", hint=f"name one of: {_named(feeds)}")
    if not places:
        raise UsageError(f"nothing that feeds the stack is {asked!r}", hint=f"there is: {_named(feeds)}")
    [found] = places.values()
    return found


def _named(feeds: Sequence[Feed]) -> str:
    return ", ".join(dict.fromkeys(each.name for each in feeds)) or "nothing that one can send to"


def _is_plain(route: str) -> bool:
    return "{" not in route and route != _DEFAULT and not route.startswith("ANY ")


def _serves(feed: Feed, asked: str) -> bool:
    method, _, path = asked.partition(" ")
    if feed.kind != "route" or not re.fullmatch(r"[A-Z]+ /\S*", asked):
        return False
    if feed.name == _DEFAULT:
        return True
    own, _, pattern = feed.name.partition(" ")
    parts = re.split(r"(\{[^}]+\})", pattern)
    places = [_of_variable(part) if part.startswith("{") else re.escape(part) for part in parts]
    return own in (method, "ANY") and re.fullmatch("".join(places), path) is not None


def _of_variable(part: str) -> str:
    return ".+" if part.endswith("+}") else "[^/{}]+"
