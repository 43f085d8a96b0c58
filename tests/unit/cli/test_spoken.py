"""Counts in words."""

from __future__ import annotations

from greenshift.cli.words.spoken import calls, count


def test_counts() -> None:
    assert [count(n, "release") for n in (0, 1, 2)] == ["0 releases", "1 release", "2 releases"]


def test_no_digit_of_a_large_count_is_lost() -> None:
    assert count(1_234_567, "request") == "1234567 requests"
    assert calls(1_234_567, 1_000_001) == "1234567 calls, 1000001 failed"
