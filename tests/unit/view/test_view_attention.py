"""What only a person can settle, and what is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from greenshift.view import (
    ActionView,
    Approval,
    ExecutionView,
    FunctionRelease,
    FunctionView,
    PlannedStep,
    ReleaseView,
    ShiftView,
    StageView,
)
from greenshift.view.attention import Facts, attention
from greenshift.view.moments import iso

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)
HEALTHY = Facts(NOW, (), "AVAILABLE", (), (), None, (), (), ())
CHARGE = FunctionView("charge", "p-charge", "1", alarm="charge-errors", alarm_state="OK")


def ago(**span: float) -> str:
    return iso(NOW - timedelta(**span))


def release(status: str, **more: Any) -> ReleaseView:
    functions = (FunctionRelease("charge", "p-charge", "1", "2", ""),)
    ended = ago(minutes=1) if status in ("SUCCEEDED", "FAILED", "ROLLED_BACK") else ""
    return replace(
        ReleaseView("e1", status, "abc", "", "", ago(hours=1), ended, "", "", functions, ()), **more
    )


def execution(status: str, stage: StageView | None = None, updated: str = "") -> ExecutionView:
    return ExecutionView("e1", status, "abcdef0123", "m", "", "", updated, (stage,) if stage else ())


def running(category: str = "Build", **more: Any) -> StageView:
    return StageView("Build", (ActionView("Build", "Build", "InProgress", category=category, **more),))


def shift(percent: float, **more: Any) -> ShiftView:
    return replace(ShiftView("charge", "1", "2", "", percent, 0.0), **more)


def found(**facts: Any) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in attention(replace(HEALTHY, **facts), "local")]


def moved(**more: Any) -> ReleaseView:
    part = FunctionRelease("charge", "p-charge", "1", "2", "SHIFTED")
    return release("SUCCEEDED", functions=(part,), ended_at=ago(minutes=3), **more)


def test_an_alias_that_is_not_where_releases_left_it_was_moved_by_hand() -> None:
    facts = {"release": moved(), "releases": (moved(),), "functions": (CHARGE,)}

    assert found(**facts) == [
        ("moved-by-hand", "charge was moved by hand to version 1; releases left it on 2")
    ]


@pytest.mark.parametrize(
    "facts",
    [
        {"releases": (moved(),), "functions": (replace(CHARGE, version="2"),)},
        {"releases": (moved(),), "functions": (replace(CHARGE, released="2"),)},
        {"releases": (moved(), release("PUBLISHING")), "functions": (CHARGE,)},
        {"releases": (replace(moved(), ended_at=ago(seconds=30)),), "functions": (CHARGE,)},
        {"releases": (), "functions": (CHARGE,)},
    ],
    ids=["where it was left", "a working copy", "under way", "ended just now", "nothing known"],
)
def test_what_may_be_where_it_belongs_was_moved_by_nobody(facts: dict[str, Any]) -> None:
    assert found(**facts) == []


def test_all_well_needs_nobody() -> None:
    done = release("SUCCEEDED")
    facts = {"release": done, "releases": (done,), "functions": (CHARGE,), "shifts": (shift(100.0),)}

    assert found(**facts, executions=(execution("Succeeded"),)) == []


def test_an_approval_that_waits_names_its_commit_and_its_question() -> None:
    asked = Approval("Approve", "Approve", "e1", ago(hours=3), "Ready?", "token")
    (one,) = attention(replace(HEALTHY, approvals=(asked,), executions=(execution("InProgress"),)), "local")

    assert one.text == "Approve of abcdef01 waits for an answer: Ready?"
    assert (one.execution, one.stage, one.action, one.since) == ("e1", "Approve", "Approve", ago(hours=3))


@pytest.mark.parametrize("status", ["PENDING", "ERROR", "MISSING"])
def test_a_connection_that_does_not_work_needs_somebody(status: str) -> None:
    ((kind, text),) = found(connection=status)

    assert kind == "connection"
    assert status in text


@pytest.mark.parametrize("status", ["PENDING", "ERROR", "MISSING"])
def test_what_to_do_on_a_twin_is_done_without_a_console(status: str) -> None:
    closed = replace(running(), is_open=False)
    facts = replace(HEALTHY, connection=status, stages=(closed,))

    here, on_aws = attention(facts, "local"), attention(facts, "prod")

    assert [each.kind for each in here] == ["connection", "closed"]
    assert not [each.next for each in here if "console" in each.next]
    assert 'eval "$(greenshift twin env)" && aws codepipeline enable-stage-transition' in here[1].next
    assert all("console" in each.next for each in on_aws)


@pytest.mark.parametrize("status", ["AVAILABLE", ""])
def test_a_connection_that_works_or_may_not_be_looked_at_needs_nobody(status: str) -> None:
    assert found(connection=status) == []


def test_a_release_that_failed_with_traffic_moved_is_to_be_repaired() -> None:
    failed = release("FAILED")

    assert found(release=failed, shifts=(shift(30.0),)) == [
        ("split", "release e1 failed and left charge 30 % on 2")
    ]
    assert found(release=failed, shifts=(shift(0.0),)) == []


def test_traffic_that_is_split_with_nobody_moving_it_is_to_be_repaired() -> None:
    split = replace(CHARGE, new_version="2", new_percent=7.0)

    assert found(functions=(split,), release=release("SUCCEEDED")) == [
        ("split", "traffic is split and no release moves it: charge 7 % on 2")
    ]
    assert found(functions=(split,), release=release("SHIFTING")) == []


def test_a_release_nobody_moves_any_more_is_to_be_repaired() -> None:
    """Its execution has ended, and the recorder had its time to settle it."""
    left = {"releases": (release("SHIFTING"),)}
    long_ago, just_now = (
        execution("Stopped", updated=ago(hours=1)),
        execution("Stopped", updated=ago(minutes=1)),
    )

    assert found(**left, executions=(long_ago,)) == [
        ("abandoned", "release e1 is shifting, and its pipeline execution has ended: stopped")
    ]
    assert found(**left, executions=(just_now,)) == []
    assert found(**left, executions=(execution("InProgress", updated=ago(hours=1)),)) == []


def test_an_action_that_has_not_moved_for_hours_is_stuck() -> None:
    long_ago, lately = {"updated_at": ago(hours=3)}, {"updated_at": ago(minutes=30)}

    assert found(executions=(execution("InProgress", running(**long_ago)),)) == [
        ("stuck", "Build of abcdef01 has not moved for hours")
    ]
    assert found(executions=(execution("InProgress", running(**lately)),)) == []
    assert found(executions=(execution("InProgress", running("Approval", **long_ago)),)) == []


def test_a_long_shift_is_not_stuck_before_its_plan_is_over() -> None:
    shifts = (execution("InProgress", running("Invoke", updated_at=ago(hours=30))),)
    plan = (PlannedStep(ago(hours=30), 10.0), PlannedStep(ago(hours=-10), 100.0))
    moving = release("SHIFTING")

    assert found(executions=shifts, release=moving, shifts=(shift(10.0, plan=plan),)) == []
    assert [kind for kind, _ in found(executions=shifts, release=moving, shifts=(shift(10.0),))] == ["stuck"]


def test_an_alarm_fires_for_nobody_while_nothing_is_released() -> None:
    fires = (replace(CHARGE, alarm_state="ALARM"),)

    assert found(functions=fires) == [("alarm", "charge-errors fires while nothing is being released")]
    assert found(functions=fires, release=release("SHIFTING")) == []
    rolled_back = release("ROLLED_BACK")
    assert found(functions=fires, release=rolled_back, shifts=(shift(0.0),)) == []


def test_an_alarm_after_a_release_that_went_well_says_what_undoes_it() -> None:
    changed = FunctionRelease("charge", "p-charge", "1", "2", "SHIFTED")
    fires = (replace(CHARGE, version="2", alarm_state="ALARM"),)
    good = replace(release("SUCCEEDED"), functions=(changed,))
    (said,) = attention(replace(HEALTHY, functions=fires, release=good), "prod")

    assert said.text == (
        "charge-errors fires, and release e1, which made version 2 of charge live, is over: "
        "nothing goes back by itself"
    )
    assert said.next == (
        "greenshift rollback --stack prod --undo e1, or first: greenshift logs --stack prod --function charge"
    )
    for other in (
        replace(good, mode="rollback"),
        replace(good, functions=(replace(changed, to_version="3"),)),
        replace(good, functions=(replace(changed, is_first=True),)),
    ):
        assert found(functions=fires, release=other) == [
            ("alarm", "charge-errors fires while nothing is being released")
        ]


def test_a_closed_stage_says_why() -> None:
    closed = StageView("Shift", (), is_open=False, closed_because="a freeze")

    assert found(stages=(closed,)) == [("closed", "nothing may enter stage Shift: a freeze")]
