"""Counts in words."""

from __future__ import annotations

from greenshift.cli.words.spoken import count


def test_counts() -> None:
    assert [count(n, "release") for n in (0, 1, 2)] == ["0 releases", "1 release", "2 releases"]
