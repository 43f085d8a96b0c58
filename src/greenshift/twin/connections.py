"""The open HTTP connections, so that one can be closed under a caller who is to get no answer.

ASGI has no word for that: an application that sends nothing makes its server answer 500.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Peer = tuple[str, int]


class Connections:
    """Transports by the address of their client."""

    def __init__(self) -> None:
        self._open: dict[Peer, asyncio.Transport] = {}

    def drop(self, peer: Peer) -> None:
        """Close a connection without another byte; what the client gets is a reset or an end of file."""
        transport = self._open.get(peer)
        if transport is not None:
            transport.abort()

    def protocol(self) -> type[HttpToolsProtocol]:
        """The protocol uvicorn is to speak: its own, and known here while it is open."""
        known = self._open

        class Known(HttpToolsProtocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                if self.client is not None:
                    known[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    known.pop(self.client, None)
                super().connection_lost(exc)

        return Known
