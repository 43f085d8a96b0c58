"""How the Pulumi CLI tells of its progress: a file of JSON lines up to version 3.205, gRPC after it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

UPDATE = {
    "kind": "update",
    "startTime": "2026-01-02T03:04:05.000Z",
    "endTime": "2026-01-02T03:05:05.000Z",
    "message": "",
    "environment": {},
    "config": {"greenshift:githubToken": {"secret": True}},
    "result": "succeeded",
    "version": 1,
}
"""An entry of a stack's history, which the SDK asks for after each update."""


def send(log: str, events: Iterable[str]) -> None:
    """Send events, each a JSON text, to what ``--event-log`` says."""
    (_over_grpc if log.startswith("tcp://") else _to_file)(log, events)


def _to_file(path: str, events: Iterable[str]) -> None:
    with Path(path).open("a") as file:
        for event in events:
            file.write(event + "\n")
            file.flush()


def _over_grpc(address: str, events: Iterable[str]) -> None:
    import grpc
    from pulumi.runtime.proto import events_pb2, events_pb2_grpc

    # Handed over as a list: a signal reaches the main thread only, and gRPC iterates on another one.
    with grpc.insecure_channel(address.removeprefix("tcp://"), [("grpc.enable_http_proxy", 0)]) as channel:
        requests = [events_pb2.EventRequest(event=event) for event in events]
        events_pb2_grpc.EventsStub(channel).StreamEvents(iter(requests))
