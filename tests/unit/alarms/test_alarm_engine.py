"""Alarms over time: when they are evaluated, how late data counts, and what many of them cost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from support.measures.effort import effort

from greenshift.twin.alarms.alarm_requests import metric_alarm
from greenshift.twin.alarms.engine import STANDARD, Engine, Timing
from greenshift.twin.alarms.metrics import MetricStore
from greenshift.twin.alarms.model import Alarm, State
from greenshift.twin.alarms.state import Alarms
from greenshift.twin.alarms.transitions import Transitions
from greenshift.twin.callers.principal import Principal
from greenshift.twin.clock import ManualClock
from greenshift.twin.loop.tasks import Tasks
from greenshift.twin.world import ServiceEvent, World

START = 1_800_000_000.0
ACCOUNT = "123456789012"


class Counting(MetricStore):
    """A store that counts how often it is read."""

    reads = 0

    def points(self, *arguments: Any, **named: Any) -> Any:
        self.reads += 1
        return super().points(*arguments, **named)


class House:
    """An engine with its collaborators, and one alarm per call of ``alarm``."""

    def __init__(self, timing: Timing | None = None) -> None:
        self.clock = ManualClock(START)
        self.store = Counting(self.clock)
        self.alarms = Alarms()
        self.events: list[ServiceEvent] = []
        nothing = cast("Any", None)
        self.world = World(
            clock=self.clock, aws=Silent(), tasks=Tasks(), emit=self.events.append, metrics=self.store,
            logs=nothing, repositories=nothing, directory=Path(), cache=Path(), account=ACCOUNT,
            region="us-east-1", endpoint="http://127.0.0.1:1",
        )  # fmt: skip
        transitions = Transitions(self.world, self.alarms)
        self.engine = Engine(self.clock, self.store, self.alarms, transitions, timing or Timing())
        self._running: asyncio.Task[None] | None = None

    def alarm(self, name: str = "rate", **changes: Any) -> Alarm:
        definition = metric_alarm(error_rate_alarm(name) | changes, ACCOUNT)
        state = State("INSUFFICIENT_DATA", "new", "", START, START)
        alarm = Alarm(definition, f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:{name}", state, START)
        self.alarms.add(alarm)
        return alarm

    def calls(self, at: float, invocations: int, errors: int, function: str = "rate") -> None:
        for name, value in (("Invocations", invocations), ("Errors", errors)):
            self.store.record("AWS/Lambda", name, {"FunctionName": function}, value, START + at)

    async def pass_time(self, seconds: float) -> None:
        if self._running is None:
            self._running = asyncio.create_task(self.engine.run(STANDARD))
            await asyncio.sleep(0)
        await self.clock.advance(seconds)

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self.world.tasks.stop()


class Silent:
    async def call(
        self, principal: Principal, service: str, operation: str, parameters: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return {}

    async def assume_role(self, role_arn: str, session_name: str, service: str) -> Any:
        raise NotImplementedError


def error_rate_alarm(name: str) -> dict[str, Any]:
    def metric(id: str, metric_name: str) -> dict[str, Any]:
        dimensions = [{"Name": "FunctionName", "Value": name}]
        metric = {"Namespace": "AWS/Lambda", "MetricName": metric_name, "Dimensions": dimensions}
        return {"Id": id, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False}

    rate = {"Id": "rate", "Expression": "IF(invocations > 0, 100 * errors / invocations, 0)"}
    return {
        "AlarmName": name,
        "EvaluationPeriods": 1,
        "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "Metrics": [rate, metric("errors", "Errors"), metric("invocations", "Invocations")],
    }


@pytest.fixture
async def house() -> AsyncIterator[House]:
    found = House()
    yield found
    await found.stop()


async def test_the_first_error_is_seen_seconds_after_its_minute_closed(house: House) -> None:
    alarm = house.alarm()
    house.calls(at=59, invocations=10, errors=5)

    await house.pass_time(64)
    before = alarm.state.value
    await house.pass_time(2)

    assert (before, alarm.state.value) == ("OK", "ALARM")
    assert alarm.state.reason.startswith("Threshold Crossed: 1 out of the last 1 datapoints [50.0 ")


async def test_a_minute_that_is_still_open_does_not_count(house: House) -> None:
    alarm = house.alarm()
    await house.pass_time(66)
    house.calls(at=67, invocations=1, errors=1)

    await house.pass_time(53)
    while_open = alarm.state.value
    await house.pass_time(7)

    assert (while_open, alarm.state.value) == ("OK", "ALARM")


async def test_good_traffic_in_the_next_minute_ends_the_alarm(house: House) -> None:
    alarm = house.alarm()
    house.calls(at=10, invocations=10, errors=10)
    house.calls(at=70, invocations=10, errors=0)

    await house.pass_time(66)
    first = alarm.state.value
    await house.pass_time(60)

    assert (first, alarm.state.value) == ("ALARM", "OK")


async def test_without_newer_traffic_the_alarm_ends_when_its_range_is_empty(house: House) -> None:
    alarm = house.alarm()
    house.calls(at=10, invocations=10, errors=10)

    states = []
    for _ in range(5):
        await house.pass_time(60)
        states.append(alarm.state.value)

    assert states == ["OK", "ALARM", "ALARM", "ALARM", "OK"]


async def test_data_that_arrives_two_minutes_late_still_raises_the_alarm(house: House) -> None:
    alarm = house.alarm()
    await house.pass_time(130)
    house.calls(at=50, invocations=1, errors=1)

    await house.pass_time(60)

    assert alarm.state.value == "ALARM"


async def test_data_that_arrives_when_the_range_has_passed_is_not_seen(house: House) -> None:
    alarm = house.alarm()
    await house.pass_time(300)
    house.calls(at=50, invocations=1, errors=1)

    await house.pass_time(60)

    assert alarm.state.value == "OK"


async def test_an_alarm_without_traffic_becomes_ok_and_is_not_computed_again(house: House) -> None:
    alarm = house.alarm()
    await house.pass_time(66)
    reads = house.store.reads

    await house.pass_time(3600)

    assert alarm.state.value == "OK"
    assert house.store.reads == reads


async def test_a_settled_alarm_wakes_up_with_new_data(house: House) -> None:
    alarm = house.alarm()
    await house.pass_time(3660)
    house.calls(at=3661, invocations=1, errors=1)

    await house.pass_time(66)

    assert alarm.state.value == "ALARM"


async def test_missing_data_is_insufficient_unless_the_alarm_says_otherwise(house: House) -> None:
    missing = house.alarm("missing", TreatMissingData="missing")
    breaching = house.alarm("breaching", TreatMissingData="breaching")
    ignore = house.alarm("ignore", TreatMissingData="ignore")
    for alarm in (missing, breaching, ignore):
        house.calls(at=1, invocations=10, errors=0, function=alarm.name)
    await house.pass_time(66)
    with_data = [alarm.state.value for alarm in (missing, breaching, ignore)]

    await house.pass_time(300)

    assert with_data == ["OK", "OK", "OK"]
    assert [alarm.state.value for alarm in (missing, breaching, ignore)] == [
        "INSUFFICIENT_DATA",
        "ALARM",
        "OK",
    ]


async def test_two_of_three_needs_two_bad_minutes(house: House) -> None:
    alarm = house.alarm(EvaluationPeriods=3, DatapointsToAlarm=2)
    states = []
    for minute, errors in enumerate([0, 5, 0, 5, 0, 0, 0]):
        house.calls(at=60 * minute + 1, invocations=10, errors=errors)
    await house.pass_time(6)
    for _ in range(7):
        await house.pass_time(60)
        states.append(alarm.state.value)

    assert states == ["OK", "OK", "OK", "ALARM", "OK", "OK", "OK"]


async def test_a_change_of_state_is_an_event_with_both_states(house: House) -> None:
    house.alarm(AlarmDescription="too many errors")
    house.calls(at=1, invocations=10, errors=5)
    await house.pass_time(66)

    event = house.events[-1]

    assert (event.source, event.detail_type) == ("aws.cloudwatch", "CloudWatch Alarm State Change")
    assert event.resources == (f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:rate",)
    assert event.detail["alarmName"] == "rate"
    assert event.detail["state"]["value"] == "ALARM"
    assert event.detail["previousState"]["value"] == "OK"
    assert event.detail["configuration"]["description"] == "too many errors"
    assert event.detail["configuration"]["metrics"][0]["expression"].startswith("IF(invocations > 0")
    assert event.detail["configuration"]["metrics"][1]["metricStat"]["metric"] == {
        "namespace": "AWS/Lambda",
        "name": "Errors",
        "dimensions": {"FunctionName": "rate"},
    }


async def test_alarms_on_dynamodb_metrics_always_ignore_missing_data(house: House) -> None:
    """API reference: PutMetricAlarm, TreatMissingData."""
    metric = {"Metrics": None, "Namespace": "AWS/DynamoDB", "MetricName": "ThrottledRequests"}
    alarm = house.alarm(TreatMissingData="breaching", Statistic="Sum", Period=60, **metric)

    await house.pass_time(300)

    assert alarm.state.value == "INSUFFICIENT_DATA"


def test_the_range_grows_with_the_speed_of_the_clock() -> None:
    assert Timing.at_speed(1).late_periods == 2
    assert Timing.at_speed(60).late_periods == 2
    assert Timing.at_speed(600).late_periods == 5


def test_evaluations_are_due_just_after_each_period() -> None:
    timing = Timing()

    assert timing.due_after(START, 60) == START + 5
    assert timing.due_after(START + 5, 60) == START + 65
    assert timing.due_after(START + 64.9, 60) == START + 65
    assert timing.due_after(START + 1, 10) == START + 11


@pytest.mark.parametrize("has_traffic", [False, True])
def test_two_hundred_alarms_cost_a_small_part_of_a_fast_minute(has_traffic: bool) -> None:
    """At speed 600 a minute is 100 ms: sixteen of the unit where a hundred thousand additions take 6 ms."""
    house = House()
    for index in range(200):
        house.alarm(f"f{index}")
        if has_traffic:
            house.calls(at=10, invocations=10, errors=0, function=f"f{index}")
    advance_to(house.clock, START + 65)
    house.engine.tick(STANDARD)

    assert effort(lambda: house.engine.tick(STANDARD)) < 10


def advance_to(clock: ManualClock, moment: float) -> None:
    asyncio.run(clock.advance(moment - clock.time()))
