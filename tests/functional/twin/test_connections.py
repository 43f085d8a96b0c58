"""Clients that hold connections and say little: each is let go, and others are served."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import uvicorn

from greenshift.twin.port.connections import Bounds, Connections

Address = tuple[str, int]
BOUNDS = Bounds(head_seconds=0.5, head_size=10_000, connections=5)


async def hello(scope: object, receive: object, send: object) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b"hi"})  # type: ignore[operator]


@pytest.fixture
async def server() -> AsyncIterator[Address]:
    config = uvicorn.Config(
        hello, http=Connections(BOUNDS).protocol(), lifespan="off", port=0, log_level="warning"
    )
    running = uvicorn.Server(config)
    serving = asyncio.get_running_loop().create_task(running.serve())
    while not running.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield running.servers[0].sockets[0].getsockname()
    running.should_exit = True
    await serving


async def talk(address: Address, *pieces: bytes, pause: float = 0.0) -> bytes:
    """What comes back until the other side closes."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
        async with asyncio.timeout(20):
            with contextlib.suppress(ConnectionError):
                return await reader.read()
        return b""
    finally:
        writer.close()


async def test_who_says_nothing_is_let_go(server: Address) -> None:
    assert await talk(server) == b""


async def test_a_head_that_comes_byte_by_byte_is_not_waited_for(server: Address) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"y" * 100

    assert await talk(server, *(head[at : at + 1] for at in range(len(head))), pause=0.05) == b""


async def test_a_head_without_end_is_refused(server: Address) -> None:
    many = [b"X-Many: " + b"y" * 4_000 + b"\r\n"] * 20

    answer = await talk(server, b"GET / HTTP/1.1\r\nHost: x\r\n", *many, pause=0.01)

    assert answer.startswith(b"HTTP/1.1 400") or answer == b""


async def test_connections_beyond_the_bound_are_closed_and_others_go_on(
    server: Address,
) -> None:
    kept = [await asyncio.open_connection(*server) for _ in range(BOUNDS.connections - 1)]

    request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert (await talk(server, request)).endswith(b"hi")
    _, extra = await asyncio.open_connection(*server)
    assert await talk(server, request) == b""

    extra.close()
    for _, writer in kept:
        writer.close()
