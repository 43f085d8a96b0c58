"""What a client sees of one connection: whole answers, in order, as many as it likes."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from greenshift.testing import RunningTwin

SIGNED = (
    "Authorization: AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/events/aws4_request, "
    "SignedHeaders=host, Signature=none"
)


@pytest.fixture
def connection(twin: RunningTwin) -> Iterator[socket.socket]:
    port = int(twin.endpoint.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as opened:
        yield opened


def ask(connection: socket.socket, target: str, *, body: bytes = b"{}") -> None:
    head = (
        f"POST / HTTP/1.1\r\nHost: {connection.getpeername()[0]}:{connection.getpeername()[1]}\r\n"
        f"X-Amz-Target: {target}\r\nContent-Type: application/x-amz-json-1.1\r\n{SIGNED}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)


def test_an_answer_comes_in_one_piece(connection: socket.socket) -> None:
    for _ in range(50):
        ask(connection, "AWSEvents.ListRules")
        answer = connection.recv(65536)

        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b'{"Rules": []}')


def test_requests_sent_without_waiting_are_answered_in_their_order(connection: socket.socket) -> None:
    asked = ["ListRules", "ListSomethingElse"] * 10
    for operation in asked:
        ask(connection, f"AWSEvents.{operation}")
    received = b""
    while received.count(b"HTTP/1.1 ") < len(asked) or not received.endswith(b"}"):
        piece = connection.recv(65536)
        assert piece, "the twin closed the connection"
        received += piece

    statuses = [part.split(b" ", 1)[0] for part in received.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"400"] * 10


def test_an_answer_without_a_body_is_not_held_back(twin: RunningTwin, connection: socket.socket) -> None:
    twin.client("s3").create_bucket(Bucket="held-back")
    port = connection.getpeername()[1]
    signed = SIGNED.replace("/events/", "/s3/")
    connection.sendall(f"HEAD /held-back HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{signed}\r\n\r\n".encode())

    assert connection.recv(65536).startswith(b"HTTP/1.1 200")
