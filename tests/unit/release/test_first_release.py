"""A function's first release: nothing to protect before it, and nothing to go back to after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from greenshift.contract.rows import release_of_row, release_values
from greenshift.contract.rules import Firing, Rules
from greenshift.contract.statuses import State, Status
from greenshift.release.errors import Refusal
from greenshift.release.machine.decide import decide
from greenshift.release.machine.effects import CreateDeployment
from greenshift.release.machine.observation import AlarmSeen, Alias, FunctionSeen, Observation
from greenshift.release.record.restoration import after, before_last

Make = Callable[..., Any]

FAILING = AlarmSeen("charge-errors", "ALARM", "bootstrap code fails", "1", 5.0)


def test_a_first_release_moves_at_once_and_a_released_function_beside_it_as_its_rollout_says(
    make_release: Make, charge: Make, refund: Make, clock: Any
) -> None:
    release = make_release(Status.SHIFTING, charge(State.PUBLISHED), refund(State.PUBLISHED))
    look = {
        "charge": FunctionSeen(Alias("1"), is_released=False),
        "refund": FunctionSeen(Alias("5"), is_released=True),
    }

    decided, effects = decide(release, Observation(look), clock.now())

    created = {each.key: each.at_once for each in effects if isinstance(each, CreateDeployment)}
    assert created == {"charge": True, "refund": False}
    assert {item.key: item.is_first for item in decided.functions} == {"charge": True, "refund": False}


def test_what_nobody_asked_about_is_shifted_as_its_rollout_says(
    make_release: Make, charge: Make, clock: Any
) -> None:
    release = make_release(Status.SHIFTING, charge(State.PUBLISHED))

    _, effects = decide(release, Observation({"charge": FunctionSeen(Alias("1"))}), clock.now())

    assert [each.at_once for each in effects if isinstance(each, CreateDeployment)] == [False]


def test_the_alarm_of_bootstrap_code_forbids_no_first_release(
    make_release: Make, charge: Make, clock: Any
) -> None:
    release = make_release(Status.SHIFTING, charge(State.PUBLISHED), rules=Rules(firing=Firing.REFUSE))
    seen = FunctionSeen(Alias("1"), alarm=FAILING, is_released=False)

    decided, _ = decide(release, Observation({"charge": seen}), clock.now())

    assert decided.status is Status.SHIFTING


def test_a_failed_function_takes_a_first_release_back_with_it(
    make_release: Make, charge: Make, refund: Make, clock: Any
) -> None:
    """One end for all: where the new one came from is where it goes, though nobody released that."""
    first = charge(State.SHIFTED, is_first=True, deployment_id="d-1")
    release = make_release(Status.SHIFTING, first, refund(State.FAILED, reason="its hook failed"))
    look = Observation({"charge": FunctionSeen(Alias("2")), "refund": FunctionSeen(Alias("5"))})

    decided, _ = decide(release, look, clock.now())

    assert decided.status is Status.ROLLING_BACK
    assert {item.key: item.state for item in decided.functions} == {
        "charge": State.ROLLING_BACK,
        "refund": State.ROLLING_BACK,
    }


def test_the_ledger_remembers_which_releases_were_first(make_release: Make, charge: Make) -> None:
    release = make_release(Status.SUCCEEDED, charge(State.SHIFTED, is_first=True))
    values = release_values(release, timedelta(days=1))
    row: dict[str, Any] = {name: value for name, value in values.items() if value is not None}

    assert release_of_row(row).functions[0].is_first
    del row["functions"]["charge"]["first"]
    assert not release_of_row(row).functions[0].is_first


def test_a_first_release_is_not_undone(make_release: Make, charge: Make, refund: Make) -> None:
    parts = [charge(State.SHIFTED, is_first=True), refund(State.SHIFTED, is_first=True)]

    with pytest.raises(Refusal, match=r"first of charge, refund: .* there is nothing to go back to"):
        before_last([make_release(Status.SUCCEEDED, *parts)])


def test_a_first_release_under_way_is_not_undone_either(make_release: Make, charge: Make) -> None:
    with pytest.raises(Refusal, match="there is nothing to go back to"):
        before_last([make_release(Status.SHIFTING, charge(State.SHIFTING, is_first=True))])


def test_undoing_a_mixed_release_leaves_the_new_function_where_it_is(
    make_release: Make, charge: Make, refund: Make
) -> None:
    release = make_release(Status.SUCCEEDED, charge(State.SHIFTED, is_first=True), refund(State.SHIFTED))

    found = before_last([release])

    assert (found.versions, found.staying) == ({"refund": "5"}, ("charge",))


def test_a_first_release_that_went_back_left_nothing_to_return_to(make_release: Make, charge: Make) -> None:
    release = make_release(Status.ROLLED_BACK, charge(State.ROLLED_BACK, is_first=True))

    with pytest.raises(Refusal, match="there is nothing to go back to"):
        after(release)


def test_what_a_first_release_left_can_be_returned_to(make_release: Make, charge: Make) -> None:
    release = make_release(Status.SUCCEEDED, charge(State.SHIFTED, is_first=True))

    assert after(release).versions == {"charge": "2"}


def test_a_function_that_stayed_as_it_is_does_not_make_up_for_a_first_one(
    make_release: Make, charge: Make, refund: Make
) -> None:
    same = replace(refund(State.UNCHANGED), to_version="5")

    with pytest.raises(Refusal, match="there is nothing to go back to"):
        before_last([make_release(Status.SUCCEEDED, charge(State.SHIFTED, is_first=True), same)])
