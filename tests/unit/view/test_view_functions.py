"""Aliases and alarms, read into one view a function."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.contract.error_rate import expression
from greenshift.view import AlarmView, FunctionOutputs, FunctionView
from greenshift.view.alarms import read_alarms
from greenshift.view.aliases import Turns, read_aliases
from greenshift.view.functions import functions


def outputs(key: str) -> FunctionOutputs:
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:payments-{key}:live"
    return FunctionOutputs(key, f"payments-{key}", arn, f"payments-{key}-errors", f"payments-{key}")


@dataclass
class FakeLambda:
    aliases: dict[str, dict[str, Any]]
    missing: str = "ResourceNotFoundException"

    def get_alias(self, FunctionName: str, Name: str) -> dict[str, Any]:
        assert Name == "live"
        if FunctionName not in self.aliases:
            raise ClientError(
                {"Error": {"Code": self.missing, "Message": "Cannot find alias arn"}}, "GetAlias"
            )
        return self.aliases[FunctionName]


@dataclass
class FakeAlarms:
    """DescribeAlarms; as on AWS, at most 100 names a call, and names that do not exist are left out."""

    states: dict[str, str]
    calls: list[int] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def get_paginator(self, operation: str) -> FakeAlarms:
        assert operation == "describe_alarms"
        return self

    def paginate(self, AlarmNames: list[str], MaxRecords: int) -> Iterator[dict[str, Any]]:
        """Two pages, the first one as long as asked for."""
        assert len(AlarmNames) <= MaxRecords == 100
        self.calls.append(len(AlarmNames))
        found = [name for name in AlarmNames if name in self.states]
        for names in (found[:MaxRecords], found[MaxRecords:]):
            yield {
                "MetricAlarms": [
                    {"AlarmName": name, "StateValue": self.states[name], **self.more} for name in names
                ]
            }


def read(client: FakeLambda, alarms: FakeAlarms, *wanted: FunctionOutputs) -> tuple[FunctionView, ...]:
    return functions(wanted, read_aliases(client, wanted), read_alarms(alarms, wanted))


def seen(alias: dict[str, Any], state: str = "OK") -> FunctionView:
    client = FakeLambda({"payments-charge": alias})
    return read(client, FakeAlarms({"payments-charge-errors": state}), outputs("charge"))[0]


@pytest.mark.parametrize(
    "routing", [{}, {"RoutingConfig": {}}, {"RoutingConfig": {"AdditionalVersionWeights": {}}},
                {"RoutingConfig": {"AdditionalVersionWeights": None}}],
)  # fmt: skip
def test_an_alias_on_one_version_has_no_new_one(routing: dict[str, Any]) -> None:
    found = seen({"FunctionVersion": "4", **routing})

    assert (found.version, found.new_version, found.new_percent) == ("4", "", 0.0)


def test_the_weight_of_a_split_alias_is_told_in_percent() -> None:
    split = {"FunctionVersion": "4", "RoutingConfig": {"AdditionalVersionWeights": {"5": 0.07}}}
    found = seen(split)

    assert (found.new_version, found.new_percent) == ("5", 7.0)
    assert [found.share_of(version) for version in ("4", "5", "6", "")] == [93.0, 7.0, 0.0, 0.0]


def test_an_alarm_that_does_not_exist_has_no_state() -> None:
    client = FakeLambda({"payments-charge": {"FunctionVersion": "1"}})

    assert read(client, FakeAlarms({}), outputs("charge"))[0].alarm_state == ""


def test_views_come_in_the_order_asked_for() -> None:
    keys = [f"f{n}" for n in range(30, 0, -1)]
    client = FakeLambda({f"payments-{key}": {"FunctionVersion": key[1:]} for key in keys})
    found = read(client, FakeAlarms({"payments-f7-errors": "ALARM"}), *map(outputs, keys))

    assert [view.key for view in found] == keys
    assert [view.version for view in found] == [key[1:] for key in keys]
    assert [view.key for view in found if view.alarm_state == "ALARM"] == ["f7"]


def test_no_functions_need_no_calls() -> None:
    alarms = FakeAlarms({})

    assert read(FakeLambda({}), alarms) == ()
    assert alarms.calls == []


def test_more_than_a_hundred_alarms_are_read_a_hundred_at_a_time() -> None:
    keys = [f"f{n}" for n in range(250)]
    states = {f"payments-{key}-errors": "OK" for key in keys}
    alarms = FakeAlarms(states)

    assert read_alarms(alarms, map(outputs, keys)).keys() == states.keys()
    assert alarms.calls == [100, 100, 50]


def test_an_alarm_tells_its_threshold_and_the_version_it_watches() -> None:
    dimensions = [{"Name": "FunctionName", "Value": "f"}, {"Name": "ExecutedVersion", "Value": "7"}]
    queries = [
        {"Id": "rate", "Expression": "100 * errors / invocations"},
        {"Id": "errors", "MetricStat": {"Metric": {"Dimensions": dimensions}, "Period": 120, "Stat": "Sum"}},
    ]
    more = {"Threshold": 5.0, "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Metrics": queries}
    alarms = FakeAlarms({"payments-charge-errors": "OK"}, more=more)

    assert read_alarms(alarms, [outputs("charge")]) == {
        "payments-charge-errors": AlarmView(
            "payments-charge-errors", "charge", "OK", "", "", 5.0, "7", 120, 3, 2
        )
    }


def test_an_alarm_of_ours_tells_what_few_calls_count_as() -> None:
    queries = [{"Id": "rate", "Expression": expression(20)}]
    ours, others = (
        FakeAlarms({"payments-charge-errors": "OK"}, more={"Metrics": metrics}) for metrics in (queries, [])
    )

    assert read_alarms(ours, [outputs("charge")])["payments-charge-errors"].minimum_calls == 20
    assert read_alarms(others, [outputs("charge")])["payments-charge-errors"].minimum_calls == 0


def test_an_alarm_on_one_metric_is_read_too() -> None:
    more = {"Threshold": 1.0, "EvaluationPeriods": 2, "Period": 300, "Dimensions": []}
    (found,) = read_alarms(
        FakeAlarms({"payments-charge-errors": "OK"}, more=more), [outputs("charge")]
    ).values()

    assert (found.version, found.period_seconds, found.datapoints_to_alarm) == ("", 300, 2)


def test_a_function_somebody_deleted_has_no_version_and_hides_no_other() -> None:
    client = FakeLambda({"payments-charge": {"FunctionVersion": "1"}})
    found = read(client, FakeAlarms({}), outputs("charge"), outputs("refund"))

    assert [view.version for view in found] == ["1", ""]


def test_an_error_of_the_service_is_not_swallowed() -> None:
    with pytest.raises(ClientError):
        read(FakeLambda({}, missing="TooManyRequestsException"), FakeAlarms({}), outputs("charge"))


def test_calls_take_turns_after_the_first_seconds_share() -> None:
    paused: list[float] = []
    turns = Turns(10, lambda: 100.0, paused.append)
    for _ in range(13):
        turns.wait()

    assert [round(seconds, 3) for seconds in paused] == [0.1, 0.2]


def test_without_a_bound_nobody_waits() -> None:
    paused: list[float] = []
    turns = Turns(0, lambda: 100.0, paused.append)
    for _ in range(100):
        turns.wait()

    assert paused == []
