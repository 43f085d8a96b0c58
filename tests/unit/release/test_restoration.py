"""Which versions a rollback puts live again, and when there are none it could."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from greenshift.contract.release import Release
from greenshift.contract.rules import Mode
from greenshift.contract.statuses import State, Status
from greenshift.release.errors import Refusal
from greenshift.release.record.restoration import after, before_last

Make = Callable[..., Any]


@pytest.fixture
def ended(make_release: Make, charge: Make, refund: Make) -> Callable[..., Release]:
    """A release of charge 1 -> 2, and of refund that stayed at 5."""

    def make(status: Status, state: State, **members: Any) -> Release:
        same = replace(refund(State.UNCHANGED), to_version="5")
        found: Release = make_release(status, charge(state), same, commit="0123456789", **members)
        return found

    return make


AFTER = [
    (Status.SUCCEEDED, State.SHIFTED, {"charge": "2", "refund": "5"}),
    (Status.ROLLED_BACK, State.ROLLED_BACK, {"charge": "1", "refund": "5"}),
]


@pytest.mark.parametrize(("status", "state", "versions"), AFTER)
def test_what_was_live_after_a_release(
    ended: Make, status: Status, state: State, versions: dict[str, str]
) -> None:
    found = after(ended(status, state))

    assert (found.versions, found.what) == (versions, "back to release r1 (01234567)")


def test_what_was_live_after_a_release_in_which_nothing_changed(make_release: Make, charge: Make) -> None:
    same = replace(charge(State.UNCHANGED), to_version="1")

    assert after(make_release(Status.UNCHANGED, same)).versions == {"charge": "1"}


@pytest.mark.parametrize(
    "status", sorted(set(Status) - {status for status, *_ in AFTER} - {Status.UNCHANGED})
)
def test_a_release_that_did_not_end_whole_left_nothing_to_go_back_to(ended: Make, status: Status) -> None:
    with pytest.raises(Refusal, match=rf"r1 is {status.value}, so it left no whole set of versions"):
        after(ended(status, State.PUBLISHED))


def test_the_last_release_is_the_last_that_ended_of_those_that_moved_traffic(ended: Make, clock: Any) -> None:
    """It may have started before another: it waited for approval meanwhile."""
    releases = [
        replace(ended(Status.FAILED, State.PUBLISHED), id="newest"),
        replace(ended(Status.ROLLED_BACK, State.ROLLED_BACK), id="newer"),
        replace(ended(Status.SUCCEEDED, State.UNCHANGED), id="moved nothing"),
        replace(ended(Status.SUCCEEDED, State.SHIFTED), id="older"),
        replace(
            ended(Status.SUCCEEDED, State.SHIFTED, since=clock.now() + timedelta(hours=1)), id="this one"
        ),
    ]

    found = before_last(releases)

    assert (found.versions, found.what) == (
        {"charge": "1", "refund": "5"},
        "undoing release this one (01234567)",
    )


@pytest.mark.parametrize("status", [Status.SHIFTING, Status.WAITING, Status.BAKING, Status.ROLLING_BACK])
def test_a_release_under_way_is_the_last_one(ended: Make, status: Status) -> None:
    """What is undone is what somebody sees go wrong now, not the release before it as well."""
    under_way = replace(ended(status, State.SHIFTING), id="now")

    found = before_last([under_way, replace(ended(Status.SUCCEEDED, State.SHIFTED), id="before")])

    assert found.what.startswith("undoing release now")


def test_a_release_that_moved_nothing_yet_is_not_the_last_one(ended: Make) -> None:
    waiting = replace(ended(Status.SHIFTING, State.PUBLISHED), id="waiting")

    found = before_last([waiting, replace(ended(Status.SUCCEEDED, State.SHIFTED), id="before")])

    assert found.what.startswith("undoing release before")


def test_a_rollback_is_not_undone_by_another_one(ended: Make) -> None:
    last = ended(Status.SUCCEEDED, State.SHIFTED, mode=Mode.ROLLBACK)

    with pytest.raises(Refusal, match=r"r1, is a rollback itself: say where to go with --to RELEASE"):
        before_last([last, ended(Status.SUCCEEDED, State.SHIFTED)])


def test_without_a_release_that_went_well_there_is_nothing_to_go_back_to(ended: Make) -> None:
    with pytest.raises(Refusal, match="no release has gone well yet"):
        before_last([ended(Status.FAILED, State.PUBLISHED)])
