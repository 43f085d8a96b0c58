"""What a function gets: payload formats 2.0 and 1.0 of HTTP APIs, and that of REST APIs. Pure.

API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs" and "Input format of a
Lambda function for proxy integration"; Lambda developer guide, "Invoking Lambda function URLs" (2.0 as well).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from greenshift.twin.http_apis.asked import Asked

Json = dict[str, Any]
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Served:
    """What served a request, for its context."""

    account: str
    api: str
    route_key: str
    stage: str
    variables: Mapping[str, str] = field(default_factory=dict)
    resource_id: str = ""
    authorizer: Mapping[str, Any] | None = None


def version_2(asked: Asked, served: Served) -> Json:
    named = served.stage not in ("$default", "")
    raw = f"/{served.stage}{asked.raw_path}" if named else asked.raw_path
    event: Json = {
        "version": "2.0",
        "routeKey": served.route_key,
        "rawPath": raw,
        "rawQueryString": asked.raw_query,
        "headers": _joined(
            (name.lower(), value) for name, value in asked.headers if name.lower() != "cookie"
        ),
        "requestContext": _context_2(asked, served, raw),
        **asked.body_members(),
    }
    if asked.cookies:
        event["cookies"] = asked.cookies
    if asked.query:
        event["queryStringParameters"] = _joined(asked.query)
    if asked.parameters:
        event["pathParameters"] = dict(asked.parameters)
    if served.variables:
        event["stageVariables"] = dict(served.variables)
    return event


def _context_2(asked: Asked, served: Served, raw: str) -> Json:
    context: Json = {
        "accountId": served.account,
        "apiId": served.api,
        "domainName": asked.host,
        "domainPrefix": asked.host.partition(".")[0],
        "http": {
            "method": asked.method,
            "path": raw,
            "protocol": "HTTP/1.1",
            "sourceIp": LOOPBACK,
            "userAgent": asked.header("user-agent") or "",
        },
        "requestId": asked.request_id,
        "routeKey": served.route_key,
        "stage": served.stage,
        "time": _clf(asked.time),
        "timeEpoch": int(asked.time * 1000),
    }
    if served.authorizer is not None:
        context["authorizer"] = dict(served.authorizer)
    return context


def version_1(asked: Asked, served: Served, *, is_rest: bool) -> Json:
    """The event as an HTTP API sends it in format 1.0; a REST API's has no ``version``."""
    resource = served.route_key.rpartition(" ")[2]
    named = served.stage not in ("$default", "")
    event: Json = {} if is_rest else {"version": "1.0"}
    event |= {
        "resource": resource or served.route_key,
        # An HTTP API's path has its stage, a REST API's has not (observed; both guides' examples).
        "path": asked.path if is_rest or not named else f"/{served.stage}{asked.path}",
        "httpMethod": asked.method,
        "headers": _last(asked.headers),
        "multiValueHeaders": _listed(asked.headers),
        "queryStringParameters": _last(asked.query) or None,
        "multiValueQueryStringParameters": _listed(asked.query) or None,
        "pathParameters": dict(asked.parameters) or None,
        "stageVariables": dict(served.variables) or None,
        "requestContext": _context_1(asked, served, resource or served.route_key),
        "body": None,
        **asked.body_members(is_text_always=is_rest),
    }
    return event


def _context_1(asked: Asked, served: Served, resource: str) -> Json:
    named = served.stage not in ("$default", "")
    context: Json = {
        "accountId": served.account,
        "apiId": served.api,
        "domainName": asked.host,
        "domainPrefix": asked.host.partition(".")[0],
        "extendedRequestId": asked.request_id,
        "httpMethod": asked.method,
        "identity": {
            "accessKey": None,
            "accountId": None,
            "caller": None,
            "sourceIp": LOOPBACK,
            "user": None,
            "userAgent": asked.header("user-agent") or "",
            "userArn": None,
        },
        "path": f"/{served.stage}{asked.path}" if named else asked.path,
        "protocol": "HTTP/1.1",
        "requestId": asked.request_id,
        "requestTime": _clf(asked.time),
        "requestTimeEpoch": int(asked.time * 1000),
        "resourceId": served.resource_id or served.route_key,
        "resourcePath": resource,
        "stage": served.stage,
    }
    if served.authorizer is not None:
        context["authorizer"] = dict(served.authorizer)
    return context


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _last(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return dict(pairs)


def _listed(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        found[name].append(value)
    return dict(found)


def _clf(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
