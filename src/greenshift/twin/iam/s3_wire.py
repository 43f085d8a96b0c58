"""S3 requests: the operation from method, path and query string, as botocore's own model writes them.

An operation is the one with the most query members and headers that the request has in full: ``PUT
/bucket/key`` is PutObject, with ``x-amz-copy-source`` CopyObject, with ``?uploadId&partNumber`` UploadPart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree

from botocore.model import OperationModel

from greenshift.twin.moto.wsgi import HttpRequest
from greenshift.twin.service import service_model

_IP_OR_LOCAL = re.compile(r"^(\d+\.\d+\.\d+\.\d+|\[.*\]|localhost|[^.]+)$")
_QUERY_MEMBERS = {
    "versionId": "VersionId",
    "prefix": "Prefix",
    "delimiter": "Delimiter",
    "max-keys": "MaxKeys",
}


@dataclass(frozen=True)
class _Route:
    operation: str
    query: frozenset[str]
    headers: frozenset[str]
    is_deprecated: bool


def operation(request: HttpRequest) -> str | None:
    """The operation's name; None when S3 has none of this form."""
    bucket, key = _place(request)
    level = "object" if key else "bucket" if bucket else "service"
    query = set(parse_qs(request.query, keep_blank_values=True))
    headers = {name.lower() for name, _ in request.headers}
    routes = _routes().get((request.method, level), ())
    # What names an operation in the query names one: with two, S3 and whoever judges could differ.
    named = query & frozenset[str]().union(*(route.query for route in routes))
    fitting = (route for route in routes if route.query == named and route.headers <= headers)
    found = next(fitting, None)
    return found.operation if found else None


def parameters(name: str, request: HttpRequest) -> dict[str, Any]:
    """The members permissions depend on."""
    bucket, key = _place(request)
    query = parse_qs(request.query, keep_blank_values=True)
    found: dict[str, Any] = {
        member: query[wire][0] for wire, member in _QUERY_MEMBERS.items() if wire in query
    }
    if source := request.header("x-amz-copy-source"):
        found["CopySource"] = source
    if acl := request.header("x-amz-acl"):
        found["ACL"] = acl
    if name == "PutBucketPolicy":
        found["Policy"] = request.body
    if name == "DeleteObjects":
        found["Delete"] = {"Objects": _listed(request.body)}
    return {"Bucket": bucket, "Key": key, **found}


def _place(request: HttpRequest) -> tuple[str, str]:
    """Bucket and key, from the path or, where the host begins with the bucket's name, from both."""
    host = request.header("host").rsplit(":", 1)[0]
    path = unquote(request.raw_path).removeprefix("/")
    if not _IP_OR_LOCAL.match(host) and not host.startswith("s3."):
        return host.split(".", 1)[0], path
    bucket, _, key = path.partition("/")
    return bucket, key


def _listed(body: bytes) -> list[dict[str, str]]:
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return []
    found = []
    for each in root.iter():
        if each.tag.rpartition("}")[2] == "Object":
            members = {child.tag.rpartition("}")[2]: child.text or "" for child in each}
            found.append({"Key": members.get("Key", ""), "VersionId": members.get("VersionId", "")})
    return found


@cache
def _routes() -> dict[tuple[str, str], tuple[_Route, ...]]:
    model = service_model("s3")
    found: dict[tuple[str, str], list[_Route]] = {}
    for name in model.operation_names:
        each = model.operation_model(name)
        found.setdefault((each.http["method"], _level(each)), []).append(_route(each))
    return {
        key: tuple(sorted(routes, key=lambda r: (-len(r.query | r.headers), r.is_deprecated, r.operation)))
        for key, routes in found.items()
    }


def _level(model: OperationModel) -> str:
    if "{Key+}" in model.http["requestUri"]:
        return "object"
    return "bucket" if model.input_shape and "Bucket" in model.input_shape.members else "service"


def _route(model: OperationModel) -> _Route:
    literal = parse_qs(model.http["requestUri"].partition("?")[2], keep_blank_values=True)
    return _Route(
        model.name,
        frozenset({*literal, *_required(model, "querystring")} - {"x-id"}),
        frozenset(name.lower() for name in _required(model, "header")),
        model.deprecated,
    )


def _required(model: OperationModel, location: str) -> list[str]:
    shape = model.input_shape
    members = {name: shape.members[name].serialization for name in shape.required_members} if shape else {}
    return [str(where["name"]) for where in members.values() if where.get("location") == location]
