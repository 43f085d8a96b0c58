"""What a function gave, as an answer over HTTP. Pure.

API Gateway developer guide, "Lambda function response for format 2.0" (whatever is no response is the body of
one), "1.0", and "Output format of a Lambda function for proxy integration".
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from typing import Any

from greenshift.twin.moto.wsgi import HttpResponse
from greenshift.twin.wire.json_text import read_json

_JSON = ("Content-Type", "application/json")


class NoAnswer(ValueError):
    """The function gave nothing that can be sent."""


def message(status: int, text: str) -> HttpResponse:
    """An answer of the front itself."""
    return HttpResponse(status, (_JSON,), json.dumps({"message": text}).encode())


def of_function(payload: bytes, version: str) -> HttpResponse:
    """Raises NoAnswer for what the format does not allow."""
    try:
        found: Any = read_json(payload or b"null")
    except ValueError:
        raise NoAnswer("the function answered what is no JSON") from None
    if version == "2.0" and not (isinstance(found, dict) and "statusCode" in found):
        body = found if isinstance(found, str) else json.dumps(found)
        return HttpResponse(200, (_JSON,), b"" if found is None else body.encode())
    if not isinstance(found, dict):
        raise NoAnswer("the function answered no object")
    return HttpResponse(_status(found), tuple(_headers(found, version)), _body(found))


def _status(found: Mapping[str, Any]) -> int:
    try:
        status = int(found["statusCode"])
    except (KeyError, TypeError, ValueError):
        raise NoAnswer("the function's answer has no statusCode") from None
    if not 200 <= status <= 599:
        raise NoAnswer(f"{status} is no status of an answer")
    return status


def _headers(found: Mapping[str, Any], version: str) -> Iterator[tuple[str, str]]:
    single, many = found.get("headers") or {}, found.get("multiValueHeaders") or {}
    if not isinstance(single, Mapping) or not isinstance(many, Mapping):
        raise NoAnswer("the headers of the answer are no object")
    seen = {name.lower() for name in many}
    if "content-type" not in seen | {name.lower() for name in single}:
        # REST APIs and HTTP APIs alike say JSON where the function says nothing.
        yield (
            _JSON
            if version != "2.0" or not isinstance(found.get("body"), str)
            else ("Content-Type", "text/plain")
        )
    for name, values in many.items():
        for value in values if isinstance(values, list) else [values]:
            yield _clean(name, value)
    for name, value in single.items():
        if name.lower() not in seen:
            yield _clean(name, value)
    for cookie in found.get("cookies") or ():
        yield _clean("Set-Cookie", cookie)


def _clean(name: str, value: object) -> tuple[str, str]:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if any(each in f"{name}{text}" for each in "\r\n\0"):
        raise NoAnswer(f"the header {name!r} of the answer cannot be sent")
    return name.encode("ascii", "replace").decode(), text.encode("latin-1", "replace").decode("latin-1")


def _body(found: Mapping[str, Any]) -> bytes:
    body = found.get("body")
    if body is None:
        return b""
    text = body if isinstance(body, str) else json.dumps(body)
    if not found.get("isBase64Encoded"):
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoAnswer("the body of the answer is not base64") from None
