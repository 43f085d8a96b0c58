"""A rollout beside its alarm: who is over before the other can speak."""

from __future__ import annotations

from dataclasses import replace

import pytest

from greenshift.rollout.watching import Watch, shifting_minutes

AT_ONCE = Watch(rollout="AllAtOnce", shifting=0, bake=0, period=60, datapoints=1)


@pytest.mark.parametrize(
    ("period", "datapoints", "needed"), [(60, 1, 3), (60, 3, 5), (300, 1, 7), (300, 2, 12)]
)
def test_an_alarm_needs_its_periods_and_the_delay_of_metrics(
    period: int, datapoints: int, needed: int
) -> None:
    assert replace(AT_ONCE, period=period, datapoints=datapoints).needed == needed


@pytest.mark.parametrize(
    ("shifting", "bake", "is_too_short", "is_covered"),
    [(0, 0, True, False), (2, 0, True, False), (0, 2, True, False), (1, 2, True, True), (3, 0, False, True)],
)
def test_a_shift_shorter_than_that_is_too_short_and_a_bake_covers_what_is_missing(
    shifting: int, bake: int, is_too_short: bool, is_covered: bool
) -> None:
    watch = replace(AT_ONCE, shifting=shifting, bake=bake)

    assert (watch.is_too_short, watch.is_covered) == (is_too_short, is_covered)


def test_it_says_what_is_missing_and_what_to_set() -> None:
    assert AT_ONCE.what == (
        "AllAtOnce is too short for its alarm: all traffic is on the new version after 0 minutes, and the "
        "alarm cannot speak before 3 minutes"
    )
    assert AT_ONCE.why.endswith("a release is over after 0 minutes, so a bad version would succeed")
    assert AT_ONCE.fix.startswith("shift.bakeMinutes of 3 or more")
    covered = replace(AT_ONCE, shifting=1, bake=2)
    assert covered.why.endswith("so a release is watched for 2 minutes after all have arrived")
    assert covered.fix.startswith("nothing has to be done")


def test_a_function_is_watched_until_the_last_wave_has_arrived() -> None:
    found = shifting_minutes({"a": 0, "b": 9, "c": 2, "d": 1}, {"a": 0, "b": 0, "c": 1, "d": 1})

    assert found == {"a": 11, "b": 11, "c": 2, "d": 2}
