"""Calls of a version, where CloudWatch has metrics of it and where it has the alias's alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from greenshift.contract.rules import Rules
from greenshift.contract.statuses import State, Status
from greenshift.release.machine.decide import decide
from greenshift.release.machine.observation import (
    AlarmSeen,
    Alias,
    Calls,
    Deployment,
    FunctionSeen,
    Observation,
)
from greenshift.release.services.metrics import Asked, Metrics, Span

Make = Callable[..., Any]
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OPEN = Span(NOON)


class CloudWatch:
    """Has (invocations, errors) by minute after noon, of versions by number and of the alias as "live"."""

    def __init__(self, series: Mapping[str, Mapping[int, tuple[int, int]]]) -> None:
        self._series = series
        self.asked = 0

    def get_metric_data(self, **request: Any) -> dict[str, Any]:
        self.asked += len(request["MetricDataQueries"])
        return {"MetricDataResults": [self._result(each, request) for each in request["MetricDataQueries"]]}

    def _result(self, query: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
        metric = query["MetricStat"]["Metric"]
        dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        assert dimensions["Resource"] == "pay:live"
        points = self._series.get(dimensions.get("ExecutedVersion", "live"), {})
        found = {NOON + minute * MINUTE: sums for minute, sums in points.items()}
        kept = {at: sums for at, sums in found.items() if request["StartTime"] <= at < request["EndTime"]}
        place = 0 if metric["MetricName"] == "Invocations" else 1
        values = [float(sums[place]) for sums in kept.values()]
        return {"Id": query["Id"], "Timestamps": list(kept), "Values": values}


def calls(cloudwatch: CloudWatch, whole: Span | None = OPEN, version: str = "2") -> Calls:
    asked = [Asked("pay", "pay", "live", version, whole)]
    return Metrics(cloudwatch).calls(asked, NOON, NOON + 9 * MINUTE)["pay"]


BOTH = {"2": {1: (10, 1), 2: (20, 0)}, "live": {0: (50, 50), 1: (99, 9), 2: (20, 0)}}


def test_a_version_that_has_metrics_is_told_by_them() -> None:
    assert calls(CloudWatch(BOTH), Span(NOON + MINUTE)) == Calls(30, 1)


def test_one_that_has_none_is_told_by_those_of_the_alias_that_was_whole_on_it() -> None:
    cloudwatch = CloudWatch({"live": {0: (50, 50), 1: (40, 4), 2: (7, 7)}})

    assert calls(cloudwatch) == Calls(97, 61, is_of_alias=True)
    # Whole minutes only: in the one in which it arrived the version before was called as well.
    assert calls(cloudwatch, Span(NOON + 0.5 * MINUTE)) == Calls(47, 11, is_of_alias=True)


def test_metrics_that_end_when_the_alias_is_whole_are_gone_on_with() -> None:
    cloudwatch = CloudWatch({"2": {1: (3, 0)}, "live": {1: (30, 9), 2: (40, 4)}})

    assert calls(cloudwatch, Span(NOON + 2 * MINUTE)) == Calls(43, 4, is_of_alias=True)


def test_while_it_shares_the_alias_nobody_else_is_asked() -> None:
    cloudwatch = CloudWatch({"live": {1: (30, 9)}})

    assert calls(cloudwatch, whole=None) == Calls(0, 0)
    assert cloudwatch.asked == 2


@pytest.mark.parametrize(
    ("new", "status"),
    [
        (Calls(40, 9, is_of_alias=True), Status.ROLLING_BACK),
        (Calls(40, 0, is_of_alias=True), Status.BAKING),
        (Calls(40, 9), Status.BAKING),  # its alarm has seen them, and says nothing yet
        (Calls(40, 2, is_of_alias=True), Status.BAKING),
    ],
)
def test_while_it_bakes_calls_that_its_alarm_cannot_see_are_judged(
    make_release: Make, charge: Make, clock: Any, new: Calls, status: Status
) -> None:
    arrived = charge(State.SHIFTED, deployment_id="d-1")
    release = make_release(Status.BAKING, arrived, rules=Rules(bake=5 * MINUTE))
    alarm = AlarmSeen("pay-errors", "OK", version="2", threshold=5.0)
    look = FunctionSeen(Alias("2"), Deployment("d-1", "Succeeded"), alarm=alarm, new=new)

    decided, _ = decide(release, Observation({"charge": look}), clock.now())

    assert decided.status is status
    if status is Status.ROLLING_BACK:
        assert decided.reason == "charge: version 2 failed 9 of 40 calls"
