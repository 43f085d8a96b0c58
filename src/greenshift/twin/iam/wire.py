"""Which operation an HTTP request meant for moto is, with the parameters its permissions depend on.

Three protocols: JSON names it in a header, Query in the body, S3 by method, path and query string.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from greenshift.twin.iam import s3_wire
from greenshift.twin.moto.wsgi import HttpRequest
from greenshift.twin.service import reads_targets
from greenshift.twin.wire.json_text import read_json

# What a request is signed for, where that is not botocore's name of the service.
_SIGNED_FOR = {
    "codestar-connections": "codeconnections",
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
}
# A service that is signed for by another's name is told by how its targets begin, as moto does.
_TARGETED = {"dynamodb": ("DynamoDBStreams", "dynamodbstreams")}


@dataclass(frozen=True)
class Asked:
    """An operation as a request names it; the name is the method and path where it cannot be told."""

    service: str
    operation: str
    request: HttpRequest

    @property
    def is_known(self) -> bool:
        """Whether the request names an operation at all."""
        return " " not in self.operation

    def parameters(self) -> dict[str, Any]:
        """Read only when somebody must be judged: a body may be large."""
        if self.service == "s3":
            return s3_wire.parameters(self.operation, self.request)
        if self.request.header("x-amz-target") and reads_targets(self.service):
            return _json(self.request.body)
        return _form(self.request)


def recognise(request: HttpRequest, signed_for: str) -> Asked:
    service = _SIGNED_FOR.get(signed_for, signed_for)
    beginning, other = _TARGETED.get(service, ("", service))
    if request.header("x-amz-target").startswith(beginning):
        service = other
    return Asked(service or "s3", _operation(request, service), request)


def _operation(request: HttpRequest, service: str) -> str:
    """What is judged must be what is done: the header names nothing to a service that does not read it."""
    unknown = f"{request.method} {request.raw_path}"
    target = request.header("x-amz-target")
    if target and reads_targets(service):
        return target.rpartition(".")[2]
    if service in ("s3", ""):
        return s3_wire.operation(request) or unknown
    return _form(request).get("Action", unknown)


def _json(body: bytes) -> dict[str, Any]:
    try:
        parsed = read_json(body or b"{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _form(request: HttpRequest) -> dict[str, str]:
    """The plain members of a Query request, from where moto takes them; those of lists keep dotted names."""
    body = request.body.decode("utf-8", "replace")
    is_form = request.header("content-type").startswith("application/x-www-form-urlencoded")
    text = body if body and is_form else request.query or body
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
