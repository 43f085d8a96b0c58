"""One HTTP request handed to a WSGI application, and its answer back.

moto reads more from its environment than WSGI requires: the undecoded path (an S3 key may hold ``%2F``),
and the spelling of header names with underscores (S3 metadata ``a_b``). Both are lost in plain WSGI and
are passed on here the way moto's own server does.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

PRESERVED_HEADER_NAMES = "moto.preserved_header_names"


@dataclass(frozen=True)
class HttpRequest:
    """A request as it came over the wire: ``target`` is the raw path with its query string."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def raw_path(self) -> str:
        return self.target.split("?", 1)[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    def header(self, name: str, default: str = "") -> str:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), default)


@dataclass(frozen=True)
class HttpResponse:
    """An answer with its headers in order; a header may stand more than once."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class NotServed(Exception):
    """moto does not have this service, or not this operation of it; the text says why, where it is known."""


WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def call(application: WsgiApplication, request: HttpRequest) -> HttpResponse:
    """Run the application on this thread and collect its whole answer."""
    started: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        started.update(status=status, headers=headers)

    chunks = application(environ(request), start_response)
    try:
        body = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()
    return HttpResponse(int(started["status"].split(" ", 1)[0]), tuple(started["headers"]), body)


def environ(request: HttpRequest) -> dict[str, Any]:
    """The WSGI environment of a request, with moto's additions."""
    host = request.header("host", "127.0.0.1")
    values: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        # WSGI (PEP 3333) wants the decoded bytes of the path carried as latin-1 text.
        "PATH_INFO": unquote_to_bytes(request.raw_path).decode("latin-1"),
        "QUERY_STRING": request.query,
        "RAW_URI": request.target,
        "REQUEST_URI": request.target,
        "SERVER_NAME": host.split(":")[0],
        "SERVER_PORT": host.partition(":")[2] or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        # The body is complete; without this werkzeug ignores one that came without a length.
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    values.update(_header_values(request.headers))
    return values


# What is asked, and by whom: the first one was judged, and counts.
_ONCE = frozenset({"HTTP_X_AMZ_TARGET", "HTTP_AUTHORIZATION", "HTTP_X_AMZ_COPY_SOURCE", "HTTP_X_AMZ_ACL"})


def _header_values(headers: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    preserved: dict[str, str] = {}
    dashed = {_environ_key(name) for name, _ in headers if "_" not in name}
    for name, value in headers:
        key = _environ_key(name)
        if key == "CONTENT_LENGTH" or name.lower() == "transfer-encoding":
            continue
        if "_" in name:
            # An underscored name must never stand in for a dashed one; only S3 metadata keeps it.
            if key in dashed or not name.lower().startswith("x-amz-meta-"):
                continue
            preserved[key] = name
        if key not in values:
            values[key] = value
        elif key not in _ONCE:
            values[key] = f"{values[key]},{value}"
    values[PRESERVED_HEADER_NAMES] = preserved
    return values


def _environ_key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key == "CONTENT_TYPE" else "CONTENT_LENGTH" if key == "CONTENT_LENGTH" else f"HTTP_{key}"
