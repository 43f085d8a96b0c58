"""The open HTTP connections: each answer leaves in one piece, and one can be closed under its caller.

An answer in two writes reaches a client that waits for it in two segments, and the SDK for Go may be gone
between them (``distance`` tells why).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Peer = tuple[str, int]


@dataclass(frozen=True)
class Bounds:
    """What one client, and all together, may hold open without saying anything.

    A process may have 1,024 files open on most machines; the twin's own and its functions' are among them.
    """

    head_seconds: float = 20.0
    head_size: int = 65_536
    connections: int = 700


class Connections:
    """Transports by the address of their client."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._open: dict[Peer, asyncio.Transport] = {}

    def drop(self, peer: Peer) -> None:
        """Close a connection without another byte; what the client gets is a reset or an end of file.

        ASGI has no word for that: an application that sends nothing makes its server answer 500.
        """
        transport = self._open.get(peer)
        if transport is not None:
            transport.abort()

    def protocol(self) -> type[HttpToolsProtocol]:
        """The protocol uvicorn is to speak: its own, and known here while it is open."""
        known, bounds = self._open, self._bounds

        class Known(HttpToolsProtocol):
            _head_size = 0
            _is_in_head = True
            _patience: asyncio.TimerHandle | None = None

            def _unsupported_upgrade_warning(self) -> None:
                """A page that asks for a web socket is refused like any other; it is no fault of ours."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(cast("asyncio.Transport", Whole(transport, self.loop)))
                if len(known) >= bounds.connections:
                    transport.abort()
                if self.client is not None:
                    known[self.client] = transport
                self._await_head()

            def _await_head(self) -> None:
                """A head that does not come, or comes byte by byte, holds its connection for no longer."""
                self._head_size = 0
                if self._patience is None:
                    self._patience = self.loop.call_later(bounds.head_seconds, self._lose_patience)

            def _lose_patience(self) -> None:
                self._patience = None
                self.transport.close()

            def _forget_head(self) -> None:
                if self._patience is not None:
                    self._patience.cancel()
                    self._patience = None

            def data_received(self, data: bytes) -> None:
                super().data_received(data)
                if self._patience is not None:
                    self._head_size += len(data)
                    if self._head_size > bounds.head_size and not self.transport.is_closing():
                        self.send_400_response("The head of the request is too large.")

            def on_message_begin(self) -> None:
                self._is_in_head = True
                self._await_head()
                super().on_message_begin()

            def on_header(self, name: bytes, value: bytes) -> None:
                """What comes after the body is no part of the head: it was judged already, or will be."""
                if self._is_in_head:
                    super().on_header(name, value)

            def on_headers_complete(self) -> None:
                self._forget_head()
                self._is_in_head = False
                if not self.url.startswith((b"/", b"*")):
                    self._heed_target()
                super().on_headers_complete()

            def _heed_target(self) -> None:
                """A target that names a host of its own counts, and Host does not (RFC 9112, 3.2.2)."""
                target = httptools.parse_url(self.url)
                host = target.host or b""
                named = host if target.port is None else b"%b:%d" % (host, target.port)
                self.headers[:] = [(name, value) for name, value in self.headers if name != b"host"]
                self.headers.append((b"host", named))

            def connection_lost(self, exc: Exception | None) -> None:
                self._forget_head()
                if self.client is not None:
                    known.pop(self.client, None)
                super().connection_lost(exc)

        return Known


class Whole:
    """A transport that keeps the head of an answer until its body comes, and sends both at once.

    A head without a body goes out when the loop comes round.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head = b""

    def write(self, data: bytes) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head + data)
        elif data.startswith(b"HTTP/1.1 "):
            self._head = data
            self._loop.call_soon(self.flush)
        else:
            self._transport.write(data)

    def flush(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
