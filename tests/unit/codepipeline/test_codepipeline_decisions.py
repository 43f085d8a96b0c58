"""Who enters a stage, who waits, who gives way; and which actions of a stage run next."""

from __future__ import annotations

import pytest

from greenshift.twin.codepipeline.decisions import (
    EnterStage,
    Place,
    Supersede,
    current_group,
    decide_admission,
)
from greenshift.twin.codepipeline.declaration import (
    ActionDeclaration,
    ActionTypeId,
    ExecutionMode,
    StageDeclaration,
)
from greenshift.twin.codepipeline.state import ActionRun, ActionStatus, StageRun

APPROVAL = ActionTypeId("Approval", "AWS", "Manual")


def waiting(execution_id: str, order: int, position: int) -> Place:
    return Place(execution_id, order, position, is_waiting=True)


def inside(execution_id: str, order: int, position: int) -> Place:
    return Place(execution_id, order, position, is_waiting=False)


ADMISSIONS: list[tuple[str, ExecutionMode, list[Place], set[int], set[int], object]] = [
    ("nobody is there", "SUPERSEDED", [], set(), set(), None),
    ("a free stage is entered", "SUPERSEDED", [waiting("a", 1, 0)], set(), set(), EnterStage("a")),
    ("a locked stage is not", "SUPERSEDED", [inside("a", 1, 0), waiting("b", 2, 0)], set(), set(), None),
    (
        "the newer takes the waiting slot",
        "SUPERSEDED",
        [inside("a", 1, 1), waiting("b", 2, 1), waiting("c", 3, 1)],
        set(),
        set(),
        Supersede("b", by="c"),
    ),
    (
        "an execution inside a stage is never superseded",
        "SUPERSEDED",
        [inside("a", 1, 1), waiting("b", 2, 1)],
        set(),
        set(),
        None,
    ),
    (
        "a held execution can still be superseded",
        "SUPERSEDED",
        [waiting("a", 1, 1), waiting("b", 2, 1)],
        {1},
        set(),
        Supersede("a", by="b"),
    ),
    ("a closed transition holds", "SUPERSEDED", [waiting("a", 1, 1)], {1}, set(), None),
    (
        "the queue keeps its order",
        "QUEUED",
        [waiting("c", 3, 1), waiting("b", 2, 1)],
        set(),
        set(),
        EnterStage("b"),
    ),
    (
        "the queue waits for the stage",
        "QUEUED",
        [inside("a", 1, 1), waiting("b", 2, 1), waiting("c", 3, 1)],
        set(),
        set(),
        None,
    ),
    ("a stopping execution holds its stage", "QUEUED", [waiting("b", 2, 1)], set(), {1}, None),
    (
        "the later stage goes first",
        "QUEUED",
        [waiting("b", 2, 0), waiting("a", 1, 1)],
        set(),
        set(),
        EnterStage("a"),
    ),
    (
        "parallel executions share a stage",
        "PARALLEL",
        [inside("a", 1, 1), waiting("b", 2, 1)],
        set(),
        set(),
        EnterStage("b"),
    ),
    (
        "parallel executions are never superseded",
        "PARALLEL",
        [waiting("a", 1, 1), waiting("b", 2, 1)],
        set(),
        set(),
        EnterStage("a"),
    ),
]


@pytest.mark.parametrize(
    ("mode", "places", "closed", "occupied", "expected"),
    [row[1:] for row in ADMISSIONS],
    ids=[row[0] for row in ADMISSIONS],
)
def test_admission(
    mode: ExecutionMode, places: list[Place], closed: set[int], occupied: set[int], expected: object
) -> None:
    assert decide_admission(mode, places, closed=closed, occupied=occupied) == expected


def declared(name: str, run_order: int) -> ActionDeclaration:
    return ActionDeclaration(name, APPROVAL, run_order)


def ran(action: ActionDeclaration, status: ActionStatus) -> ActionRun:
    return ActionRun("id", "execution", 1, "Stage", action, 0.0, 0.0, status)


A, B, C, D = declared("a", 1), declared("b", 1), declared("c", 7), declared("d", 9)
STAGE = StageDeclaration("Stage", (D, A, C, B))


@pytest.mark.parametrize(
    ("runs", "group"),
    [
        ([], ["a", "b"]),
        ([ran(A, "Succeeded")], ["b"]),
        ([ran(A, "Succeeded"), ran(B, "InProgress")], ["b"]),
        ([ran(A, "Succeeded"), ran(B, "Failed")], ["b"]),
        ([ran(A, "Succeeded"), ran(B, "Succeeded")], ["c"]),
        ([ran(A, "Succeeded"), ran(B, "Succeeded"), ran(C, "Succeeded")], ["d"]),
        ([ran(x, "Succeeded") for x in (A, B, C, D)], []),
    ],
)
def test_actions_of_the_lowest_unfinished_run_order_are_current(
    runs: list[ActionRun], group: list[str]
) -> None:
    visit = StageRun("Stage", runs={run.action.name: run for run in runs})

    assert [action.name for action in current_group(STAGE, visit)] == group
