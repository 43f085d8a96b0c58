"""The errors services answer with when they are asked too often, or broke: by each one's own model.

A service whose model has no such error answers with the common one of its protocol (API references:
"Common errors"; S3: "List of error codes").
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from botocore.exceptions import UnknownServiceError
from botocore.model import ServiceModel, Shape

from greenshift.twin.service import ServiceError, service_model

_THROTTLES = ("ThrottlingException", "TooManyRequestsException", "ThrottledException", "RequestThrottled")
_FAILURES = (
    "InternalServerError",
    "InternalServerException",
    "InternalServiceError",
    "ServiceException",
    "InternalException",
    "KMSInternalException",
    "InternalErrorException",
    "ServiceFailureException",
    "InternalServiceFault",
)


def throttled(service: str) -> ServiceError:
    code, status = _named(service, _THROTTLES) or _common_throttle(service)
    return ServiceError(code, "Rate exceeded", status)


def failed(service: str, code: str = "", status: int | None = None) -> ServiceError:
    """The service's own internal error, or the one asked for."""
    own, own_status = _named(service, _FAILURES) or _common_failure(service)
    message = "An internal error occurred (a fault injected into the twin)"
    return ServiceError(code or own, message, status or max(own_status, 500))


def unanswered() -> ServiceError:
    """What a service of AWS makes of another one's silence."""
    return ServiceError("RequestTimeout", "No answer came in time (a fault injected into the twin)", 503)


@cache
def _named(service: str, names: tuple[str, ...]) -> tuple[str, int] | None:
    model = _model(service)
    shapes: Iterable[Shape] = model.error_shapes if model else ()
    known = {shape.name: shape.metadata.get("error") or {} for shape in shapes}
    for name in names:
        if name in known:
            return str(known[name].get("code", name)), int(known[name].get("httpStatusCode", 400))
    return None


def _common_throttle(service: str) -> tuple[str, int]:
    if service == "s3":
        return "SlowDown", 503
    return ("Throttling" if _protocol(service) == "query" else "ThrottlingException"), 400


def _common_failure(service: str) -> tuple[str, int]:
    return ("InternalError" if service == "s3" else "InternalFailure"), 500


def _protocol(service: str) -> str:
    model = _model(service)
    return str(model.metadata.get("protocol", "")) if model else ""


def _model(service: str) -> ServiceModel | None:
    """None for a request that was signed for something botocore has no model of."""
    try:
        return service_model(service)
    except UnknownServiceError:
        return None
