"""Lambda's Runtime API (version 2018-06-01) for one process: HTTP/1.1 on a loopback port of its own.

Only what a runtime needs: keep-alive, no pipelining; bodies with a Content-Length, or in chunks. The meaning
of the calls is the ``RuntimeListener``'s; this file only reads and writes bytes. It is on the path of every
invocation, so it parses by hand.
"""

from __future__ import annotations

import asyncio
from typing import Protocol, cast

from greenshift import loopback
from greenshift.twin.awslambda.execution.chunks import BadChunks, joined

PREFIX = b"/2018-06-01/runtime/"
_INVOCATION = PREFIX + b"invocation/"
_NEXT = _INVOCATION + b"next"
_INIT_ERROR = PREFIX + b"init/error"
_ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n" + (
    b'{"status":"OK"}\n'
)
HEADER_LIMIT = 65_536
# Ten times the longest answer of a function; what is longer is refused before it is in memory.
BODY_LIMIT = 64 << 20
_DIGITS = 12
# What our own bootstraps call this server; no address of a browser's can lead here under that name.
_OURS = b"\r\nHost: runtime\r\n"


class RuntimeListener(Protocol):
    """Whoever answers the runtime: the worker."""

    def runtime_is_ready(self, connection: RuntimeConnection) -> None: ...

    def runtime_responded(self, request_id: str, body: bytes) -> None: ...

    def runtime_failed(self, request_id: str, body: bytes, *, is_leaving: bool) -> None: ...

    def runtime_failed_to_start(self, body: bytes) -> None: ...


class RuntimeConnection(asyncio.Protocol):
    """One connection of a runtime."""

    def __init__(self, listener: RuntimeListener) -> None:
        self._listener = listener
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not subclasses of asyncio's, so no isinstance here.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._take_request():
            pass

    def send_invocation(self, head: bytes, event: bytes) -> None:
        """Answer the pending GET ``next``; ``head`` is the Lambda-Runtime-* header lines."""
        self._write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%bContent-Length: %d\r\n\r\n%b"
            % (head, len(event), event)
        )

    def _take_request(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > HEADER_LIMIT:
                self._refuse(b"431 Request Header Fields Too Large")
            return False
        head = bytes(self._buffer[:end])
        found = self._body(head, end + 4)
        if found is None:
            return False
        body, behind = found
        del self._buffer[:behind]
        self._dispatch(head, body)
        return True

    def _body(self, head: bytes, start: int) -> tuple[bytes, int] | None:
        """It and where it ends; None when the rest is on its way, or the request was refused."""
        length = _content_length(head)
        if length is None and _is_chunked(head):
            return self._chunks(start)
        if length is None:
            self._refuse(b"411 Length Required")
            return None
        if length > BODY_LIMIT:
            self._refuse(b"413 Content Too Large")
            return None
        end = start + length
        return None if len(self._buffer) < end else (bytes(self._buffer[start:end]), end)

    def _chunks(self, start: int) -> tuple[bytes, int] | None:
        # The end of every body: looked for first, or a long one would be read anew with each of its pieces.
        if not self._buffer.endswith(b"\r\n\r\n") and len(self._buffer) < 2 * BODY_LIMIT:
            return None
        try:
            return joined(self._buffer, start, BODY_LIMIT)
        except BadChunks:
            self._refuse(b"400 Bad Request")
            return None

    def _dispatch(self, head: bytes, body: bytes) -> None:
        if _OURS not in head and self._is_foreign(head):
            self._refuse(b"403 Forbidden")
            return
        method, _, rest = head.partition(b" ")
        path = rest[: rest.find(b" ")]
        if method == b"GET" and path == _NEXT:
            self._listener.runtime_is_ready(self)
        elif method == b"POST" and path == _INIT_ERROR:
            self._listener.runtime_failed_to_start(body)
            self._write(_ACCEPTED)
        elif method == b"POST" and path.startswith(_INVOCATION):
            self._finish(path[len(_INVOCATION) :], head, body)
        else:
            self._refuse(b"404 Not Found")

    def _is_foreign(self, head: bytes) -> bool:
        """A page of the person's browser must neither take an invocation away nor answer one."""
        lines = head.decode("latin-1").split("\r\n")[1:]
        told = loopback.head(
            (name, value.strip()) for name, _, value in (line.partition(":") for line in lines)
        )
        port = self._transport.get_extra_info("sockname")[1] if self._transport else 0
        return loopback.objection(told, loopback.names(port)) is not None

    def _finish(self, tail: bytes, head: bytes, body: bytes) -> None:
        request_id, _, kind = tail.decode("latin-1").partition("/")
        if kind == "response":
            self._listener.runtime_responded(request_id, body)
        elif kind == "error":
            is_leaving = b"\r\nconnection: close" in head.lower()
            self._listener.runtime_failed(request_id, body, is_leaving=is_leaving)
        else:
            self._refuse(b"404 Not Found")
            return
        self._write(_ACCEPTED)

    def _refuse(self, status: bytes) -> None:
        self._buffer.clear()
        self._write(b"HTTP/1.1 %b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % status)
        if self._transport:
            self._transport.close()

    def _write(self, data: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(data)


def _is_chunked(head: bytes) -> bool:
    """And nothing else: no runtime compresses what it says."""
    lowered = head.lower()
    _, _, coding = lowered.partition(b"\r\ntransfer-encoding:")
    return coding.partition(b"\r\n")[0].strip() == b"chunked" and b"\r\ncontent-length:" not in lowered


def _content_length(head: bytes) -> int | None:
    """0 when there is no body; None when the length is not said up front (chunked)."""
    lowered = head.lower()
    if b"\r\ntransfer-encoding:" in lowered:
        return None
    start = lowered.find(b"\r\ncontent-length:")
    if start < 0:
        return 0
    start += len(b"\r\ncontent-length:")
    end = lowered.find(b"\r\n", start)
    text = lowered[start : end if end >= 0 else len(lowered)].strip()
    return int(text) if text.isdigit() and len(text) <= _DIGITS else None
