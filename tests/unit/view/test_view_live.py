"""Which release's commit is live, by the aliases and by the ledger."""

from __future__ import annotations

from dataclasses import replace

from greenshift.view import FunctionRelease, FunctionView, LedgerPage, ReleaseView
from greenshift.view.live import has_way_back, is_served, left, live, served


def release(
    number: int, mode: str = "normal", status: str = "SUCCEEDED", **moves: tuple[int, int]
) -> ReleaseView:
    parts = tuple(
        FunctionRelease(key, key, str(old), str(new), "SHIFTED" if old != new else "UNCHANGED")
        for key, (old, new) in moves.items()
    )
    at = f"2026-11-23T16:{number:02}:00.000Z"
    return ReleaseView(f"r{number}", status, f"c{number}", "", "", at, at, "", "", parts, (), mode=mode)


def both(*releases: ReleaseView, **versions: str) -> list[str | None]:
    """By the aliases' versions, and by what the ledger says of them."""
    newest = tuple(reversed(releases))
    found = (live(newest, versions), live(newest, left(newest)))
    return [each.id if each else None for each in found]


def test_the_last_release_is_live_and_after_a_rollback_the_one_before_it() -> None:
    first, second = release(1, page=(1, 2), hello=(1, 2)), release(2, page=(2, 3), hello=(2, 2))

    assert both(first, second, page="3", hello="2") == ["r2", "r2"]
    assert both(first, second, release(3, "rollback", page=(3, 2), hello=(2, 2)), page="2", hello="2") == [
        "r1", "r1",
    ]  # fmt: skip


def test_a_rollback_of_a_rollback_makes_its_release_live_again() -> None:
    story = (
        release(1, page=(1, 2)), release(2, page=(2, 3)),
        release(3, "rollback", page=(3, 2)), release(4, "rollback", page=(2, 3)),
    )  # fmt: skip

    assert both(*story, page="3") == ["r2", "r2"]


def test_a_release_that_changed_nothing_went_with_what_it_stood_on() -> None:
    notes = release(3, status="UNCHANGED", page=(3, 3))
    story = (release(1, page=(1, 2)), release(2, page=(2, 3)), notes)

    assert both(*story, page="3") == ["r3", "r3"]
    assert both(*story, release(4, "rollback", page=(3, 2)), page="2") == ["r1", "r1"]


def test_where_an_alias_was_moved_by_hand_none_is_said_to_be_live() -> None:
    assert live((release(1, page=(1, 2)),), {"page": "7"}) is None


def test_while_it_shifts_or_is_developed_the_released_version_counts() -> None:
    shifting = FunctionView("page", "p-page", "2", "3", 10.0, "", "OK")
    developed = FunctionView("hello", "p-hello", "9", "", 0.0, "", "OK", released="4")

    assert served((shifting, developed)) == {"page": "2", "hello": "4"}


def test_nothing_goes_back_to_a_placeholder_and_after_a_rollback_to_the_first_release_neither() -> None:
    first = release(1, page=(1, 2))
    first = replace(first, functions=tuple(replace(each, is_first=True) for each in first.functions))
    second, back = release(2, page=(2, 3)), release(3, "rollback", page=(3, 2))

    assert not has_way_back(LedgerPage((first,)))
    assert has_way_back(LedgerPage((second, first)))
    assert not has_way_back(LedgerPage((back, second, first)))
    notes = release(4, status="UNCHANGED", page=(2, 2))
    assert not has_way_back(LedgerPage((notes, first))), "and what changed nothing is no way back by itself"
    assert has_way_back(LedgerPage((release(5, status="UNCHANGED", page=(3, 3)), second, first)))
    assert has_way_back(LedgerPage(())), "what is not told may be there"


def test_what_a_rollback_put_there_is_served_as_much_as_what_a_release_did() -> None:
    pages = [FunctionView("page", "p-page", "2", "", 0.0, "", "OK")]

    assert is_served(release(3, "rollback", page=(3, 2)), pages)
    assert is_served(release(1, page=(1, 2)), pages)
    assert not is_served(release(2, page=(2, 3)), pages)
