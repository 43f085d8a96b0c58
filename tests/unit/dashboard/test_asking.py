"""What a visitor is asked before a release or a rollback: names, versions, what became of a commit before,
and what has nothing left to undo.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from greenshift.actions import Move, Named, RollbackPlan
from greenshift.dashboard.asking import Asked, release, rollback, unknown_release
from greenshift.dashboard.problems import Problem
from greenshift.dashboard.watched import Desk, Head

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
        "undo. What is live came with release 3f2a91c0 (4be1c2d7 “Lower the fee”). "
    )


def test_of_many_functions_the_first_are_named_and_the_rest_counted() -> None:
    moves = tuple(Move(f"f{number}", "2", "1") for number in range(200))

    assert rollback(replace(PLAN, moves=moves), "").lines[-1] == "and 188 more functions"


def test_a_release_to_go_back_to_is_named() -> None:
    assert rollback(replace(PLAN, undoes=None), "4be1c2d7 “Lower the fee”").title == (
        "Roll back to 4be1c2d7 “Lower the fee”?"
    )


HEAD = Head("4be1c2d7ffff", "Lower the fee", "Ada")
NAMED = {
    "id": "3f2a91c0-1",
    "status": "ROLLED_BACK",
    "mode": "normal",
    "commit": HEAD.id,
    "message": "Lower the fee",
    "reason": "alarm charge-errors fired",
    "by": "Ada",
    "startedAt": "2026-11-28T12:00:00.000Z",
    "endedAt": "2026-11-28T12:10:00.000Z",
}


def desk(stands: str = "", named: dict[str, str] | None = None, pending: tuple[str, ...] = ()) -> Desk:
    """Of a stack whose controller answers so, a minute after the release in its ledger ended."""
    text = json.dumps({"stands": stands, "release": named, "pending": pending}).encode()
    controller = SimpleNamespace(invoke=lambda **_: {"Payload": io.BytesIO(text)})
    row = SimpleNamespace(
        id="3f2a91c0-1", mode="normal", status=(named or {}).get("status"), ended_at=NAMED["endedAt"]
    )
    view = SimpleNamespace(
        now=lambda: datetime(2026, 11, 28, 12, 11, tzinfo=UTC),
        ledger_page=lambda limit: SimpleNamespace(releases=[row] if named else []),
    )
    stack: Any = SimpleNamespace(
        clients=lambda service: controller,
        outputs=SimpleNamespace(controller="shop-controller", pipeline="shop-pipeline"),
        view=lambda: view,
    )
    return Desk(stack)


def test_a_commit_that_was_not_released_is_asked_about_by_name() -> None:
    asked = release(desk("NEW"), HEAD)

    assert (asked.title, asked.again) == ("Release 4be1c2d7 “Lower the fee”?", False)


@pytest.mark.parametrize(
    ("stands", "mode", "told"),
    [
        (
            "WENT_BACK",
            "normal",
            "It was rolled back, as release 3f2a91c0 1 min ago: alarm charge-errors fired. ",
        ),
        (
            "WENT_BACK",
            "rollback",
            "It was taken back by rollback-3f2a91c0 1 min ago: alarm charge-errors fired. ",
        ),
        ("LIVE", "normal", "It is live since release 3f2a91c0, 1 min ago. "),
    ],
)
def test_a_commit_that_was_is_asked_about_with_what_became_of_it_and_when(
    stands: str, mode: str, told: str
) -> None:
    of_rollback = {"id": f"rollback-{NAMED['id']}"} if mode == "rollback" else {}
    asked = release(desk(stands, {**NAMED, **of_rollback, "mode": mode}), HEAD)

    assert (asked.title, asked.button, asked.again) == (
        *("Release 4be1c2d7 “Lower the fee” again?", "Release again"),
        True,
    )
    assert asked.text.startswith(told)


def test_a_live_commit_whose_settings_changed_is_no_second_release_of_it() -> None:
    asked = release(desk("LIVE", {**NAMED, "status": "SUCCEEDED"}, ("charge", "refund")), HEAD)

    assert asked.again is False
    assert "makes the changed settings of charge, refund live" in asked.text


def test_a_commit_that_is_under_way_is_not_asked_about_twice() -> None:
    with pytest.raises(Problem, match="a release of 4be1c2d7 “Lower the fee” is under way already"):
        release(desk("UNDER_WAY", NAMED), HEAD)


@pytest.mark.parametrize(("status", "is_warned"), [("ROLLED_BACK", True), ("SUCCEEDED", False)])
def test_a_commit_that_only_its_host_knows_is_asked_about_with_what_went_back(
    status: str, is_warned: bool
) -> None:
    asked: Asked = unknown_release(desk("", {**NAMED, "status": status}))

    assert asked.title == "Release the latest commit?"
    assert asked.text.startswith("The newest release, 3f2a91c0, went back 1 min ago") is is_warned
