"""Smithy's RPC v2 CBOR: the path names service and operation, bodies are CBOR (RFC 8949).

Smithy, "RPC v2 CBOR protocol": timestamps are epoch seconds under tag 1, blobs are byte strings, and every
message carries the header ``smithy-protocol``. Newer SDKs prefer it where a model names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import cbor2
from botocore.model import OperationModel, Shape

from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse
from greenshift.twin.service import ServiceError
from greenshift.twin.wire.unmarshal import Unreadable, from_json

_HEADERS = (("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor"))
_EPOCH = 1


def parse(model: OperationModel, request: HttpRequest) -> dict[str, Any]:
    """The input of the operation; ServiceError when the body is not a CBOR map."""
    try:
        body = cbor2.loads(request.body) if request.body else {}
    except Exception as error:
        # The decoder raises whatever a tag's own reader raises; each of them says that the body is not fit.
        raise ServiceError("SerializationException", f"the request body is not CBOR: {error}") from None
    if not isinstance(body, dict):
        raise ServiceError("SerializationException", "the request body must be a CBOR map")
    try:
        parsed: dict[str, Any] = from_json(model.input_shape, body) if model.input_shape else {}
    except Unreadable as error:
        raise ServiceError("SerializationException", str(error)) from None
    return parsed


def serialize(model: OperationModel, response: Mapping[str, Any]) -> HttpResponse:
    body = _written(model.output_shape, response) if model.output_shape else {}
    return HttpResponse(200, _HEADERS, cbor2.dumps(body))


def _written(shape: Shape, value: Any) -> Any:
    match shape.type_name:
        case "structure":
            return {
                name: _written(shape.members[name], item) for name, item in value.items() if item is not None
            }
        case "list":
            return [_written(shape.member, item) for item in value]
        case "map":
            return {key: _written(shape.value, item) for key, item in value.items()}
        case "blob":
            return bytes(value)
        case "timestamp":
            return cbor2.CBORTag(_EPOCH, value.timestamp() if isinstance(value, datetime) else float(value))
    return value


def error(failure: ServiceError, name: str, headers: tuple[tuple[str, str], ...] = ()) -> HttpResponse:
    """``name`` is the shape of the error in the model, which this protocol tells its errors by."""
    body = {"__type": name, "message": failure.message, **failure.members}
    return HttpResponse(failure.status, (*_HEADERS, *headers), cbor2.dumps(body, default=_plain))


def _plain(encoder: Any, value: Any) -> None:
    encoder.encode(str(value))
