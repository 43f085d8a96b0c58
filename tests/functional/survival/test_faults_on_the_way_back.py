"""Kills, errors and duplicates while an alarm sends a release back: as safe as the way there."""

from __future__ import annotations

import pytest
from support.faults.sweep import (
    Point,
    Tried,
    bad_days,
    failing,
    few_kills,
    fresh,
    kills,
    learn,
    sweep,
    try_one,
)
from support.stacks.delivered import Delivered

from greenshift.contract.statuses import Status

# Seldom called, as on a busy machine, is often enough in an hour; the alarm ends it long before.
ROLLOUT = "Canary50Percent60Minutes"
EVERY_CALL_COUNTS = {"alarm": {"minimumCalls": 1}}
CALLED = "page"
BACK = (Status.ROLLED_BACK, Status.FAILED)


@pytest.fixture(scope="module")
def points(stack: Delivered, is_full: bool) -> list[Point]:
    """The calls of a release that an alarm sends back. A good one came before: a first release moves at once
    and has nothing to go back to.
    """
    stack.deploy_again(EVERY_CALL_COUNTS)
    stack.succeed(fresh(stack))

    def go_back() -> str:
        tried = Tried()
        ended = try_one(stack, tried, "plain", failing(stack), expected=[Status.ROLLED_BACK], traffic=CALLED)
        assert tried.wrong == []
        return ended.id

    return learn(stack, go_back, is_full=is_full)


def shift_only(points: list[Point]) -> list[Point]:
    """Publish is the same as in a good release."""
    return [point for point in points if point.step == "Shift"]


def test_a_controller_killed_on_the_way_back_leaves_no_release_split(
    stack: Delivered, points: list[Point], is_full: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    shift = shift_only(points)
    runs = kills(shift) if is_full else few_kills(shift)[::3]
    tried = Tried()

    sweep(stack, tried, runs, lambda: failing(stack), expected=BACK, traffic=CALLED)

    with capsys.disabled():
        print(tried.told(f"{len(shift)} calls of a Shift that goes back; kills at {sum(map(len, runs))}"))
    assert tried.wrong == []


@pytest.mark.usefixtures("full_sweep")
def test_any_call_on_the_way_back_may_fail_once(
    stack: Delivered, points: list[Point], capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = shift_only(points)
    runs = bad_days(chosen, ("error", "throttle", "timeout"), 1)
    tried = Tried()

    sweep(stack, tried, runs, lambda: failing(stack), expected=BACK, traffic=CALLED)

    with capsys.disabled():
        print(tried.told(f"errors, throttles and time-outs at {len(chosen)} calls of a Shift that goes back"))
    assert tried.wrong == []
