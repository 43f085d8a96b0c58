"""What a command does in which state, and which state a stack is in."""

from __future__ import annotations

import pytest

from greenshift.actions.decision import (
    Command,
    Deed,
    Running,
    State,
    decide,
    release_state,
    rollback_state,
    state_of_commit,
    state_of_running,
    table,
)

MINE = "c" * 40


def test_every_command_has_a_decision_in_every_state() -> None:
    rows = table()

    assert len(rows) == 1 + len(State)
    assert {len(row) for row in rows} == {1 + len(Command)}
    assert all(all(row) for row in rows[1:])


@pytest.mark.parametrize("state", list(State))
def test_what_follows_never_starts_and_nothing_but_abort_stops(state: State) -> None:
    assert decide(Command.FOLLOW, state).deed in (Deed.FOLLOW, Deed.SHOW, Deed.REFUSE)
    for command in set(Command) - {Command.ABORT}:
        assert decide(command, state).deed is not Deed.STOP
    assert decide(Command.ABORT, state).deed in (Deed.STOP, Deed.REFUSE)


@pytest.mark.parametrize("state", [State.WENT_BACK, State.TAKEN_BACK])
def test_a_commit_that_went_back_is_released_with_again_and_not_in_a_hurry_either(state: State) -> None:
    assert decide(Command.RELEASE, state).deed is Deed.REFUSE
    assert decide(Command.NOW, state).deed is Deed.REFUSE
    assert decide(Command.AGAIN, state).deed is Deed.START


@pytest.mark.parametrize("state", [State.UNDER_WAY, State.SHIFTING, State.WAITING])
def test_a_release_of_the_commit_under_way_is_followed_and_never_started_twice(state: State) -> None:
    assert decide(Command.RELEASE, state).deed is Deed.FOLLOW
    assert decide(Command.AGAIN, state).deed is Deed.FOLLOW


@pytest.mark.parametrize(
    ("running", "state"),
    [
        ((), None),
        ((Running("e1", ""),), State.UNREAD),
        ((Running("e1", "d" * 40),), State.OTHER),
        ((Running("e2", ""), Running("e1", "d" * 40)), State.UNREAD),
        ((Running("e2", ""), Running("e1", MINE)), State.UNDER_WAY),
        ((Running("e1", MINE, has_traffic=True),), State.SHIFTING),
        ((Running("e1", MINE, is_waiting=True, has_traffic=True),), State.WAITING),
    ],
)
def test_what_is_under_way_makes_the_state(running: tuple[Running, ...], state: State | None) -> None:
    assert state_of_running(running, MINE) is state


def test_another_commits_execution_does_not_hide_that_this_one_went_back() -> None:
    assert release_state(State.OTHER, State.WENT_BACK) is State.WENT_BACK
    assert release_state(State.OTHER, State.LIVE) is State.LIVE
    assert release_state(State.OTHER, State.NEW) is State.OTHER
    assert release_state(None, State.FAILED) is State.FAILED


def test_where_a_commit_stands_makes_the_state() -> None:
    def state(stands: str, *, by_rollback: bool = False, pending: bool = False) -> State:
        return state_of_commit(stands, by_rollback=by_rollback, pending=pending)

    assert state("LIVE") is State.LIVE
    assert state("LIVE", pending=True) is State.PENDING
    assert state("WENT_BACK") is State.WENT_BACK
    assert state("WENT_BACK", by_rollback=True) is State.TAKEN_BACK
    assert state("REPLACED") is State.REPLACED


def test_a_rollback_after_a_release_that_left_nothing_is_an_offer() -> None:
    def deed(*, undoes_running: bool = False, is_running: bool = False, nothing_left: str = "") -> Deed:
        state = rollback_state(
            undoes_running=undoes_running, is_running=is_running, nothing_left=nothing_left
        )
        return decide(Command.ROLLBACK, state).deed

    assert deed(nothing_left="FAILED") is Deed.OFFER
    assert deed(nothing_left="ROLLED_BACK", is_running=True) is Deed.OFFER
    assert deed() is deed(is_running=True) is deed(undoes_running=True) is Deed.UNDO
