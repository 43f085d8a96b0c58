"""A refusal in AWS's words, and in the form each protocol carries it.

User guide, "Troubleshoot access denied error messages". The codes are those the services answer with: most
JSON services ``AccessDeniedException``, the older ones ``AccessDenied``, SNS ``AuthorizationError``.
"""

from __future__ import annotations

import uuid
from xml.sax.saxutils import escape

from greenshift.twin import json_protocol
from greenshift.twin.iam.evaluate import Verdict
from greenshift.twin.iam.needs import Need
from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse
from greenshift.twin.service import ServiceError

_CODES = {
    "cloudwatch": "AccessDenied",
    "iam": "AccessDenied",
    "s3": "AccessDenied",
    "sns": "AuthorizationError",
    "sqs": "AccessDenied",
    "sts": "AccessDenied",
}
_XML = (("Content-Type", "text/xml"),)


def denied(user: str, service: str, need: Need, verdict: Verdict) -> ServiceError:
    # S3 alone puts the resource in quotation marks.
    resource = f'"{need.resource}"' if service == "s3" else need.resource
    why = verdict.value.format(action=need.action)
    message = f"User: {user} is not authorized to perform: {need.action} on resource: {resource} {why}"
    return _error(service, message)


def unknown(user: str, service: str, operation: str) -> ServiceError:
    """For an operation whose permissions nobody wrote down: refused rather than let through."""
    return _error(
        service,
        f"User: {user} is not authorized to perform: {service}:{operation}: the twin does not know which "
        "permissions this operation takes, so no role may perform it here",
    )


def _error(service: str, message: str) -> ServiceError:
    code = _CODES.get(service, "AccessDeniedException")
    return ServiceError(code, message, 403 if service in _CODES or service == "lambda" else 400)


def answer(error: ServiceError, service: str, request: HttpRequest) -> HttpResponse:
    """The refusal of a request that was on its way to moto."""
    if service == "s3":
        return _s3(error, request)
    if request.header("x-amz-target"):
        return json_protocol.error(error, request.header("content-type", "application/x-amz-json-1.1"))
    body = (
        f"<ErrorResponse><Error><Type>{'Receiver' if error.status >= 500 else 'Sender'}</Type>"
        f"<Code>{error.code}</Code>"
        f"<Message>{escape(error.message)}</Message></Error><RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
    )
    return HttpResponse(error.status, _XML, body.encode())


def _s3(error: ServiceError, request: HttpRequest) -> HttpResponse:
    if request.method == "HEAD":
        return HttpResponse(error.status, (("Content-Type", "application/xml"),), b"")
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{error.code}</Code><Message>{escape(error.message)}</Message>"
        f"<RequestId>{uuid.uuid4()}</RequestId></Error>"
    )
    return HttpResponse(error.status, (("Content-Type", "application/xml"),), body.encode())
