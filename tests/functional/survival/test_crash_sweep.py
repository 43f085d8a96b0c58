"""The controller is killed at its calls to AWS, before and after each takes effect, in Publish and in Shift.

The same calls also fail after they took effect, are never answered, and are throttled.

Every release ends all-new or all-old, with a ledger that says so. A plain run takes a call of every
operation; with GREENSHIFT_SWEEP=full (`make sweep`) it takes every call.
"""

from __future__ import annotations

import pytest
from delivered import Delivered
from sweep import (
    CONTROLLER,
    Point,
    Tried,
    bad_days,
    few_kills,
    fresh,
    kills,
    learn,
    one_of_each,
    sweep,
    try_one,
)

from greenshift.release.machine.model import Status


@pytest.fixture(scope="module")
def points(stack: Delivered, is_full: bool) -> list[Point]:
    return learn(stack, lambda: stack.succeed(fresh(stack)), is_full=is_full)


def test_a_controller_killed_at_any_call_leaves_no_release_split(
    stack: Delivered, points: list[Point], is_full: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = kills(points) if is_full else few_kills(points)
    tried = Tried()

    sweep(stack, tried, runs, lambda: fresh(stack), expected=(Status.SUCCEEDED, Status.FAILED))

    steps = {step: sum(point.step == step for point in points) for step in ("Publish", "Shift")}
    with capsys.disabled():
        print(tried.told(f"the controller makes {len(points)} calls {steps}; kills at {sum(map(len, runs))}"))
    assert tried.wrong == []
    wanted = {(point.service, point.operation, after) for point in points for after in (False, True)}
    assert tried.fired == wanted


def test_a_controller_that_dies_each_time_is_given_up_and_its_release_ends(
    stack: Delivered, is_full: bool
) -> None:
    """Lambda tries three times; then nobody answers the job, the action times out, the recorder ends it."""
    if not is_full:
        pytest.skip("an unanswered job takes its 60 real seconds; make sweep has them")
    tried = Tried()
    for service, operation in (("lambda", "PublishVersion"), ("codedeploy", "CreateDeployment")):
        stack.twin.inject("kill", service, operation, function=CONTROLLER)
        try_one(stack, tried, operation, fresh(stack), expected=(Status.FAILED, Status.ROLLED_BACK))

    assert tried.wrong == []
    assert tried.missed == []


def test_any_call_may_fail_once_or_stay_unanswered(
    stack: Delivered, points: list[Point], is_full: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = points if is_full else one_of_each(points)
    runs = bad_days(chosen, ("error", "timeout"), 1 if is_full else 6)
    tried = Tried()

    sweep(stack, tried, runs, lambda: fresh(stack), expected=(Status.SUCCEEDED, Status.FAILED))

    with capsys.disabled():
        print(tried.told(f"errors and time-outs at {len(chosen)} calls"))
    assert tried.wrong == []


def test_any_call_may_be_throttled(
    stack: Delivered, points: list[Point], is_full: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """boto3 then slows down in real time, which on a fast clock is long; so a plain run has few of them."""
    chosen = points if is_full else one_of_each(points)[::4]
    tried = Tried()

    sweep(stack, tried, bad_days(chosen, ("throttle",), 1 if is_full else 5), lambda: fresh(stack))

    with capsys.disabled():
        print(tried.told(f"throttles at {len(chosen)} calls"))
    assert tried.wrong == []
