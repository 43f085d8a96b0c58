"""Lengths of time in words: the same on a terminal, on the page and in a finding."""

from __future__ import annotations

import pytest

from greenshift.contract.text import duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.04, "under 0.1 s"),
        (0.4, "0.4 s"),
        (5, "5 s"),
        (9.96, "10 s"),
        (17.4, "17 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h"),
        (12_000, "3 h 20 min"),
        (86_400 * 3 + 7_200, "3 d 2 h"),
    ],
)
def test_a_length_is_told_in_two_units_at_most(seconds: float, words: str) -> None:
    assert duration(seconds) == words
