"""Moments and lengths in words."""

from __future__ import annotations

import pytest

from greenshift.cli.spoken import clock, count, day, duration, took


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.04, "0.0 s"),
        (9.96, "10.0 s"),
        (17.4, "17 s"),
        (59.6, "1 m"),
        (61, "1 m 01 s"),
        (3599, "59 m 59 s"),
        (3600, "1 h"),
        (12_000, "3 h 20 m"),
        (86_400 * 3 + 7_200, "3 d 02 h"),
    ],
)
def test_a_length_is_told_in_two_units_at_most(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_what_is_not_known_takes_no_words() -> None:
    assert took("", "2026-11-23T16:50:57.123Z") == ""
    assert took("2026-11-23T16:50:57.123Z", "2026-11-23T16:51:57.123Z") == "1 m"
    assert (clock(""), day("")) == ("", "")


def test_moments_and_counts() -> None:
    assert clock("2026-11-23T16:50:57.123Z") == "16:50:57"
    assert day("2026-11-23T16:50:57.123Z") == "2026-11-23 16:50:57"
    assert [count(n, "release") for n in (0, 1, 2)] == ["0 releases", "1 release", "2 releases"]
