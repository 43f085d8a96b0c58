"""A deployment on a clock that runs by itself, ten minutes a second: what a person at a laptop sees."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from greenshift.testing import RunningTwin, start_twin

PATIENCE_SECONDS = 30.0


@pytest.fixture(scope="module")
def fast(make_release: Callable[[RunningTwin, str], Any]) -> Iterator[Any]:
    with start_twin(speed=600, services={"codedeploy", "lambda", "cloudwatch"}) as running:
        release = make_release(running, "live")
        release.group("Linear10PercentEvery1Minute")
        yield release


def test_a_nine_minute_shift_with_hooks_takes_seconds_and_skips_no_step(fast: Any) -> None:
    hooks = {"BeforeAllowTraffic": fast.hook("before"), "AfterAllowTraffic": fast.hook("after")}
    deployment = fast.deploy(hooks=hooks)
    seen: list[float] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while fast.status(deployment) == "InProgress":
        assert time.monotonic() < deadline, fast.target(deployment)
        _, weights = fast.routing()
        seen.append(weights.get("2", 0.0))

    assert fast.status(deployment) == "Succeeded"
    assert fast.routing() == ("2", {})
    assert {0.1, 0.5, 0.9} <= set(seen)
    shift = fast.target(deployment)["lifecycleEvents"][1]
    assert 540 <= (shift["endTime"] - shift["startTime"]).total_seconds() < 3600


def test_an_alarm_still_stops_it_before_the_next_step(fast: Any) -> None:
    fast.move("1")
    deployment = fast.deploy(deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent30Minutes")
    fast.set_alarm("ALARM")
    fast.until_ended(deployment)

    assert fast.info(deployment)["errorInformation"]["code"] == "ALARM_ACTIVE"
    assert fast.routing()[1] in ({}, {"2": 0.1})
