"""Delivery: retries on the twin's clock, dead letters, and nobody waiting for anybody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from greenshift.twin.callers.principal import Principal, Session
from greenshift.twin.clock import ManualClock
from greenshift.twin.events.delivery import CALLS_AT_ONCE, Deliveries, is_passing, pause_before
from greenshift.twin.events.inputs import TargetInput
from greenshift.twin.events.model import Event, RetryPolicy, Rule, Target
from greenshift.twin.loop.tasks import Tasks
from greenshift.twin.service import ServiceError
from greenshift.twin.world import World

START = 1_800_000_000.0
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:f"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:dead"
BUSY = ServiceError("TooManyRequestsException", "Rate exceeded", 429)
DENIED = ServiceError("AccessDeniedException", "not allowed", 403)


class Door:
    """A fake of the one door: writes calls down, and fails or hangs as it is told."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.calls: list[tuple[float, str, str, str, dict[str, Any]]] = []
        self.errors: list[ServiceError] = []
        self.hangs: set[str] = set()
        self.at_once = 0
        self.most_at_once = 0

    async def call(
        self, principal: Principal, service: str, operation: str, parameters: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        given = dict(parameters or {})
        self.calls.append((self.clock.time() - START, principal.arn, service, operation, given))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if given.get("FunctionName") in self.hangs:
                await asyncio.Event().wait()
            await asyncio.sleep(0)
            if self.errors:
                raise self.errors.pop(0)
        finally:
            self.at_once -= 1
        return {}

    async def assume_role(self, role_arn: str, session_name: str, service: str) -> Session:
        return Session(Principal("role", role_arn, session_name), "", "", "", "us-east-1", "")


class House:
    def __init__(self) -> None:
        self.clock = ManualClock(START)
        self.door = Door(self.clock)
        nothing = cast("Any", None)
        self.world = World(
            clock=self.clock, aws=self.door, tasks=Tasks(), emit=nothing, metrics=nothing, logs=nothing,
            repositories=nothing, directory=Path(), cache=Path(), account="123456789012",
            region="us-east-1", endpoint="http://127.0.0.1:1",
        )  # fmt: skip
        self.deliveries = Deliveries(self.world, self.forward)
        arn = "arn:aws:events:us-east-1:123456789012:rule/r"
        self.rule = Rule("r", arn, "ENABLED", None, None, None, None, None)

    def forward(self, bus: str, event: Event) -> None:
        raise AssertionError("nothing here goes to another bus")

    def send(self, target: Target, times: int = 1) -> None:
        for index in range(times):
            event = Event.of(
                id=f"event-{index}", source="shop", detail_type="Paid", account="123456789012",
                region="us-east-1", time=START, resources=(), detail={"n": index},
            )  # fmt: skip
            self.deliveries.send(event, self.rule, target)

    def operations(self) -> list[tuple[float, str]]:
        return [(at, operation) for at, _, _, operation, _ in self.door.calls]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    found = House()
    yield found
    await found.world.tasks.stop()


def target(arn: str = LAMBDA, **more: Any) -> Target:
    return Target("t", arn, **more)


async def test_sending_returns_before_anything_is_called(house: House) -> None:
    house.send(target())
    before = list(house.door.calls)

    await house.clock.advance(0)

    assert before == []
    assert house.operations() == [(0.0, "Invoke")]


@pytest.mark.parametrize(
    ("arn", "more", "service", "operation", "expected"),
    [
        (LAMBDA, {}, "lambda", "Invoke", {"FunctionName": LAMBDA, "InvocationType": "Event"}),
        (f"{LAMBDA}:live", {}, "lambda", "Invoke", {"FunctionName": f"{LAMBDA}:live"}),
        (
            "arn:aws:sns:us-east-1:123456789012:t",
            {},
            "sns",
            "Publish",
            {"TopicArn": "arn:aws:sns:us-east-1:123456789012:t"},
        ),
        (QUEUE, {}, "sqs", "SendMessage", {"QueueUrl": "http://127.0.0.1:1/123456789012/dead"}),
        (f"{QUEUE}.fifo", {"message_group": "g"}, "sqs", "SendMessage", {"MessageGroupId": "g"}),
        (
            "arn:aws:codepipeline:us-east-1:123456789012:p",
            {"role_arn": "arn:role"},
            "codepipeline",
            "StartPipelineExecution",
            {"name": "p"},
        ),
        (
            "arn:aws:codebuild:us-east-1:123456789012:project/b",
            {"role_arn": "arn:role"},
            "codebuild",
            "StartBuild",
            {"projectName": "b"},
        ),
        (
            "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/x:*",
            {},
            "logs",
            "PutLogEvents",
            {"logGroupName": "/aws/events/x"},
        ),
    ],
)
async def test_each_kind_of_target_gets_its_call(
    house: House, arn: str, more: dict[str, Any], service: str, operation: str, expected: dict[str, Any]
) -> None:
    house.send(target(arn, **more))
    await house.clock.advance(0)

    _, principal, called, performed, parameters = house.door.calls[-1]
    assert (called, performed) == (service, operation)
    assert expected.items() <= parameters.items()
    assert principal == ("arn:role" if "role_arn" in more else "events.amazonaws.com")


async def test_a_start_of_a_pipeline_takes_parameters_from_the_input_but_not_from_the_event(
    house: House,
) -> None:
    arn = "arn:aws:codepipeline:us-east-1:123456789012:p"
    variables = '{"variables": [{"name": "x", "value": "1"}], "name": "other"}'
    house.send(target(arn, role_arn="arn:role"))
    house.send(target(arn, role_arn="arn:role", input=TargetInput(constant=variables)))
    await house.clock.advance(0)

    assert [parameters for *_, parameters in house.door.calls] == [
        {"name": "p"},
        {"variables": [{"name": "x", "value": "1"}], "name": "p"},
    ]


async def test_a_passing_failure_is_tried_again_with_growing_pauses(house: House) -> None:
    house.door.errors = [BUSY] * 3
    house.send(target())

    await house.clock.advance(3600)

    assert house.operations() == [(0.0, "Invoke"), (1.0, "Invoke"), (3.0, "Invoke"), (7.0, "Invoke")]


async def test_retries_end_with_the_policy_and_the_event_goes_to_the_dead_letter_queue(house: House) -> None:
    house.door.errors = [BUSY] * 3
    house.send(target(retry=RetryPolicy(2, 3600), dead_letter_arn=QUEUE))

    await house.clock.advance(3600)

    *_, (_, _, service, operation, message) = house.door.calls
    attributes = {name: each["StringValue"] for name, each in message["MessageAttributes"].items()}
    assert [op for _, op in house.operations()] == ["Invoke", "Invoke", "Invoke", "SendMessage"]
    assert (service, operation) == ("sqs", "SendMessage")
    assert json.loads(message["MessageBody"])["detail"] == {"n": 0}
    assert attributes == {
        "RULE_ARN": house.rule.arn,
        "TARGET_ARN": LAMBDA,
        "ERROR_CODE": "TooManyRequestsException",
        "ERROR_MESSAGE": "Rate exceeded",
        "RETRY_ATTEMPTS": "2",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
    }


async def test_an_event_that_would_become_too_old_is_given_up(house: House) -> None:
    house.door.errors = [BUSY] * 20
    house.send(target(retry=RetryPolicy(185, 60), dead_letter_arn=QUEUE))

    await house.clock.advance(3600)

    assert [at for at, operation in house.operations() if operation == "Invoke"] == [0, 1, 3, 7, 15, 31]


async def test_a_failure_that_cannot_pass_is_not_tried_again(house: House) -> None:
    house.door.errors = [DENIED]
    house.send(target(dead_letter_arn=QUEUE))

    await house.clock.advance(3600)

    assert house.operations() == [(0.0, "Invoke"), (0.0, "SendMessage")]
    assert "EXHAUSTED_RETRY_CONDITION" not in house.door.calls[-1][4]["MessageAttributes"]


async def test_what_is_dropped_leaves_a_line_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.door.errors = [DENIED]
    house.send(target())

    await house.clock.advance(1)

    assert f"event event-0 for {LAMBDA} dropped: AccessDeniedException: not allowed" in caplog.text


async def test_a_target_that_hangs_does_not_delay_another(house: House) -> None:
    house.door.hangs = {"arn:aws:lambda:us-east-1:123456789012:function:slow"}
    house.send(Target("slow", "arn:aws:lambda:us-east-1:123456789012:function:slow"), times=50)
    house.send(Target("fast", LAMBDA), times=3)

    await house.clock.advance(0)

    called = [parameters["FunctionName"] for *_, parameters in house.door.calls]
    assert called.count(LAMBDA) == 3
    assert len(called) == CALLS_AT_ONCE + 3


async def test_a_target_gets_its_events_in_their_order(house: House) -> None:
    house.send(target(), times=40)

    await house.clock.advance(0)

    payloads = [json.loads(parameters["Payload"])["detail"]["n"] for *_, parameters in house.door.calls]
    assert payloads == list(range(40))
    assert house.door.most_at_once <= CALLS_AT_ONCE


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("ThrottlingException", 400, True),
        ("TooManyRequestsException", 429, True),
        ("ServiceException", 500, True),
        ("ConcurrentPipelineExecutionsLimitExceededException", 400, True),
        ("AccessDeniedException", 403, False),
        ("ResourceNotFoundException", 404, False),
        ("InvalidParameterValueException", 400, False),
    ],
)
def test_only_some_failures_may_pass(code: str, status: int, expected: bool) -> None:
    assert is_passing(ServiceError(code, "", status)) is expected


def test_pauses_double_up_to_ten_minutes() -> None:
    assert [pause_before(attempt) for attempt in (0, 1, 2, 9, 10, 184)] == [1, 2, 4, 512, 600, 600]
