"""The errors that every service of AWS has, each in the form and under the name of the protocol asked.

API references, "Common errors": JSON names end in ``Exception``, those of the Query protocol do not, EC2 and
S3 have forms and some names of their own (EC2 API reference, "Error codes"; S3 API reference, "Error
responses"). S3 answers a request without a signature with AccessDenied.
"""

from __future__ import annotations

import json
import uuid
from enum import Enum
from typing import Literal
from xml.sax.saxutils import escape

from greenshift.twin.entrance.unsigned import form_action
from greenshift.twin.errors import ServiceError
from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse
from greenshift.twin.port.routing import Routed
from greenshift.twin.wire import cbor_protocol, json_protocol, query_protocol, rest_json

Form = Literal["twin", "json", "rest-json", "query", "cbor", "ec2", "s3"]

_XML_SERVICES = frozenset({"cloudfront", "route53"})
"""What speaks REST-XML beside S3; its errors have the form of the Query protocol's."""
_JSON_TYPES = ("application/json", "application/x-amz-json")
_EC2_VERSION = "Version=2016-11-15"
_UNSIGNED = "MissingAuthenticationToken"
_MISSING = "NotImplemented"


class Common(Enum):
    """Status, and the names in JSON, in Query, in EC2 and in S3."""

    DENIED = (403, "AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "AccessDenied")
    UNSIGNED = (403, f"{_UNSIGNED}Exception", _UNSIGNED, _UNSIGNED, "AccessDenied")
    INTERNAL = (500, "InternalFailure", "InternalFailure", "InternalError", "InternalError")
    NOT_IMPLEMENTED = (501, f"{_MISSING}Exception", _MISSING, "UnsupportedOperation", _MISSING)

    def error(self, form: Form, message: str) -> ServiceError:
        status, in_json, query, ec2, s3 = self.value
        names: dict[str, str] = {"query": query, "ec2": ec2, "s3": s3}
        return ServiceError(names.get(form, in_json), message, status)


def of(request: HttpRequest, service: str = "", routed: Routed | None = None) -> Form:
    """The form in which a request wants its errors; ``service`` is what it was signed for, if it was."""
    if request.raw_path.startswith("/_twin/"):
        return "twin"
    if routed is not None:
        return routed.protocol
    if request.header("x-amz-target"):
        return "json"
    if request.header("smithy-protocol") == "rpc-v2-cbor":
        return "cbor"
    if service == "s3":
        return "s3"
    if form_action(request) or request.header("content-type").startswith("application/x-www-form-urlencoded"):
        return "ec2" if service == "ec2" or _EC2_VERSION in _text(request) else "query"
    if service in _XML_SERVICES:
        return "query"
    return "rest-json" if service else "s3"


def _text(request: HttpRequest) -> str:
    return request.query + "&" + request.body[:65_536].decode("latin-1")


def refuse(common: Common, message: str, form: Form, request: HttpRequest) -> HttpResponse:
    """One of the common errors, as the protocol carries it."""
    return answer(common.error(form, message), form, request)


def answer(error: ServiceError, form: Form, request: HttpRequest) -> HttpResponse:
    """The error as the protocol carries it."""
    match form:
        case "twin":
            body = json.dumps({"error": error.message}).encode()
            return HttpResponse(error.status, (("Content-Type", "application/json"),), body)
        case "json":
            told = request.header("content-type")
            return json_protocol.error(
                error, told if told.startswith(_JSON_TYPES) else "application/x-amz-json-1.1"
            )
        case "cbor":
            return cbor_protocol.error(error, error.code)
        case "rest-json":
            return rest_json.error(error)
        case "query":
            return query_protocol.error(error, str(uuid.uuid4()))
        case "ec2":
            return _ec2(error)
        case "s3":
            return _s3(error, request)


def _ec2(error: ServiceError) -> HttpResponse:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>'
        f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        f"</Error></Errors><RequestID>{uuid.uuid4()}</RequestID></Response>"
    )
    return HttpResponse(error.status, (("Content-Type", "text/xml"),), body.encode())


def _s3(error: ServiceError, request: HttpRequest) -> HttpResponse:
    headers = (("Content-Type", "application/xml"),)
    if request.method == "HEAD":
        return HttpResponse(error.status, headers, b"")
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        f"<RequestId>{uuid.uuid4()}</RequestId></Error>"
    )
    return HttpResponse(error.status, headers, body.encode())
