"""Where the ledger says an alias is: what the newest row that tells anything left behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from greenshift.contract.rows import FunctionRow
from greenshift.contract.statuses import State
from greenshift.release.record.recorded import left_at

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def row(state: State, from_version: str, to_version: str, ended: int | None = 1) -> FunctionRow:
    """A row of a release that ended so many hours after noon."""
    at = NOON + timedelta(hours=ended) if ended is not None else None
    name = "payments-dev-charge"
    return FunctionRow("r", "charge", name, NOON, from_version, to_version, state, ended_at=at)


BEFORE = row(State.SHIFTED, "5", "6")
# The state of the last row to end (6 -> 7, after a release 5 -> 6 that went well): where the alias should be.
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
    assert left_at([row(state, "6", "7", ended=2), BEFORE]) == LEFT[state]


def test_the_last_to_end_tells_and_not_the_last_to_start() -> None:
    """Rows come newest first: the rollback started later, and ended before the release that waited for it."""
    rollback, waited = row(State.SHIFTED, "6", "5", ended=2), row(State.SHIFTED, "5", "7", ended=3)

    assert left_at([rollback, waited, BEFORE]) == "7"


def test_while_a_release_has_not_ended_nothing_is_known() -> None:
    assert left_at([row(State.SHIFTED, "6", "7", ended=None), BEFORE]) is None


def test_a_function_without_a_past_may_be_anywhere() -> None:
    assert left_at([]) is None
    assert left_at([row(State.PUBLISHED, "1", "2")]) is None
