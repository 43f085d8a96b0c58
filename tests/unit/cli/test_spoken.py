"""Moments and lengths in words."""

from __future__ import annotations

from greenshift.cli.spoken import count, took


def test_what_is_not_known_takes_no_words() -> None:
    assert took("", "2026-11-23T16:50:57.123Z") == ""
    assert took("2026-11-23T16:50:57.123Z", "2026-11-23T16:51:57.123Z") == "1 min"


def test_counts() -> None:
    assert [count(n, "release") for n in (0, 1, 2)] == ["0 releases", "1 release", "2 releases"]
