"""Where the ledger says an alias is: what the newest row that tells anything left behind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from greenshift.release.model import State
from greenshift.release.recorded import left_at
from greenshift.release.rows import FunctionRow

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def row(state: State, from_version: str, to_version: str) -> FunctionRow:
    return FunctionRow("r", "charge", "payments-dev-charge", NOON, from_version, to_version, state)


# The state of the newest row (6 -> 7, over a release 5 -> 6 that went well): where the alias should be.
LEFT = {
    State.SHIFTED: "7",
    State.HALTED: "7",
    State.ROLLED_BACK: "6",
    State.PUBLISHED: "6",  # it never got traffic, so the release before it tells
    State.UNCHANGED: "6",
    State.SHIFTING: None,
    State.ROLLING_BACK: None,
    State.FAILED: None,  # somebody's to mend, wherever they put it
}


def test_every_state_is_thought_of() -> None:
    assert set(LEFT) == set(State)


@pytest.mark.parametrize("state", LEFT)
def test_where_a_release_left_the_alias(state: State) -> None:
    assert left_at([row(state, "6", "7"), row(State.SHIFTED, "5", "6")]) == LEFT[state]


def test_a_function_without_a_past_may_be_anywhere() -> None:
    assert left_at([]) is None
    assert left_at([row(State.PUBLISHED, "1", "2")]) is None
