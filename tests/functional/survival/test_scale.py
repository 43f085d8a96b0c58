"""Many functions, few calls a second: a release takes longer, makes calls in proportion, and ends all-new.

The clock is slow here: who is throttled waits in real time, and the patience of a release is the twin's time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from support.faults.sweep import CONTROLLER, Tried, try_one
from support.stacks.delivered import Delivered

from greenshift.contract.statuses import Status
from greenshift.testing import start_twin

KEYS = tuple(f"f{number:02}" for number in range(16))
SPEED = 30
ONCE = ("UpdateFunctionCode", "PublishVersion", "PutMetricAlarm", "CreateDeployment")
"""What is done once for each function that changed, however long its release takes."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    with start_twin(speed=SPEED) as twin:
        yield Delivered(twin, tmp_path_factory.mktemp("shop"), KEYS)


@pytest.fixture(scope="module")
def first(stack: Delivered) -> Counter[str]:
    """The first release, of every function, while Lambda throttles half of the smoke tests."""
    stack.twin.inject("throttle", "lambda", "Invoke", function=CONTROLLER, probability=0.5)
    return release(stack, "first")


def release(stack: Delivered, name: str, count: int = len(KEYS)) -> Counter[str]:
    """The controller's calls by operation in a release of so many changed functions, which ends all-new."""
    tried = Tried()
    ended = try_one(stack, tried, name, stack.good(name, KEYS[:count]), expected=[Status.SUCCEEDED])
    assert tried.wrong == []
    assert len(stack.release(ended.id).changed) == count
    began = stack.release(ended.id).started_at.timestamp()
    return Counter(call["operation"] for call in stack.calls(since=began))


def test_smoke_tests_that_lambda_throttles_are_run_a_little_later(first: Counter[str]) -> None:
    assert first["Invoke"] > len(KEYS)
    assert first["PublishVersion"] == len(KEYS)  # nothing had to be done again


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize("count", [4, 8, 16])
def test_calls_grow_in_proportion_to_the_functions_that_changed(stack: Delivered, count: int) -> None:
    calls = release(stack, f"of {count}", count)

    assert {calls[operation] for operation in ONCE} == {count}
    # How often a release looks, and asks whether Lambda has its code, depends on the machine. At each look a
    # changed function is asked about once, and a few times when it is published; one that did not change, at
    # the beginning only: its live version and its $LATEST. What asks about all for each would be far above.
    allowed = 2 * len(KEYS) + count * (calls["BatchGetDeployments"] + 8)
    assert {operation: made for operation, made in calls.items() if made > allowed} == {}


@pytest.mark.usefixtures("first")
def test_a_rate_limit_and_a_storm_of_throttles_delay_a_release_and_split_nothing(stack: Delivered) -> None:
    stack.twin.inject("throttle", "codedeploy", "CreateDeployment", per_second=2)
    stack.twin.inject("throttle", function=CONTROLLER, probability=0.05, seed=4)
    stack.twin.inject("error", function=CONTROLLER, probability=0.01, seed=4, performed=True)

    release(stack, "storm", count=8)
