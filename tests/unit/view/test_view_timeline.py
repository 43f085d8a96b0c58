"""One release moment by moment, out of everything that remembers some of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from greenshift.view import (
    ActionView,
    ExecutionView,
    FunctionRelease,
    HookView,
    PlannedStep,
    ReleaseView,
    ShiftView,
    StageView,
    Transition,
)
from greenshift.view.model import AlarmChange
from greenshift.view.moments import iso
from greenshift.view.timeline import timeline

START = datetime(2026, 11, 23, 16, tzinfo=UTC)


def at(minutes: float) -> str:
    return iso(START + timedelta(minutes=minutes))


SOURCE = ActionView("Source", "Source", "Succeeded", "{json}", "", "", "Source", at(0), at(0.5))
KIT = ActionView("Source", "BuildKit", "Succeeded", "", "", "", "Source", at(0), at(0.2))
BUILD = ActionView("Build", "Build", "Failed", "", "tests failed", "b:1", "Build", at(1), at(2))
SHIFTING = ActionView("Shift", "Shift", "InProgress", "shifting", "", "", "Invoke", at(5), at(6))
EXECUTION = ExecutionView("e1", "InProgress", "abc", "m", stages=(StageView("Source", (SOURCE, KIT)),))
RELEASE = ReleaseView(
    "e1", "SHIFTING", "abc", "m", "", at(3), "", "", "", (), (Transition(at(3), "PUBLISHING", "began"),)
)
HOOKS = (
    HookView("BeforeAllowTraffic", "Succeeded", at(6), at(7)),
    HookView("AllowTraffic", "InProgress", at(7)),
    HookView("AfterAllowTraffic", "Pending"),
)
PLAN = (PlannedStep(at(7), 10.0), PlannedStep(at(12), 100.0))
SHIFT = ShiftView("charge", "1", "2", "SHIFTING", 10.0, 10.0, plan=PLAN, hooks=HOOKS)


def told(*moments: object) -> list[tuple[str, str, str, str, float | None]]:
    return [(m.kind, m.subject, m.status, m.text, m.seconds) for m in moments]  # type: ignore[attr-defined]


def test_what_the_controller_said_before_it_was_stopped_is_no_news_of_the_end() -> None:
    stopped = replace(SHIFTING, status="Abandoned", summary="shifting: charge 80 %")
    execution = ExecutionView("e1", "Stopped", "abc", "m", stages=(StageView("Shift", (stopped,)),))

    assert [moment.text for moment in timeline(execution, None, (), ())] == [""]
    under_way = replace(execution, stages=(StageView("Shift", (SHIFTING,)),))
    assert [moment.text for moment in timeline(under_way, None, (), ())] == ["shifting"]


def test_statuses_come_in_the_order_in_which_they_were_written() -> None:
    """The note looked at its clock after the way back began, and was written before that was."""
    story = (
        Transition(at(8), "SHIFTING", "shifting charge"),
        Transition(at(9.2), "SHIFTING", "deployment d-1 was stopped"),
        Transition(at(9.1), "ROLLING_BACK", "charge: alarm"),
        Transition(at(9.9), "ROLLED_BACK", "charge: alarm"),
    )
    found = timeline(None, replace(RELEASE, transitions=story), (), ())

    assert [moment.status for moment in found] == ["SHIFTING", "SHIFTING", "ROLLING_BACK", "ROLLED_BACK"]
    assert [moment.at for moment in found] == [at(8), at(9.2), at(9.2), at(9.9)]


def test_moments_of_every_kind_come_in_the_order_of_time() -> None:
    alarm = AlarmChange(at(8), "charge-errors", "ALARM", "Threshold Crossed")
    found = timeline(EXECUTION, RELEASE, (SHIFT,), (alarm,))

    assert [moment.stands_at for moment in found] == sorted(moment.stands_at for moment in found)
    assert told(*found) == [
        ("action", "Source/BuildKit", "Succeeded", "", 12.0),
        ("action", "Source", "Succeeded", "", 30.0),
        ("release", "e1", "PUBLISHING", "began", None),
        ("hook", "charge BeforeAllowTraffic", "Succeeded", "", 60.0),
        ("step", "charge", "", "10 % on version 2", None),
        ("hook", "charge AllowTraffic", "InProgress", "", None),
        ("alarm", "charge-errors", "ALARM", "Threshold Crossed", None),
    ]


def test_what_has_ended_stands_where_it_ended_and_what_is_under_way_where_it_began() -> None:
    """Nobody reads "released charge 1 → 2" above the first step of it."""
    arrived = replace(SHIFT, planned_percent=100.0, hooks=())
    done = replace(SHIFTING, status="Succeeded", summary="released charge 1 -> 2", updated_at=at(13))

    def order(action: ActionView) -> list[str]:
        execution = replace(EXECUTION, stages=(StageView("Shift", (action,)),))
        return [moment.text for moment in timeline(execution, None, (arrived,), ())]

    assert order(done) == ["10 % on version 2", "100 % on version 2", "released charge 1 -> 2"]
    assert order(SHIFTING) == ["shifting", "10 % on version 2", "100 % on version 2"]


def test_an_action_tells_its_error_or_how_far_it_is() -> None:
    stages = (StageView("Build", (BUILD,)), StageView("Shift", (SHIFTING, ActionView("Shift", "Later"))))
    found = timeline(replace(EXECUTION, stages=stages), None, (), ())

    assert told(*found) == [
        ("action", "Build", "Failed", "tests failed", 60.0),
        ("action", "Shift", "InProgress", "shifting", None),
    ]


def test_steps_that_did_not_come_are_not_told() -> None:
    stopped = replace(SHIFT, planned_percent=100.0, ended_at=at(9))

    assert [m.text for m in timeline(None, None, (SHIFT,), ()) if m.kind == "step"] == ["10 % on version 2"]
    assert [m.text for m in timeline(None, None, (stopped,), ()) if m.kind == "step"] == ["10 % on version 2"]


def test_moments_of_many_functions_that_say_the_same_are_one() -> None:
    shifts = [
        replace(
            SHIFT,
            key=f"f{n}",
            to_version=str(n),
            hooks=(HookView("AllowTraffic", "Succeeded", at(7), at(8 + n)),),
        )
        for n in range(20)
    ]
    found = timeline(None, None, shifts, ())

    assert told(*found) == [
        ("step", "20 functions", "", "10 %", None),
        ("hook", "20 functions AllowTraffic", "Succeeded", "", 20 * 60.0),
    ]


def test_of_nothing_nothing_is_told() -> None:
    assert timeline(None, None, (), ()) == ()


def test_the_time_in_which_some_were_back_and_some_were_not_is_told() -> None:
    parts = [
        FunctionRelease(key, key, "1", "2", "ROLLED_BACK", back_at=at(minutes))
        for key, minutes in (("refund", 9.1), ("charge", 9.0), ("audit", 9.05))
    ]
    one = timeline(None, replace(RELEASE, functions=tuple(parts[:1])), (), ())
    all_of_them = timeline(None, replace(RELEASE, functions=tuple(parts)), (), ())

    assert told(one[-1]) == [("back", "refund", "ROLLED_BACK", "100 % on version 1 again", None)]
    assert one[-1].at == at(9.1)
    assert told(all_of_them[-1]) == [("back", "3 functions", "ROLLED_BACK", "charge first, refund last", 6.0)]
    assert (all_of_them[-1].at, all_of_them[-1].ended_at) == (at(9.0), at(9.1))


def test_an_alarms_history_has_the_counts_of_the_release_it_ended() -> None:
    account = (
        "Threshold Crossed: 1 out of the last 1 datapoints [65.71 (23/11/26 13:29:00)] was greater than the "
        "threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    release = replace(RELEASE, reason=f"charge: alarm a fired: {account} 23 of 35 calls failed")
    found = timeline(None, release, (), (AlarmChange(at(8), "a", "ALARM", account),))

    [text] = [moment.text for moment in found if moment.kind == "alarm"]
    assert text == f"{account} 23 of 35 calls failed"
