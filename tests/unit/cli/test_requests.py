"""Requests while something else goes on, counted by version."""

from __future__ import annotations

import io
import json
import threading
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from greenshift.cli.calls.requests import Traffic
from greenshift.view import FunctionOutputs

ARN = "arn:aws:lambda:us-east-1:123456789012:function:p-"
CHARGE, REFUND = (
    FunctionOutputs(key, f"p-{key}", f"{ARN}{key}:live", f"{key}-errors", key) for key in ("charge", "refund")
)
SECONDS = 10.0


@dataclass
class FakeLambda:
    """Answers by the number in the event; ``enough`` is set when so many requests came."""

    answers: dict[int, dict[str, Any] | Exception] = field(default_factory=dict)
    wanted: int = 20
    enough: threading.Event = field(default_factory=threading.Event)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        event = json.loads(Payload)
        self.events.append((FunctionName, event))
        if len(self.events) >= self.wanted:
            self.enough.set()
        answer = self.answers.get(event["number"], {"ExecutedVersion": "1"})
        if isinstance(answer, Exception):
            raise answer
        return {"Payload": io.BytesIO(b"null"), **answer}


def event_of(function: FunctionOutputs, number: int) -> dict[str, Any]:
    return {"function": function.key, "number": number}


def run(client: FakeLambda, *functions: FunctionOutputs, at_once: int = 1) -> Traffic:
    with Traffic(client, functions, event_of, per_second=2000, at_once=at_once) as traffic:
        assert client.enough.wait(SECONDS)
    return traffic


def test_requests_go_through_the_alias_of_every_function() -> None:
    client = FakeLambda()
    run(client, CHARGE, REFUND)

    assert {arn for arn, _ in client.events} == {CHARGE.alias_arn, REFUND.alias_arn}
    assert client.events[:4] == [
        (CHARGE.alias_arn, {"function": "charge", "number": 0}),
        (REFUND.alias_arn, {"function": "refund", "number": 0}),
        (CHARGE.alias_arn, {"function": "charge", "number": 1}),
        (REFUND.alias_arn, {"function": "refund", "number": 1}),
    ]


def test_answers_and_failures_are_counted_by_function_and_version() -> None:
    failed = {"ExecutedVersion": "2", "FunctionError": "Unhandled"}
    client = FakeLambda({0: {"ExecutedVersion": "2"}, 1: failed, 2: failed})
    traffic = run(client, CHARGE)

    assert traffic.errors == {("charge", "2"): 2}
    assert traffic.answers[("charge", "2")] == 1
    assert traffic.answers[("charge", "1")] == len(client.events) - 3


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "TooManyRequestsException", "Message": "slow"}}, "Invoke"),
        ConnectionClosedError(endpoint_url="http://127.0.0.1"),
    ],
    ids=["refused", "unreachable"],
)
def test_a_request_nobody_answered_counts_for_no_version(error: Exception) -> None:
    client = FakeLambda({0: error})
    traffic = run(client, CHARGE)

    assert not traffic.errors
    assert traffic.answers.total() == len(client.events) - 1


def test_no_request_is_lost_when_many_are_under_way() -> None:
    client = FakeLambda(wanted=400)
    traffic = run(client, CHARGE, REFUND, at_once=8)

    assert traffic.answers.total() == len(client.events) >= 400


def test_it_ends_with_its_block_also_after_an_error() -> None:
    client = FakeLambda()
    with (
        pytest.raises(RuntimeError, match="in the block"),
        Traffic(client, [CHARGE], event_of, per_second=2000),
    ):
        assert client.enough.wait(SECONDS)
        raise RuntimeError("in the block")
    sent = len(client.events)

    assert [thread for thread in threading.enumerate() if thread.name.startswith("traffic")] == []
    assert len(client.events) == sent
