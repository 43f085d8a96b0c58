"""Which versions a rollback puts live again, and when there are none it could."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from greenshift.contract.errands import LIVE
from greenshift.contract.release import Release
from greenshift.contract.rules import Mode
from greenshift.contract.status_words import word
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
    with pytest.raises(Refusal, match=rf"r1 \(.*\): {word(status)}, so it left no whole set of versions"):
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


# A 1 -> 2, B 2 -> 3 and C 3 -> 4, one hour after the other; then a rollback.
def history(
    make_release: Make,
    charge: Make,
    clock: Any,
    *rows: tuple[str, str, str],
    status: Status = Status.SUCCEEDED,
) -> list[Release]:
    """Newest first; the last row has ``status``. An id that begins with "rollback-" is a rollback's."""
    made = [
        replace(
            make_release(
                status if number == len(rows) - 1 else Status.SUCCEEDED,
                replace(charge(State.SHIFTED), from_version=before, to_version=to),
                since=clock.now() + timedelta(hours=number),
                ended_at=clock.now() + timedelta(hours=number),
                mode=Mode.ROLLBACK if id_.startswith("rollback-") else Mode.NORMAL,
            ),
            id=id_,
        )
        for number, (id_, before, to) in enumerate(rows)
    ]
    return made[::-1]


A, B, C = ("aaaaaaaa-1", "1", "2"), ("bbbbbbbb-1", "2", "3"), ("cccccccc-1", "3", "4")
BACK = ("rollback-12345678-9", "4", "3")
AGAIN = ("dddddddd-1", "3", "4")


def test_a_rollback_is_not_undone_by_another_one(make_release: Make, charge: Make, clock: Any) -> None:
    with pytest.raises(Refusal) as refused:
        before_last(history(make_release, charge, clock, A, B, C, BACK))

    assert str(refused.value) == (
        "the last to move traffic, rollback-12345678, is a rollback itself: it undid release cccccccc. "
        "What it made live again came with release bbbbbbbb; "
        "to undo that one: greenshift rollback --undo bbbbbbbb; "
        "to put cccccccc live again: greenshift rollback --to cccccccc"
    )


@pytest.mark.parametrize("undo", ["", BACK[0], B[0]])
def test_after_a_rollback_to_the_first_release_there_is_one_way_and_it_is_told(
    make_release: Make, charge: Make, clock: Any, undo: str
) -> None:
    back, second, first = history(make_release, charge, clock, A, B, ("rollback-12345678-9", "3", "2"))
    first = first.with_functions([replace(each, is_first=True) for each in first.functions])

    with pytest.raises(Refusal) as refused:
        before_last([back, second, first], undo)

    assert str(refused.value) == (
        "the last to move traffic, rollback-12345678, is a rollback itself: it undid release bbbbbbbb. "
        "What it made live again came with release aaaaaaaa; "
        "it was the first of charge, so nothing is before it; "
        "to put bbbbbbbb live again: greenshift rollback --to bbbbbbbb"
    )


@pytest.mark.parametrize("undo", [LIVE, B[0]])
@pytest.mark.parametrize("later", [(), (AGAIN,)])
def test_a_release_that_a_rollback_made_live_again_is_undone_by_name(
    make_release: Make, charge: Make, clock: Any, undo: str, later: tuple[tuple[str, str, str], ...]
) -> None:
    """Whether or not another one came to nothing since."""
    rows = (A, B, C, BACK, *later)
    status = Status.ROLLED_BACK if later else Status.SUCCEEDED
    found = before_last(history(make_release, charge, clock, *rows, status=status), undo)

    assert (found.undone and found.undone.id, found.versions) == (B[0], {"charge": "2"})
    assert found.through is not None and found.through.id == BACK[0]
    assert [each.id for each in found.after] == [id_ for id_, *_ in later]


def test_after_one_that_left_nothing_the_one_that_is_live_again_is_offered(
    make_release: Make, charge: Make, clock: Any
) -> None:
    rows = history(make_release, charge, clock, A, B, C, BACK, AGAIN, status=Status.FAILED)

    found = before_last(rows)

    assert (found.undone and found.undone.id, [each.id for each in found.after]) == (B[0], [AGAIN[0]])
    with pytest.raises(Refusal, match="--undo bbbbbbbb"):
        before_last(rows, C[0])


def test_one_that_left_nothing_is_not_the_newest_once_a_release_of_nothing_new_went_well(
    make_release: Make, charge: Make, clock: Any
) -> None:
    rows = history(make_release, charge, clock, A, B, AGAIN, status=Status.ROLLED_BACK)
    reverted = replace(
        make_release(Status.UNCHANGED, replace(charge(State.UNCHANGED), from_version="3", to_version="3")),
        id="eeeeeeee-1",
        since=clock.now() + timedelta(hours=9),
    )

    assert [each.id for each in before_last(rows).after] == [AGAIN[0]]
    assert before_last([reverted, *rows]).after == ()
    undone = before_last([reverted, *rows]).undone
    assert undone is not None and undone.id == B[0]


def test_one_after_the_other_is_undone_down_to_the_first(
    make_release: Make, charge: Make, clock: Any
) -> None:
    rows = [A, B, C]
    undone = []
    for number in range(3):
        found = before_last(history(make_release, charge, clock, *rows), LIVE)
        assert found.undone is not None
        undone.append(found.undone.id)
        rows.append((f"rollback-{number}", rows[-1][2], found.versions["charge"]))

    assert undone == [C[0], B[0], A[0]]
    with pytest.raises(Refusal, match=r"none to undo\. To go to the newest one: .* --to cccccccc"):
        before_last(history(make_release, charge, clock, *rows), LIVE)


def test_a_release_counts_as_live_only_with_all_of_its_functions(
    make_release: Make, charge: Make, refund: Make
) -> None:
    """One moved refund alone and went back: what is live is what came before it, of both."""
    both = replace(make_release(Status.SUCCEEDED, charge(State.SHIFTED), refund(State.SHIFTED)), id="of both")
    here, there = both.functions
    stays = replace(here, from_version=here.to_version, state=State.UNCHANGED)
    moved = replace(there, from_version=there.to_version, to_version="9")
    back = replace(moved, from_version="9", to_version=there.to_version)
    one = replace(make_release(Status.SUCCEEDED, stays, moved), id="of one")
    rollback = replace(make_release(Status.SUCCEEDED, stays, back, mode=Mode.ROLLBACK), id="rollback-1")
    hour = timedelta(hours=1)
    rows = [
        replace(each, since=each.since + hour * number) for number, each in enumerate((both, one, rollback))
    ]

    found = before_last(rows, LIVE)

    assert found.undone is not None and found.undone.id == "of both"


def test_without_a_release_that_went_well_there_is_nothing_to_go_back_to(ended: Make) -> None:
    with pytest.raises(Refusal, match="no release has gone well yet"):
        before_last([ended(Status.FAILED, State.PUBLISHED)])
