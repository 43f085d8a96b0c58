"""An HTTP endpoint of a topic: one POST, on this machine only."""

from __future__ import annotations

import asyncio
import http.client
import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from greenshift.twin.service import ServiceError

# SNS developer guide, "Amazon SNS message delivery retries": an endpoint has 15 seconds.
_SECONDS = 15.0


def is_here(url: str) -> bool:
    """Whether an endpoint is on this machine; nobody else's address gets a rehearsal."""
    name = urlsplit(url).hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


async def post(url: str, body: str, headers: Mapping[str, str]) -> None:
    """Raise ServiceError unless the endpoint answers 2xx (SNS: anything else is a failed delivery)."""
    try:
        status = await asyncio.to_thread(_post, url, body.encode(), dict(headers))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise ServiceError("EndpointUnreachable", f"{url}: {error}", 503) from None
    if not 200 <= status < 300:
        # Developer guide: 4xx other than 429 is a client-side error, and is not tried again.
        raise ServiceError("EndpointRefused", f"{url} answered {status}", status)


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
