"""The controller is killed at its calls to AWS, before and after each takes effect, in Publish and in Shift.

Every release ends all-new or all-old, with a ledger that says so. A plain run kills at a call of every
operation; with GREENSHIFT_SWEEP=full (`make sweep`) it is every call, and the same calls also fail after they
took effect, are never answered, and are throttled.
"""

from __future__ import annotations

import pytest
from support.faults.sweep import (
    CONTROLLER,
    Breakage,
    Point,
    Tried,
    bad_days,
    few_kills,
    fresh,
    kills,
    learn,
    sweep,
    try_one,
)
from support.stacks.delivered import Delivered

from greenshift.contract.statuses import Status


@pytest.fixture(scope="module")
def points(stack: Delivered, is_full: bool) -> list[Point]:
    return learn(stack, lambda: stack.succeed(fresh(stack)), is_full=is_full)


def test_a_controller_killed_at_any_call_leaves_no_release_split(
    stack: Delivered, points: list[Point], is_full: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = kills(points) if is_full else few_kills(points)
    tried = Tried()

    sweep(stack, tried, runs, lambda: fresh(stack), expected=(Status.SUCCEEDED, Status.FAILED))
    wanted = {(point.service, point.operation, after) for point in points for after in (False, True)}
    # A call that came in the first releases and not in this one has a first of its kind, which always comes.
    again = [
        (Breakage("kill", Point(*operation, 0), after),) for *operation, after in sorted(wanted - tried.fired)
    ]
    sweep(stack, tried, again, lambda: fresh(stack), expected=(Status.SUCCEEDED, Status.FAILED))

    steps = {step: sum(point.step == step for point in points) for step in ("Publish", "Shift")}
    with capsys.disabled():
        print(tried.told(f"the controller makes {len(points)} calls {steps}; kills at {sum(map(len, runs))}"))
    assert tried.wrong == []
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


@pytest.mark.usefixtures("full_sweep")
def test_any_call_may_fail_once_or_stay_unanswered(
    stack: Delivered, points: list[Point], capsys: pytest.CaptureFixture[str]
) -> None:
    runs = bad_days(points, ("error", "timeout"), 1)
    tried = Tried()

    sweep(stack, tried, runs, lambda: fresh(stack), expected=(Status.SUCCEEDED, Status.FAILED))

    with capsys.disabled():
        print(tried.told(f"errors and time-outs at {len(points)} calls"))
    assert tried.wrong == []


@pytest.mark.usefixtures("full_sweep")
def test_any_call_may_be_throttled(
    stack: Delivered, points: list[Point], capsys: pytest.CaptureFixture[str]
) -> None:
    """boto3 then slows down in real time, which on a fast clock is long."""
    tried = Tried()

    sweep(stack, tried, bad_days(points, ("throttle",), 1), lambda: fresh(stack))

    with capsys.disabled():
        print(tried.told(f"throttles at {len(points)} calls"))
    assert tried.wrong == []
