"""A request to an API, as both payload formats need it. Pure."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from greenshift.twin.moto.wsgi import HttpRequest

# What API Gateway hands on as text; everything else is base64 (developer guide, "Working with Lambda proxy
# integrations for HTTP APIs": ``isBase64Encoded``).
_TEXT = re.compile(r"text/|application/(json|xml|javascript|[\w.+-]+\+(json|xml))", re.IGNORECASE)
_NOT_HANDED_ON = ("connection", "transfer-encoding", "keep-alive")


@dataclass(frozen=True)
class Asked:
    """One request; ``path`` is decoded and without the stage, ``raw_path`` as it came."""

    method: str
    path: str
    raw_path: str
    raw_query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    host: str
    request_id: str
    time: float
    stage: str = "$default"
    query: tuple[tuple[str, str], ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str | None:
        """All values of a header, joined by a comma; None without one."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return ",".join(found) if found else None

    @property
    def origin(self) -> str:
        return self.header("origin") or ""

    @property
    def cookies(self) -> list[str]:
        return [each.strip() for each in (self.header("cookie") or "").split(";") if each.strip()]

    def body_members(self, *, is_text_always: bool = False) -> dict[str, Any]:
        """``body`` and ``isBase64Encoded``; a request without a body has no text."""
        if not self.body:
            return {"isBase64Encoded": False}
        kind = self.header("content-type") or ""
        if is_text_always or _TEXT.match(kind):
            try:
                return {"body": self.body.decode(), "isBase64Encoded": False}
            except UnicodeDecodeError:
                pass
        return {"body": base64.b64encode(self.body).decode(), "isBase64Encoded": True}


def read(request: HttpRequest, request_id: str, time: float) -> Asked:
    """The request with the stage still in its path."""
    return Asked(
        method=request.method.upper(),
        path=unquote(request.raw_path) or "/",
        raw_path=request.raw_path or "/",
        raw_query=request.query,
        headers=tuple((n, v) for n, v in request.headers if n.lower() not in _NOT_HANDED_ON),
        body=request.body,
        host=request.header("host"),
        request_id=request_id,
        time=time,
        query=tuple(parse_qsl(request.query, keep_blank_values=True)),
    )
