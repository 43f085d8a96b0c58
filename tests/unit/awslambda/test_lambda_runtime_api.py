"""The Runtime API: bytes in, calls to the listener, bytes out; no socket."""

from __future__ import annotations

from typing import Any, cast

import pytest

from greenshift.twin.awslambda.execution.runtime_api import RuntimeConnection

NEXT = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: runtime\r\nContent-Length: 0\r\n\r\n"
ANSWER = b"POST /2018-06-01/runtime/invocation/x/response HTTP/1.1\r\nHost: runtime\r\n"

HOST = "127.0.0.1:9001"
"""What a runtime that is not ours calls it: AWS_LAMBDA_RUNTIME_API."""


class Listener:
    """Notes what the runtime said."""

    def __init__(self) -> None:
        self.heard: list[tuple[object, ...]] = []

    def runtime_is_ready(self, connection: RuntimeConnection) -> None:
        self.heard.append(("ready",))

    def runtime_responded(self, request_id: str, body: bytes) -> None:
        self.heard.append(("responded", request_id, body))

    def runtime_failed(self, request_id: str, body: bytes, *, is_leaving: bool) -> None:
        self.heard.append(("failed", request_id, body, is_leaving))

    def runtime_failed_to_start(self, body: bytes) -> None:
        self.heard.append(("failed to start", body))


class Transport:
    """Keeps what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.is_closed = True

    def get_extra_info(self, name: str) -> tuple[str, int] | None:
        return ("127.0.0.1", 9001) if name == "sockname" else None

    def is_closing(self) -> bool:
        return self.is_closed


def connected() -> tuple[RuntimeConnection, Listener, Transport]:
    listener, transport = Listener(), Transport()
    connection = RuntimeConnection(listener)
    connection.connection_made(cast("Any", transport))
    return connection, listener, transport


def post(path: str, body: bytes, extra: str = "") -> bytes:
    line = f"POST /2018-06-01/runtime/{path} HTTP/1.1\r\nHost: {HOST}\r\n"
    head = f"{line}{extra}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_asking_for_the_next_invocation_is_answered_when_there_is_one() -> None:
    connection, listener, transport = connected()
    connection.data_received(NEXT)

    assert listener.heard == [("ready",)]
    assert transport.written == b""
    connection.send_invocation(b"A: 1\r\n", b'{"x":1}')
    assert transport.written.endswith(b'A: 1\r\nContent-Length: 7\r\n\r\n{"x":1}')


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_request_may_arrive_in_pieces(size: int) -> None:
    connection, listener, transport = connected()
    data = post("invocation/id-1/response", b'{"a":' + b"1" * 50 + b"}") + NEXT
    for start in range(0, len(data), size):
        connection.data_received(data[start : start + size])

    assert listener.heard == [("responded", "id-1", b'{"a":' + b"1" * 50 + b"}"), ("ready",)]
    assert transport.written.startswith(b"HTTP/1.1 202 Accepted\r\n")


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_body_in_chunks_is_read_as_the_runtime_of_go_sends_it(size: int) -> None:
    connection, listener, transport = connected()
    sent = b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n'
    head = f"POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1\r\nHost: {HOST}\r\n"
    data = head.encode() + sent + NEXT
    for start in range(0, len(data), size):
        connection.data_received(data[start : start + size])

    assert listener.heard == [("responded", "id-1", b'{"a":1}'), ("ready",)]
    assert transport.written.startswith(b"HTTP/1.1 202 Accepted\r\n")


@pytest.mark.parametrize(("extra", "is_leaving"), [("", False), ("Connection: close\r\n", True)])
def test_an_error_tells_whether_the_process_goes_on(extra: str, is_leaving: bool) -> None:
    connection, listener, _ = connected()
    connection.data_received(post("invocation/id-1/error", b"{}", extra))

    assert listener.heard == [("failed", "id-1", b"{}", is_leaving)]


def test_a_failed_start_is_heard() -> None:
    connection, listener, _ = connected()
    connection.data_received(post("init/error", b'{"errorType":"X"}'))

    assert listener.heard == [("failed to start", b'{"errorType":"X"}')]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /else HTTP/1.1\r\nHost: 127.0.0.1:9001\r\n\r\n", b"404"),
        (b"POST /2018-06-01/runtime/invocation/x/y HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", b"411"),
        (ANSWER + b"Transfer-Encoding: chunked\r\n\r\nno\r\n\r\n", b"400"),
        (b"GET " + b"x" * 70_000, b"431"),
        (ANSWER + b"Content-Length: 99999999999\r\n\r\nx", b"413"),
        (ANSWER + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\nx", b"411"),
    ],
)
def test_what_no_runtime_of_ours_sends_is_refused_and_closed(data: bytes, status: bytes) -> None:
    connection, listener, transport = connected()
    connection.data_received(data)

    assert transport.written.startswith(b"HTTP/1.1 " + status)
    assert transport.is_closed
    assert listener.heard == []


@pytest.mark.parametrize(
    "told",
    [
        "Host: evil.example:9001",
        "Host: 127.0.0.1:9002",
        "Host: 127.0.0.1:9001\r\nOrigin: http://evil.example",
        "Host: 127.0.0.1:9001\r\nSec-Fetch-Site: cross-site",
        "Accept: */*",
    ],
)
@pytest.mark.parametrize("asked", ["GET {}next", "POST {}id-1/response", "POST {}id-1/error"])
def test_a_page_of_the_browser_neither_takes_an_invocation_nor_answers_one(told: str, asked: str) -> None:
    connection, listener, transport = connected()
    line = asked.format("/2018-06-01/runtime/invocation/")
    connection.data_received(f"{line} HTTP/1.1\r\n{told}\r\nContent-Length: 2\r\n\r\n{{}}".encode())

    assert listener.heard == []
    assert transport.written.startswith(b"HTTP/1.1 403 ")
    assert transport.is_closed
