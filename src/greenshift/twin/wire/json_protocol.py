"""AWS's JSON protocol (1.0 and 1.1): the target header names the operation, the body is its input."""

from __future__ import annotations

import json
from typing import Any

from botocore.model import OperationModel

from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse
from greenshift.twin.service import ServiceError
from greenshift.twin.wire.json_text import read_json
from greenshift.twin.wire.shapes import to_json
from greenshift.twin.wire.unmarshal import Unreadable, from_json


def parse(model: OperationModel, request: HttpRequest) -> dict[str, Any]:
    """The input of the operation; ServiceError when the body is not a JSON object."""
    try:
        body = read_json(request.body or b"{}")
    except ValueError as error:
        raise ServiceError("SerializationException", f"the request body is not JSON: {error}") from None
    if not isinstance(body, dict):
        raise ServiceError("SerializationException", "the request body must be a JSON object")
    try:
        parsed: dict[str, Any] = from_json(model.input_shape, body) if model.input_shape else {}
    except Unreadable as error:
        raise ServiceError("SerializationException", str(error)) from None
    return parsed


def serialize(model: OperationModel, response: dict[str, Any], content_type: str) -> HttpResponse:
    body = to_json(model.output_shape, response) if model.output_shape else {}
    return HttpResponse(200, (("Content-Type", content_type),), json.dumps(body).encode())


def error(
    failure: ServiceError, content_type: str, name: str = "", headers: tuple[tuple[str, str], ...] = ()
) -> HttpResponse:
    """``name`` is the error's shape in the model, where its code is another."""
    name = name or failure.code
    body = {"__type": name, "message": failure.message, **failure.members}
    head = (("Content-Type", content_type), ("x-amzn-ErrorType", name), *headers)
    return HttpResponse(failure.status, head, json.dumps(body, default=str).encode())
