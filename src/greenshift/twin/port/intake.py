"""A request taken in within bounds: of size, of time between two pieces, and of what compression may hide.

Bodies are kept in memory, so their sizes are bounded, each and all together. What is too large is refused
before it is read: by the length it announces, or where it passes the bound.
"""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from typing import Any

from greenshift.twin.errors import ServiceError
from greenshift.twin.moto.wsgi import HttpRequest

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

MIB = 1 << 20
# An object of S3 in one request; larger ones go up in parts. AWS takes 5 GB, which no laptop's memory does.
OBJECT_LIMIT = 256 * MIB
# Lambda names this bound itself: a package of 50 MB, in base64 and with its envelope.
PACKAGE_LIMIT = 70_167_211
# DynamoDB's BatchWriteItem takes the largest of the other requests (Developer guide, "Quotas": 16 MB).
OTHER_LIMIT = 16 * MIB
# What takes longer to read than others should wait.
LONG = 32_768
# PutMetricData alone comes compressed (1 MB a request; CloudWatch API reference: PutMetricData).
INFLATED_LIMIT = 4 * MIB
ALL_TOGETHER = 1024 * MIB
# S3 and others hang up on a client that sends nothing for 20 seconds (S3 error responses: RequestTimeout).
PATIENCE = 20.0


_PACKAGE_COMMAS = 10_000


class Gone(Exception):
    """The client went away before its request was whole."""


class Refused(Exception):
    """A request that is not taken in to its end."""

    def __init__(self, error: ServiceError) -> None:
        super().__init__(str(error))
        self.error = error


class Intake:
    """Takes requests in; one for the whole twin, as the memory is one."""

    def __init__(self, *, patience: float = PATIENCE, all_together: int = ALL_TOGETHER) -> None:
        self._patience = patience
        self._all_together = all_together
        self._held = 0

    async def read(self, request: HttpRequest, receive: Receive) -> HttpRequest:
        """The request, of which only the head is known, with its body; raises Gone or Refused."""
        limit = _limit(request)
        announced = request.header("content-length")
        if announced.isdigit() and int(announced[:18]) > limit:
            raise Refused(_too_large(limit))
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._patience) as timeout:
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Gone
                    chunk = message.get("body", b"")
                    size += len(chunk)
                    self._held += len(chunk)
                    chunks.append(chunk)
                    if not message.get("more_body", False):
                        break
                    if size > limit:
                        raise Refused(_too_large(limit))
                    if self._held > self._all_together:
                        raise Refused(_busy())
                    timeout.reschedule(asyncio.get_running_loop().time() + self._patience)
            if size > limit:
                raise Refused(_too_large(limit))
        except TimeoutError:
            raise Refused(_too_slow()) from None
        finally:
            self._held -= size
        return replace(request, body=b"".join(chunks))


async def ignore(receive: Receive) -> None:
    """Read the body of a refused request away, so that its client hears why instead of a broken pipe."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while (await receive()).get("more_body", False):
                pass


def inflated(request: HttpRequest) -> HttpRequest:
    """The request with its body as it was before the client compressed it."""
    encoding = request.header("content-encoding").strip().lower()
    if encoding != "gzip":
        _check_weight(request)
        return request
    return replace(request, body=_inflate(request.body))


# Messages of a megabyte in all (SQS API reference: SendMessageBatch), as JSON escapes them.
_MESSAGES = 4 * MIB


def _check_weight(request: HttpRequest) -> None:
    """A document of many values takes many times its length in memory, and long to read.

    Only code is larger than this, and code has no commas; a payload is not read at all.
    """
    if len(request.body) <= MIB or request.raw_path.endswith("/invocations"):
        return
    signed = request.header("authorization")
    if "/sqs/aws4_request" in signed and len(request.body) <= _MESSAGES:
        return
    is_package = "/lambda/aws4_request" in signed
    if not is_package or request.body.count(b",") > _PACKAGE_COMMAS:
        raise _too_large(MIB)


def _inflate(body: bytes) -> bytes:
    """RFC 1952: one member after the other; raises ServiceError for what is none, or hides too much."""
    pieces: list[bytes] = []
    room, rest = INFLATED_LIMIT, body
    while rest:
        reader = zlib.decompressobj(wbits=31)
        try:
            piece = reader.decompress(rest, room + 1)
        except zlib.error:
            raise ServiceError(
                "SerializationException", "the request body is not gzip, as its header says"
            ) from None
        room -= len(piece)
        if room < 0:
            raise ServiceError(
                "RequestEntityTooLargeException",
                f"the inflated request body is larger than {INFLATED_LIMIT} bytes",
                413,
            )
        if not reader.eof:
            raise ServiceError("SerializationException", "the request body ends in the middle of its gzip")
        pieces.append(piece)
        rest = reader.unused_data
    return b"".join(pieces)


def head(scope: Scope) -> HttpRequest:
    """A request as far as its headers tell it."""
    target = scope["raw_path"].decode("latin-1")
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return HttpRequest(scope["method"], target, headers, b"")


def _limit(request: HttpRequest) -> int:
    if request.header("x-amz-target") or request.header("content-type").startswith("application/x-www-form"):
        return OTHER_LIMIT
    return PACKAGE_LIMIT if "/lambda/aws4_request" in request.header("authorization") else OBJECT_LIMIT


def _too_large(limit: int) -> ServiceError:
    if limit == OBJECT_LIMIT:
        text = f"Your proposed upload exceeds the maximum allowed size: {limit} bytes here; send it in parts"
        return ServiceError("EntityTooLarge", text)
    if limit == PACKAGE_LIMIT:
        return ServiceError(
            "RequestEntityTooLargeException", f"Request must be smaller than {limit} bytes", 413
        )
    return ServiceError(
        "RequestEntityTooLargeException", f"the request body is larger than {limit} bytes", 413
    )


def _busy() -> ServiceError:
    return ServiceError("SlowDown", "Please reduce your request rate: too much is being sent at once", 503)


def _too_slow() -> ServiceError:
    text = "Your socket connection to the server was not read from or written to within the timeout period."
    return ServiceError("RequestTimeout", text)
