"""When traffic moves, and what share the new version has at any minute."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenshift.rollout import AllAtOnce, Canary, Linear, Step, Strategy, duration, steps, weight_at

canaries = st.builds(Canary, st.integers(1, 99), st.integers(1, 2880))
linears = st.builds(Linear, st.integers(1, 99), st.integers(1, 29))
any_strategy = st.one_of(st.just(AllAtOnce()), canaries, linears)

ALL_LINEAR = [Linear(percentage, 1) for percentage in range(1, 100)]


def test_all_at_once_is_one_step() -> None:
    assert steps(AllAtOnce()) == (Step(0, 100),)
    assert duration(AllAtOnce()) == 0


def test_a_canary_is_its_share_now_and_the_rest_after_the_interval() -> None:
    assert steps(Canary(10, 5)) == (Step(0, 10), Step(5, 100))
    assert duration(Canary(10, 5)) == 5


def test_a_linear_shift_reaches_the_end_after_one_interval_less_than_increments() -> None:
    assert [step.percent for step in steps(Linear(10, 3))] == [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    assert [step.at_minutes for step in steps(Linear(10, 3))] == list(range(0, 28, 3))
    assert duration(Linear(10, 3)) == 27


def test_the_last_increment_takes_what_is_left() -> None:
    assert [step.percent for step in steps(Linear(30, 1))] == [30, 60, 90, 100]
    assert [step.percent for step in steps(Linear(99, 1))] == [99, 100]
    assert [step.percent for step in steps(Linear(50, 1))] == [50, 100]


@pytest.mark.parametrize("strategy", ALL_LINEAR, ids=str)
def test_every_linear_percentage_ends_at_exactly_100_in_even_increments(strategy: Linear) -> None:
    percents = [step.percent for step in steps(strategy)]
    increments = [b - a for a, b in zip([0, *percents], percents, strict=False)]

    assert percents[-1] == 100
    assert set(increments[:-1]) <= {strategy.percentage}
    assert 0 < increments[-1] <= strategy.percentage


@given(any_strategy)
def test_steps_rise_strictly_in_time_and_share_from_minute_0_to_100_percent(strategy: Strategy) -> None:
    moves = steps(strategy)

    assert moves[0].at_minutes == 0
    assert moves[-1].percent == 100
    assert all(a.at_minutes < b.at_minutes for a, b in pairwise(moves))
    assert all(a.percent < b.percent for a, b in pairwise(moves))


@given(any_strategy, st.floats(-10, 4000), st.floats(0, 4000))
def test_the_share_never_falls(strategy: Strategy, at: float, later: float) -> None:
    assert weight_at(strategy, at) <= weight_at(strategy, at + later)


@given(any_strategy)
def test_the_share_is_0_before_the_shift_and_100_from_its_end_on(strategy: Strategy) -> None:
    assert weight_at(strategy, -0.001) == 0
    assert weight_at(strategy, duration(strategy)) == 100
    assert weight_at(strategy, duration(strategy) + 10_000) == 100


@given(any_strategy)
def test_the_share_changes_exactly_at_a_step(strategy: Strategy) -> None:
    for before, step in zip((Step(0, 0), *steps(strategy)), steps(strategy), strict=False):
        assert weight_at(strategy, step.at_minutes) == step.percent
        assert weight_at(strategy, step.at_minutes - 0.001) == before.percent
