"""AWS's REST-JSON protocol, as Lambda speaks it: method and path name the operation.

Members travel in the path, the query string, headers, or the body; one member may be the body itself
(Invoke's ``Payload``). Everything is read from botocore's model.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from email.utils import format_datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote

from botocore.model import OperationModel, Shape

from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse
from greenshift.twin.service import ServiceError, service_model
from greenshift.twin.wire.json_text import read_json
from greenshift.twin.wire.shapes import to_json
from greenshift.twin.wire.unmarshal import Unreadable, from_json


@dataclass(frozen=True)
class Route:
    """One operation's method and path."""

    method: str
    path: re.Pattern[str]
    labels: tuple[str, ...]
    query: frozenset[str]
    operation: str


@cache
def routes(service: str) -> tuple[Route, ...]:
    """Every operation's route; the ones with most fixed text first, so that the most exact wins.

    Of two with one path, as ListLayers and GetLayerVersionByArn, the one that names a query comes first.
    """
    model = service_model(service)
    found = [_route(model.operation_model(name)) for name in model.operation_names]
    return tuple(
        sorted(
            found,
            key=lambda route: (
                -len(re.sub(r"\(.*?\)", "", route.path.pattern)),
                -len(route.query),
                route.operation,
            ),
        )
    )


def _route(model: OperationModel) -> Route:
    path, _, query = model.http["requestUri"].partition("?")
    labels = tuple(re.findall(r"{([^}+]+)\+?}", path))
    pattern = re.sub(r"\\{[^}]+\\\+\\}", "(.+)", re.escape(path))
    pattern = re.sub(r"\\{[^}]+\\}", "([^/]+)", pattern)
    return Route(
        model.http["method"],
        re.compile(pattern.rstrip("/") + "/?"),
        labels,
        frozenset(parse_qs(query, keep_blank_values=True)),
        model.name,
    )


def match(service: str, request: HttpRequest) -> tuple[Route, dict[str, str]]:
    """The route of a request and the text of its path labels."""
    asked = parse_qs(request.query, keep_blank_values=True).keys()
    for route in routes(service):
        found = route.path.fullmatch(request.raw_path) if route.method == request.method else None
        if found and route.query <= asked:
            return route, {
                label: unquote(text) for label, text in zip(route.labels, found.groups(), strict=True)
            }
    raise ServiceError(
        "UnknownOperationException",
        f"{service} has no operation for {request.method} {request.raw_path}",
        404,
    )


def parse(model: OperationModel, request: HttpRequest, labels: dict[str, str]) -> dict[str, Any]:
    """The input of the operation, gathered from path, query string, headers and body."""
    shape = model.input_shape
    if shape is None:
        return {}
    query = parse_qs(request.query, keep_blank_values=True)
    payload = shape.serialization.get("payload")
    values = {} if payload else _body(shape, request)
    for name, member in shape.members.items():
        found = _located(member, name, request, labels, query)
        if found is not None:
            values[name] = found
    if payload:
        values[payload] = _payload(shape.members[payload], request)
    return values


def _body(shape: Shape, request: HttpRequest) -> dict[str, Any]:
    parsed = _read(shape, request)
    return {
        name: value for name, value in parsed.items() if "location" not in shape.members[name].serialization
    }


def _payload(member: Shape, request: HttpRequest) -> Any:
    return request.body if member.type_name == "blob" else _read(member, request)


def _read(shape: Shape, request: HttpRequest) -> dict[str, Any]:
    try:
        body = read_json(request.body or b"{}")
        if not isinstance(body, dict):
            raise ValueError("it is not an object")
    except ValueError as error:
        raise ServiceError(
            "InvalidRequestContentException", f"Could not parse request body into json: {error}"
        ) from None
    try:
        parsed: dict[str, Any] = from_json(shape, body)
    except Unreadable as error:
        raise ServiceError("SerializationException", str(error)) from None
    return parsed


def _located(
    member: Shape, name: str, request: HttpRequest, labels: dict[str, str], query: dict[str, list[str]]
) -> Any:
    location = member.serialization.get("location")
    wire = member.serialization.get("name", name)
    if location == "uri":
        return _scalar(member, labels.get(wire))
    if location == "querystring":
        texts = query.get(wire)
        if texts is None:
            return None
        return texts if member.type_name == "list" else _scalar(member, texts[0])
    if location == "header":
        return _scalar(member, request.header(wire) or None)
    return None


def _scalar(member: Shape, text: str | None) -> Any:
    if text is None:
        return None
    try:
        if member.type_name in ("integer", "long"):
            return int(text)
        if member.type_name in ("float", "double"):
            return float(text)
    except ValueError:
        return text
    return text.lower() == "true" if member.type_name == "boolean" else text


def serialize(model: OperationModel, response: dict[str, Any]) -> HttpResponse:
    """The operation's answer: status, headers and body where the model puts them."""
    status = model.http.get("responseCode", 200)
    shape = model.output_shape
    headers: list[tuple[str, str]] = []
    if shape is None:
        return HttpResponse(status, (("Content-Type", "application/json"),), b"")
    payload = shape.serialization.get("payload")
    body: dict[str, Any] = {}
    for name, value in response.items():
        member = shape.members[name]
        location = member.serialization.get("location")
        if location == "statusCode":
            status = int(value)
        elif location == "header" and value is not None:
            headers.append((member.serialization.get("name", name), _header_text(value)))
        elif location is None and name != payload:
            body[name] = value
    content = (
        _payload_bytes(shape, payload, response) if payload else json.dumps(to_json(shape, body)).encode()
    )
    return HttpResponse(
        status, (("Content-Type", "application/json"), *headers), b"" if status == 204 else content
    )


def _payload_bytes(shape: Shape, payload: str, response: dict[str, Any]) -> bytes:
    value = response.get(payload)
    if value is None:
        return b""
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    return json.dumps(to_json(shape.members[payload], value)).encode()


def _header_text(value: Any) -> str:
    if hasattr(value, "tzinfo"):
        return format_datetime(value, usegmt=True)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def error(failure: ServiceError) -> HttpResponse:
    """An error as REST-JSON carries it: the name in a header, the rest in the body."""
    side = "User" if failure.status < 500 else "Service"
    body = {"Type": side, "Message": failure.message, "message": failure.message, **failure.members}
    headers = (("Content-Type", "application/json"), ("X-Amzn-ErrorType", failure.code))
    return HttpResponse(failure.status, headers, json.dumps(body, default=str).encode())
