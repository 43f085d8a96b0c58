"""Moments and lengths in words."""

from __future__ import annotations

from greenshift.cli.spoken import clock, count, day, took


def test_what_is_not_known_takes_no_words() -> None:
    assert took("", "2026-11-23T16:50:57.123Z") == ""
    assert took("2026-11-23T16:50:57.123Z", "2026-11-23T16:51:57.123Z") == "1 min"
    assert (clock(""), day("")) == ("", "")


def test_moments_and_counts() -> None:
    assert clock("2026-11-23T16:50:57.123Z") == "16:50:57"
    assert day("2026-11-23T16:50:57.123Z") == "2026-11-23 16:50:57"
    assert [count(n, "release") for n in (0, 1, 2)] == ["0 releases", "1 release", "2 releases"]
