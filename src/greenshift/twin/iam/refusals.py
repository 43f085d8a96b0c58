"""A refusal in AWS's words.

User guide, "Troubleshoot access denied error messages". The codes are those the services answer with: most
JSON services ``AccessDeniedException``, the older ones ``AccessDenied``, SNS ``AuthorizationError``.
"""

from __future__ import annotations

from greenshift.twin.iam.evaluate import Verdict
from greenshift.twin.iam.needs import Need
from greenshift.twin.service import ServiceError

_CODES = {
    "cloudwatch": "AccessDenied",
    "iam": "AccessDenied",
    "s3": "AccessDenied",
    "sns": "AuthorizationError",
    "sqs": "AccessDenied",
    "sts": "AccessDenied",
}


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
