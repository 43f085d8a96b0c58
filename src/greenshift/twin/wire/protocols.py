"""How a request to one of our services is read and answered: one speaker for each protocol of AWS."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.model import OperationModel, ServiceModel

from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse
from greenshift.twin.port.routing import Routed
from greenshift.twin.service import ServiceError, service_model
from greenshift.twin.wire import cbor_protocol, json_protocol, query_protocol, rest_json
from greenshift.twin.wire.query_names import query_model


@dataclass(frozen=True)
class Asked:
    """An operation and its input."""

    model: OperationModel
    input: dict[str, Any]


class Speaker(Protocol):
    """Reads a request and writes its answer; ``read`` raises ServiceError for what it cannot read."""

    def read(self, request: HttpRequest) -> Asked: ...

    def answer(self, model: OperationModel, response: dict[str, Any]) -> HttpResponse: ...

    def refuse(self, error: ServiceError) -> HttpResponse: ...


def speaker(routed: Routed, request: HttpRequest, request_id: str = "") -> Speaker:
    """The speaker of the protocol a request came in; Query alone tells the request's id in its bodies."""
    model = service_model(routed.service)
    match routed.protocol:
        case "json":
            content_type = request.header("content-type", "application/x-amz-json-1.1")
            return _Json(model, routed.operation, content_type)
        case "cbor":
            return _Cbor(model, routed.operation)
        case "query":
            return _Query(query_model(routed.service), request_id or str(uuid.uuid4()))
        case "rest-json":
            return _RestJson(model)


def _operation(model: ServiceModel, name: str) -> OperationModel:
    if name not in model.operation_names:
        raise ServiceError("UnknownOperationException", f"{model.service_name} has no operation {name}")
    return model.operation_model(name)


@dataclass(frozen=True)
class _Json:
    model: ServiceModel
    operation: str
    content_type: str

    def read(self, request: HttpRequest) -> Asked:
        operation = _operation(self.model, self.operation)
        return Asked(operation, json_protocol.parse(operation, request))

    def answer(self, model: OperationModel, response: dict[str, Any]) -> HttpResponse:
        return json_protocol.serialize(model, response, self.content_type)

    def refuse(self, error: ServiceError) -> HttpResponse:
        name, headers = _named(self.model, error)
        return json_protocol.error(error, self.content_type, name, headers)


@dataclass(frozen=True)
class _Cbor:
    model: ServiceModel
    operation: str

    def read(self, request: HttpRequest) -> Asked:
        operation = _operation(self.model, self.operation)
        return Asked(operation, cbor_protocol.parse(operation, request))

    def answer(self, model: OperationModel, response: dict[str, Any]) -> HttpResponse:
        return cbor_protocol.serialize(model, response)

    def refuse(self, error: ServiceError) -> HttpResponse:
        name, headers = _named(self.model, error)
        return cbor_protocol.error(error, name, headers)


@dataclass(frozen=True)
class _Query:
    model: ServiceModel
    request_id: str

    def read(self, request: HttpRequest) -> Asked:
        members = query_protocol.form(request)
        name = members.get("Action", "")
        if name not in self.model.operation_names:
            text = f"Could not find operation {name} for version {members.get('Version', '')}"
            raise ServiceError("InvalidAction", text)
        operation = self.model.operation_model(name)
        return Asked(operation, query_protocol.parse(operation, members))

    def answer(self, model: OperationModel, response: dict[str, Any]) -> HttpResponse:
        return query_protocol.serialize(model, response, self.request_id)

    def refuse(self, error: ServiceError) -> HttpResponse:
        return query_protocol.error(error, self.request_id, str(self.model.metadata.get("xmlNamespace", "")))


@dataclass(frozen=True)
class _RestJson:
    model: ServiceModel

    def read(self, request: HttpRequest) -> Asked:
        route, labels = rest_json.match(self.model.service_name, request)
        operation = self.model.operation_model(route.operation)
        return Asked(operation, rest_json.parse(operation, request, labels))

    def answer(self, model: OperationModel, response: dict[str, Any]) -> HttpResponse:
        return rest_json.serialize(model, response)

    def refuse(self, error: ServiceError) -> HttpResponse:
        return rest_json.error(error)


# SQS API reference, "Common errors": what its model calls otherwise, and botocore's copy of it does not tell.
_RENAMED = {
    "AWS.SimpleQueueService.NonExistentQueue": "QueueDoesNotExist",
    "QueueAlreadyExists": "QueueNameExists",
}


def _named(model: ServiceModel, error: ServiceError) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The error's shape, and the code that clients of the Query protocol knew it by.

    Smithy, "AWS query compatible": a service that left the Query protocol keeps its codes in a header, so
    that programs written for them go on working; the body names the shape.
    """
    if "awsQueryCompatible" not in model.metadata:
        return error.code, ()
    name = next(
        (s.name for s in model.error_shapes if (s.metadata.get("error") or {}).get("code") == error.code),
        _RENAMED.get(error.code) or error.code.rpartition(".")[2],
    )
    fault = "Receiver" if error.status >= 500 else "Sender"
    return name, (("x-amzn-query-error", f"{error.code};{fault}"),)
