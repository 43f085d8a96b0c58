"""Aliases and alarms, read into one view a function."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from greenshift.view import FunctionOutputs, FunctionView
from greenshift.view.functions import alarm_states, functions


def outputs(key: str) -> FunctionOutputs:
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:payments-{key}:live"
    return FunctionOutputs(key, f"payments-{key}", arn, f"payments-{key}-errors", f"payments-{key}")


@dataclass
class FakeLambda:
    aliases: dict[str, dict[str, Any]]

    def get_alias(self, FunctionName: str, Name: str) -> dict[str, Any]:
        assert Name == "live"
        return self.aliases[FunctionName]


@dataclass
class FakeAlarms:
    """DescribeAlarms; as on AWS, at most 100 names a call, and names that do not exist are left out."""

    states: dict[str, str]
    calls: list[int] = field(default_factory=list)

    def describe_alarms(self, AlarmNames: list[str]) -> dict[str, Any]:
        assert len(AlarmNames) <= 100
        self.calls.append(len(AlarmNames))
        found = [name for name in AlarmNames if name in self.states]
        return {"MetricAlarms": [{"AlarmName": name, "StateValue": self.states[name]} for name in found]}


def seen(alias: dict[str, Any], state: str = "OK") -> FunctionView:
    client = FakeLambda({"payments-charge": alias})
    return functions(client, FakeAlarms({"payments-charge-errors": state}), [outputs("charge")])[0]


@pytest.mark.parametrize(
    "routing", [{}, {"RoutingConfig": {}}, {"RoutingConfig": {"AdditionalVersionWeights": {}}},
                {"RoutingConfig": {"AdditionalVersionWeights": None}}],
)  # fmt: skip
def test_an_alias_on_one_version_has_no_new_one(routing: dict[str, Any]) -> None:
    found = seen({"FunctionVersion": "4", **routing})

    assert (found.version, found.new_version, found.new_percent) == ("4", "", 0.0)


def test_the_weight_of_a_split_alias_is_told_in_percent() -> None:
    split = {"FunctionVersion": "4", "RoutingConfig": {"AdditionalVersionWeights": {"5": 0.07}}}

    assert (seen(split).new_version, seen(split).new_percent) == ("5", 7.0)


def test_an_alarm_that_does_not_exist_has_no_state() -> None:
    client = FakeLambda({"payments-charge": {"FunctionVersion": "1"}})

    assert functions(client, FakeAlarms({}), [outputs("charge")])[0].alarm_state == ""


def test_views_come_in_the_order_asked_for() -> None:
    keys = [f"f{n}" for n in range(30, 0, -1)]
    client = FakeLambda({f"payments-{key}": {"FunctionVersion": key[1:]} for key in keys})
    found = functions(client, FakeAlarms({"payments-f7-errors": "ALARM"}), map(outputs, keys))

    assert [view.key for view in found] == keys
    assert [view.version for view in found] == [key[1:] for key in keys]
    assert [view.key for view in found if view.alarm_state == "ALARM"] == ["f7"]


def test_no_functions_need_no_calls() -> None:
    alarms = FakeAlarms({})

    assert functions(FakeLambda({}), alarms, []) == ()
    assert alarms.calls == []


def test_more_than_a_hundred_alarms_are_read_a_hundred_at_a_time() -> None:
    states = {f"alarm-{n}": ("ALARM" if n % 2 else "INSUFFICIENT_DATA") for n in range(250)}
    alarms = FakeAlarms(states)

    assert alarm_states(alarms, list(states)) == states
    assert alarms.calls == [100, 100, 50]


def test_an_error_of_the_service_is_not_swallowed() -> None:
    with pytest.raises(KeyError):
        functions(FakeLambda({}), FakeAlarms({}), [outputs("charge")])
