"""How far away the twin seems: real AWS is never nearer than the time a client needs to end its own request.

The SDK for Go v2 closes the body of its request as soon as the head of the answer is there. When Go's HTTP
client has not yet looked for the end of that body, it reads an error from it (smithy-go: ``WriteTo`` of a
closed body answers ``io.EOF``), and closes the connection: what of the answer is not in its buffer of 4 KiB
is lost, as "use of closed network connection". Over a network it always has looked by then. So an answer
that does not fit into that buffer comes to this client as late as from a near region.
"""

from __future__ import annotations

import asyncio

from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse

_CLIENT = "aws-sdk-go-v2/"
_BUFFER = 4096
_HEAD = 512
"""More than a head of ours takes."""
ROUND_TRIP_SECONDS = 0.02


async def keep(request: HttpRequest, response: HttpResponse) -> None:
    """Wait where this client would lose a part of the answer."""
    if is_too_near(request, response):
        await asyncio.sleep(ROUND_TRIP_SECONDS)


def is_too_near(request: HttpRequest, response: HttpResponse) -> bool:
    if not request.body or len(response.body) <= _BUFFER - _HEAD:
        return False
    return _CLIENT in request.header("user-agent")
