"""Which operation an HTTP request meant for moto is, with the parameters its permissions depend on.

Three protocols: JSON names it in a header, Query in the body, S3 by method, path and query string.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from greenshift.twin.iam import s3_wire
from greenshift.twin.json_text import read_json
from greenshift.twin.moto.wsgi import HttpRequest

# What a request is signed for, where that is not botocore's name of the service.
_SIGNED_FOR = {"monitoring": "cloudwatch", "codestar-connections": "codeconnections"}


@dataclass(frozen=True)
class Asked:
    """An operation as a request names it; the name is the method and path where it cannot be told."""

    service: str
    operation: str
    request: HttpRequest

    def parameters(self) -> dict[str, Any]:
        """Read only when somebody must be judged: a body may be large."""
        if self.service == "s3":
            return s3_wire.parameters(self.operation, self.request)
        if self.request.header("x-amz-target"):
            return _json(self.request.body)
        return _form(self.request)


def recognise(request: HttpRequest, signed_for: str) -> Asked:
    service = _SIGNED_FOR.get(signed_for, signed_for)
    return Asked(service or "s3", _operation(request, service), request)


def _operation(request: HttpRequest, service: str) -> str:
    target = request.header("x-amz-target")
    unknown = f"{request.method} {request.raw_path}"
    if target:
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
    """The plain members of a Query request; members of lists keep their dotted names."""
    text = request.body.decode("utf-8", "replace") if request.body else request.query
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
