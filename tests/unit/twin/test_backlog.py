"""What waits is bounded in number and in bytes, and a full backlog is told once."""

from __future__ import annotations

import pytest

from greenshift.twin.loop.backlog import Backlog


def test_one_too_many_is_refused_until_a_place_is_given_back() -> None:
    backlog = Backlog("letters", most=2, most_bytes=100)

    assert [backlog.take(1), backlog.take(1), backlog.take(1)] == [True, True, False]
    backlog.give(1)
    assert backlog.take(1)


def test_bytes_count_as_well() -> None:
    backlog = Backlog("letters", most=10, most_bytes=100)

    assert [backlog.take(60), backlog.take(60), backlog.take(40)] == [True, False, True]


def test_that_it_is_full_is_said_once_until_half_of_it_is_free(caplog: pytest.LogCaptureFixture) -> None:
    backlog = Backlog("letters", most=2, most_bytes=100)

    for _ in range(5):
        backlog.take(1)
    assert caplog.text.count("2 letters of 0 MiB wait: more are refused") == 1
    backlog.give(1)
    backlog.take(1)
    backlog.take(1)
    assert caplog.text.count("letters") == 2
