"""Where releases left an alias: what doctor expects, repair restores and the next release begins from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from greenshift.contract.left_at import left_at
from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.statuses import ENDED, State, Status

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHARGE, REFUND = "payments-dev-charge", "payments-dev-refund"


def part(state: State, came: str, went: str, name: str = CHARGE) -> ReleasedFunction:
    return ReleasedFunction(name.rsplit("-", 1)[-1], name, came, went, state)


def release(status: Status, *parts: ReleasedFunction, began: int = 0, ended: int = 1) -> Release:
    """Hours after noon."""
    at = [NOON + timedelta(hours=hours) for hours in (began, ended)]
    end = at[1] if status in ENDED else None
    return Release(f"r{began}", "payments-dev", status, at[0], at[1], parts, ended_at=end)


BEFORE = release(Status.SUCCEEDED, part(State.SHIFTED, "5", "6"))
# A release 6 -> 7, after one 5 -> 6 that went well: where the alias should be when it ended so.
ENDS = [
    (Status.SUCCEEDED, State.SHIFTED, "7"),
    (Status.ROLLED_BACK, State.ROLLED_BACK, "6"),
    (Status.FAILED, State.SHIFTED, "7"),
    (Status.FAILED, State.HALTED, "7"),
    (Status.FAILED, State.ROLLED_BACK, "6"),
    (Status.FAILED, State.FAILED, "6"),
]


@pytest.mark.parametrize(("status", "state", "version"), ENDS)
def test_where_a_release_left_the_alias(status: Status, state: State, version: str) -> None:
    assert left_at(CHARGE, [release(status, part(state, "6", "7"), began=1, ended=2), BEFORE]) == version


@pytest.mark.parametrize("state", [State.SHIFTING, State.SHIFTED, State.ROLLING_BACK, State.ROLLED_BACK])
def test_while_a_release_may_still_move_it_nothing_is_known(state: State) -> None:
    assert left_at(CHARGE, [release(Status.ROLLING_BACK, part(state, "6", "7"), began=1), BEFORE]) is None


def test_a_release_that_waits_for_its_turn_changes_nothing() -> None:
    assert left_at(CHARGE, [release(Status.WAITING, part(State.PUBLISHED, "6", "7"), began=1), BEFORE]) == "6"


def test_the_last_to_end_tells_and_not_the_last_to_start() -> None:
    rollback = release(Status.SUCCEEDED, part(State.SHIFTED, "6", "5"), began=2, ended=3)
    waited = release(Status.SUCCEEDED, part(State.SHIFTED, "5", "7"), began=1, ended=4)

    assert left_at(CHARGE, [rollback, waited, BEFORE]) == "7"


def test_one_that_was_stopped_before_it_shifted_says_nothing_of_what_it_saw() -> None:
    """Push A; while it shifts, push B; B is stopped; A arrives. What B saw live was not live any more."""
    a = release(Status.SUCCEEDED, part(State.SHIFTED, "2", "3"), began=1, ended=4)
    b = release(Status.FAILED, part(State.PUBLISHED, "2", "4"), began=2, ended=3)

    assert left_at(CHARGE, [b, a, BEFORE]) == "3"


def test_one_that_found_it_on_its_own_code_says_so() -> None:
    """Somebody moved it there, and a release of that very code took it as it was."""
    same = release(Status.UNCHANGED, part(State.UNCHANGED, "4", "4"), began=2, ended=3)

    assert left_at(CHARGE, [same, BEFORE]) == "4"


def test_one_that_was_to_move_it_in_a_later_wave_had_looked_where_it_is() -> None:
    """It went back before that wave: with --adopt, where the alias was is where it goes back to."""
    parts = part(State.UNCHANGED, "9", "9"), part(State.ROLLED_BACK, "1", "2", REFUND)
    adopted = release(Status.ROLLED_BACK, *parts, began=2, ended=3)

    assert left_at(CHARGE, [adopted, BEFORE]) == "9"


def test_a_function_without_a_past_may_be_anywhere() -> None:
    assert left_at(CHARGE, []) is None
    assert left_at(CHARGE, [release(Status.FAILED, part(State.PUBLISHED, "1", "2"))]) is None
    assert left_at(REFUND, [BEFORE]) is None


@dataclass(frozen=True)
class Row:
    """A release as the read model has it: moments and states as text."""

    status: str
    started_at: str
    ended_at: str
    functions: tuple[ReleasedFunction, ...]


def test_releases_as_text_are_read_the_same() -> None:
    first = Row("SUCCEEDED", "2026-11-23T12", "2026-11-23T16", (part(State.SHIFTED, "1", "2"),))
    second = Row("ROLLED_BACK", "2026-11-23T13", "2026-11-23T15", (part(State.ROLLED_BACK, "4", "5"),))

    assert left_at(CHARGE, [second, first]) == "2"
    assert left_at(CHARGE, [Row("SHIFTING", "2026-11-24", "", first.functions), second]) is None
