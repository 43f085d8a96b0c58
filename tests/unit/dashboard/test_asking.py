"""What a visitor is asked before a rollback: names, versions, and what has nothing left to undo."""

from __future__ import annotations

from dataclasses import replace

from greenshift.actions import Move, Named, RollbackPlan
from greenshift.dashboard.asking import rollback

GOOD = Named(
    *("3f2a91c0-1", "SUCCEEDED", "normal", "4be1c2d7ffff", "Lower the fee\n\nmore", "", "Ada"),
    started_at="2026-11-28T12:00:00.000Z",
    ended_at="2026-11-28T12:10:00.000Z",
)
BROKEN = replace(
    GOOD, id="9c8b7a65-2", status="FAILED", commit="0badc0de", message="Oops", reason="Build failed"
)
PLAN = RollbackPlan("", "undoing release 3f2a91c0", GOOD, (Move("charge", "3", "2"),), ())


def test_the_release_it_undoes_is_named_with_each_functions_versions() -> None:
    asked = rollback(PLAN, "")

    assert asked.title == "Undo release 3f2a91c0 (4be1c2d7 “Lower the fee”)?"
    assert asked.lines == ("charge: 3 → 2",)


def test_after_a_release_that_moved_nothing_the_live_one_is_offered_by_name() -> None:
    asked = rollback(replace(PLAN, after=(BROKEN,)), "")

    assert asked.text.startswith(
        "The newest, release 9c8b7a65 (0badc0de “Oops”), failed and moved nothing: there is nothing of it to "
        "undo. What is live is release 3f2a91c0 (4be1c2d7 “Lower the fee”). "
    )


def test_of_many_functions_the_first_are_named_and_the_rest_counted() -> None:
    moves = tuple(Move(f"f{number}", "2", "1") for number in range(200))

    assert rollback(replace(PLAN, moves=moves), "").lines[-1] == "and 188 more functions"


def test_a_release_to_go_back_to_is_named() -> None:
    assert rollback(replace(PLAN, undoes=None), "4be1c2d7 “Lower the fee”").title == (
        "Roll back to 4be1c2d7 “Lower the fee”?"
    )
