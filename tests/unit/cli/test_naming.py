"""Releases named in sentences."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from greenshift.actions import Named
from greenshift.cli.words.naming import went_back
from greenshift.view import Hours

AT = "2026-11-23T16:10:00.000Z"
ALARM = (
    "page: alarm page-errors fired: Threshold Crossed: 1 out of the last 1 datapoints "
    "[10.0 (23/11/26 16:09:00)] was greater than the threshold (5.0) "
    "(minimum 1 datapoint for OK -> ALARM transition). 2 of 2 calls failed"
)
TWIN = datetime(2026, 11, 23, 16, 10, tzinfo=UTC)
FAST = Hours(60.0, TWIN, datetime(2026, 11, 23, 17, tzinfo=UTC), UTC)


def release(mode: str = "normal", message: str = "Lower the fee", reason: str = "") -> Named:
    id_ = "rollback-3f2a91c0-1234" if mode == "rollback" else "3f2a91c0-1234"
    return Named(id_, "ROLLED_BACK", mode, "4be1c2d7ff", message, reason, "Ada", AT, AT)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            release(reason=ALARM),
            "release 3f2a91c0 of 4be1c2d7 was rolled back: page: alarm page-errors fired: "
            "2 of 2 calls failed (counted as 2 of 20, 10 %; limit 5 %) "
            "in the minute from 16:59:59 (twin 16:09:00)",
        ),
        (release("rollback", "too loud"), "rollback-3f2a91c0 took 4be1c2d7 back: too loud"),
        (release("rollback", "rollback"), "rollback-3f2a91c0 took 4be1c2d7 back"),
    ],
)
def test_why_a_commit_is_not_live_is_told_in_words_and_by_the_readers_clock(found: Named, words: str) -> None:
    assert went_back("4be1c2d7", found, FAST) == words
