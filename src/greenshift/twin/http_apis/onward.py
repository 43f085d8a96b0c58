"""HTTP integrations: a request goes on to another address of this machine, and its answer comes back.

API Gateway developer guide, "Create HTTP proxy integrations for HTTP APIs": all of the request is handed on,
its path only where the integration's URI has a variable of the route's (``{proxy}``).
"""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Iterable
from urllib.parse import urlsplit

from greenshift.twin.http_apis.asked import Asked
from greenshift.twin.moto.wsgi import HttpResponse
from greenshift.twin.outgoing.http import is_here

_OF_ONE_CONNECTION = (
    "connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length", "host",
)  # fmt: skip


class Elsewhere(Exception):
    """The address is not on this machine; nobody else's gets a rehearsal."""


class Unreachable(Exception):
    """Nobody answers there."""


async def send(url: str, method: str, read: Asked, seconds: float) -> HttpResponse:
    """The answer of ``url``; raises Elsewhere, Unreachable, and TimeoutError after ``seconds`` of real time.

    ``method`` is the integration's; ``ANY``, or none, is the request's own.
    """
    if not is_here(url):
        raise Elsewhere(url)
    wanted = read.method if method in ("", "ANY") else method
    try:
        return await asyncio.to_thread(_send, url, wanted, read, seconds)
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{url}: {error}") from None


def _send(url: str, method: str, read: Asked, seconds: float) -> HttpResponse:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    try:
        query = "&".join(each for each in (parts.query, read.raw_query) if each)
        target = (parts.path or "/") + (f"?{query}" if query else "")
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in _kept(read.headers):
            connection.putheader(name, value)
        connection.putheader("Forwarded", f"for=127.0.0.1;host={read.host};proto=http")
        if read.body:
            connection.putheader("Content-Length", str(len(read.body)))
        connection.endheaders(read.body or None)
        answer = connection.getresponse()
        return HttpResponse(answer.status, tuple(_kept(answer.getheaders())), answer.read())
    finally:
        connection.close()


def _kept(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(n, v) for n, v in headers if n.lower() not in _OF_ONE_CONNECTION]
