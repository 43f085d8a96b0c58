"""What a bad release is predicted to cost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenshift.rollout import AllAtOnce, Canary, Linear, Strategy
from greenshift.rollout.simulate import AlarmSettings, Traffic, simulate

QUICK = AlarmSettings(threshold_percent=5, delay_minutes=0)
any_strategy = st.one_of(
    st.just(AllAtOnce()),
    st.builds(Canary, st.integers(1, 99), st.integers(1, 60)),
    st.builds(Linear, st.integers(1, 99), st.integers(1, 29)),
)


def test_a_canary_hurts_its_share_until_the_alarm_ends_it() -> None:
    # 10 % of 600 requests a minute for one minute, half of them failing.
    prediction = simulate(Canary(10, 5), Traffic(600, 50), QUICK)

    assert prediction.stopped_at_minutes == 1
    assert prediction.percent_reached == 10
    assert prediction.requests_on_new == pytest.approx(60)
    assert prediction.requests_hurt == pytest.approx(30)


def test_a_linear_shift_is_stopped_at_the_share_it_had_reached() -> None:
    alarm = AlarmSettings(5, evaluation_periods=3, datapoints_to_alarm=2, delay_minutes=0.5)

    prediction = simulate(Linear(10, 1), Traffic(100, 100), alarm)

    assert prediction.stopped_at_minutes == 2.5
    assert prediction.percent_reached == 30
    assert prediction.requests_hurt == pytest.approx(10 + 20 + 15)


def test_without_an_alarm_the_release_goes_through() -> None:
    prediction = simulate(Canary(10, 5), Traffic(600, 50), None)

    assert prediction.stopped_at_minutes is None
    assert prediction.percent_reached == 100
    assert prediction.requests_hurt == pytest.approx(5 * 30)


def test_an_alarm_later_than_the_shift_does_not_stop_it_unless_the_deployment_stays_open() -> None:
    slow = AlarmSettings(5, period_minutes=5, delay_minutes=1)

    assert simulate(Canary(10, 5), Traffic(600, 50), slow).stopped_at_minutes is None
    assert simulate(Canary(10, 5), Traffic(600, 50), slow, watch_minutes=5).stopped_at_minutes == 6


def test_an_alarm_that_fires_with_the_last_move_is_too_late() -> None:
    assert simulate(Canary(10, 1), Traffic(600, 50), QUICK).stopped_at_minutes is None


def test_all_at_once_is_over_before_any_alarm() -> None:
    assert simulate(AllAtOnce(), Traffic(600, 100), QUICK).stopped_at_minutes is None
    assert simulate(AllAtOnce(), Traffic(600, 100), QUICK, watch_minutes=10).requests_hurt == 600


@pytest.mark.parametrize(("failing", "fires"), [(5, False), (5.01, True), (0, False)])
def test_the_threshold_itself_does_not_breach(failing: float, fires: bool) -> None:
    prediction = simulate(Canary(10, 5), Traffic(600, failing), QUICK)

    assert (prediction.stopped_at_minutes is not None) == fires


def test_no_traffic_hurts_nobody_and_shows_nothing() -> None:
    prediction = simulate(Canary(10, 5), Traffic(0, 100), QUICK)

    assert prediction.stopped_at_minutes is None
    assert prediction.requests_hurt == 0
    assert prediction.chance_unseen == 1


def test_little_traffic_may_show_nothing_during_the_whole_shift() -> None:
    # 10 % of 2 requests a minute for 5 minutes is one request; one in ten fails.
    prediction = simulate(Canary(10, 5), Traffic(2, 10), None)

    assert prediction.chance_unseen == pytest.approx(0.9)


def test_impossible_numbers_are_refused() -> None:
    for make in (
        lambda: Traffic(-1, 0),
        lambda: Traffic(float("inf"), 0),
        lambda: Traffic(1, 101),
        lambda: AlarmSettings(-1),
        lambda: AlarmSettings(5, period_minutes=0),
        lambda: AlarmSettings(5, evaluation_periods=1, datapoints_to_alarm=2),
        lambda: AlarmSettings(5, delay_minutes=-1),
    ):
        with pytest.raises(ValueError, match="must be"):
            make()


@given(any_strategy, st.floats(0, 10_000), st.floats(0, 100), st.integers(1, 5), st.floats(0, 3))
def test_an_alarm_never_makes_it_worse_and_hurt_is_bounded(
    strategy: Strategy, rpm: float, failing: float, period: int, delay: float
) -> None:
    traffic = Traffic(rpm, failing)
    alarm = AlarmSettings(5, period_minutes=period, delay_minutes=delay)

    guarded, unguarded = simulate(strategy, traffic, alarm), simulate(strategy, traffic, None)

    assert guarded.requests_hurt <= unguarded.requests_hurt
    assert guarded.requests_hurt <= guarded.requests_on_new * 1.0000001
    assert guarded.requests_on_new <= rpm * guarded.minutes_watched * 1.0000001
    assert 0 <= guarded.chance_unseen <= 1
