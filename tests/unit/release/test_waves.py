"""Waves: each begins when the one before has arrived, somebody may stand between, all go back together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.rules import Firing, Rules
from greenshift.contract.statuses import State, Status
from greenshift.release.job import Token
from greenshift.release.machine.begin import BUSY_ALIAS
from greenshift.release.machine.decide import BUSY_GROUP, decide
from greenshift.release.machine.effects import CreateDeployment
from greenshift.release.machine.observation import AlarmSeen, Alias, Deployment, FunctionSeen, Observation
from greenshift.release.notices.report import Verdict, report_of

Make = Callable[..., Any]

ORDERS = AlarmSeen("orders", "ALARM", "no orders")
SUCCEEDED, RUNS = Deployment("d-1", "Succeeded"), Deployment("d-1", "InProgress")


def function(key: str, wave: int, state: State = State.PUBLISHED) -> ReleasedFunction:
    deployment = "d-1" if state in (State.SHIFTING, State.SHIFTED) else None
    return ReleasedFunction(key, key, "1", "2", state, deployment_id=deployment, wave=wave)


def old(**members: Any) -> FunctionSeen:
    return FunctionSeen(Alias("1"), **members)


def new(**members: Any) -> FunctionSeen:
    return FunctionSeen(Alias("2"), SUCCEEDED, **members)


def looks(**functions: FunctionSeen) -> Observation:
    return Observation(functions)


def created(effects: tuple[Any, ...]) -> list[str]:
    return [effect.key for effect in effects if isinstance(effect, CreateDeployment)]


def test_only_the_first_wave_begins(make_release: Make, clock: Any) -> None:
    release = make_release(Status.SHIFTING, function("a", 0), function("b", 1), function("c", 0))

    decided, effects = decide(release, looks(a=old(), b=old(), c=old()), clock.now())

    assert [item.state for item in decided.functions] == [State.SHIFTING, State.PUBLISHED, State.SHIFTING]
    assert created(effects) == ["a", "c"]
    assert decided.transitions[-1].cause == "wave 1: shifting a, c"


def test_a_release_of_one_wave_does_not_speak_of_waves(make_release: Make, clock: Any) -> None:
    decided, _ = decide(make_release(Status.SHIFTING, function("a", 1)), looks(a=old()), clock.now())

    assert decided.transitions[-1].cause == "shifting a"


def test_a_wave_waits_until_all_of_the_one_before_has_arrived(make_release: Make, clock: Any) -> None:
    functions = [function("a", 0, State.SHIFTED), function("b", 0, State.SHIFTING), function("c", 1)]
    release = make_release(Status.SHIFTING, *functions)
    half = FunctionSeen(Alias("1", {"2": 0.5}), RUNS)

    assert decide(release, looks(a=new(), b=half, c=old()), clock.now()) == (release, ())

    decided, effects = decide(release, looks(a=new(), b=new(), c=old()), clock.now())
    assert created(effects) == ["c"]
    assert decided.transitions[-1].cause == "wave 2: shifting c"


def test_a_wave_in_which_nothing_changed_is_passed_over(make_release: Make, clock: Any) -> None:
    release = make_release(Status.SHIFTING, function("a", 0, State.SHIFTED), function("c", 4))

    _, effects = decide(release, looks(a=new(), c=old()), clock.now())

    assert created(effects) == ["c"]


def test_each_wave_has_patience_of_its_own_with_a_busy_group(make_release: Make, clock: Any) -> None:
    release = make_release(Status.SHIFTING, function("a", 0, State.SHIFTED), function("b", 1))
    later = clock.now() + BUSY_GROUP

    begun, _ = decide(release, looks(a=new(), b=old()), later)
    again, effects = decide(begun, looks(a=new(), b=old()), later + timedelta(minutes=1))

    assert (begun.since, again.status, created(effects)) == (later, Status.SHIFTING, ["b"])


def test_a_failure_in_a_later_wave_takes_the_earlier_ones_back(make_release: Make, clock: Any) -> None:
    functions = [function("a", 0, State.SHIFTED), function("b", 1, State.SHIFTING), function("c", 2)]
    failed = FunctionSeen(Alias("1"), Deployment("d-1", "Failed"))

    decided, _ = decide(
        make_release(Status.SHIFTING, *functions), looks(a=new(), b=failed, c=old()), clock.now()
    )

    assert decided.status is Status.ROLLING_BACK
    # The last one never began: it is where it was.
    assert [item.state for item in decided.functions] == [
        State.ROLLING_BACK,
        State.ROLLING_BACK,
        State.ROLLED_BACK,
    ]


def test_an_earlier_wave_is_watched_while_a_later_one_shifts(make_release: Make, clock: Any) -> None:
    functions = [function("a", 0, State.SHIFTED), function("b", 1, State.SHIFTING)]
    look = looks(a=new(others=(ORDERS,)), b=FunctionSeen(Alias("1"), RUNS))

    decided, _ = decide(make_release(Status.SHIFTING, *functions), look, clock.now())

    assert decided.reason == "a: alarm orders fired after the shift: no orders"


def test_with_refuse_an_alarm_that_fires_before_a_later_wave_takes_all_back(
    make_release: Make, clock: Any
) -> None:
    functions = [function("a", 0, State.SHIFTED), function("b", 1)]
    release = make_release(Status.SHIFTING, *functions, rules=Rules(firing=Firing.REFUSE))

    decided, effects = decide(release, looks(a=new(), b=old(others=(ORDERS,))), clock.now())

    assert (decided.status, effects) == (Status.ROLLING_BACK, ())
    assert decided.reason == "wave 2 was not begun: alarm orders fires already: no orders"


def test_otherwise_a_later_wave_ignores_what_fires_when_it_begins(make_release: Make, clock: Any) -> None:
    functions = [function("a", 0, State.SHIFTED), function("b", 1)]

    decided, effects = decide(
        make_release(Status.SHIFTING, *functions), looks(a=new(), b=old(others=(ORDERS,))), clock.now()
    )

    assert decided.functions[1].ignored == ("orders",)
    assert effects[1] == CreateDeployment("b", "1", "2", alarms=())


# Somebody stands between them


def waiting(make_release: Make, **members: Any) -> Release:
    functions = (function("a", 0, State.SHIFTED), function("b", 1))
    release: Release = make_release(
        **({"status": Status.SHIFTING, "functions": functions, "open_waves": 1} | members)
    )
    return release


def test_a_wave_that_needs_approval_waits_for_it(make_release: Make, clock: Any) -> None:
    decided, effects = decide(waiting(make_release), looks(a=new(), b=old()), clock.now())

    assert (decided.status, effects) == (Status.WAITING, ())
    assert decided.transitions[-1].cause == "a arrived; wave 2 waits for approval"


def test_an_approved_wave_begins(make_release: Make, clock: Any) -> None:
    release = waiting(make_release, status=Status.WAITING, open_waves=2)

    decided, effects = decide(release, looks(a=new(), b=old()), clock.now())

    assert (decided.status, created(effects)) == (Status.SHIFTING, ["b"])


def test_no_later_wave_begins_unapproved_although_nothing_before_it_changed(
    make_release: Make, clock: Any
) -> None:
    functions = (replace(function("a", 0, State.UNCHANGED), to_version="1"), function("b", 1))
    release = waiting(make_release, functions=functions)
    look = looks(a=old(), b=old())

    held, effects = decide(release, look, clock.now())

    assert (held.status, effects) == (Status.WAITING, ())
    assert held.transitions[-1].cause == "nothing before it changed; wave 2 waits for approval"
    assert decide(held, look, clock.now()) == (held, ())
    assert report_of(held, Observation({}), Token(), 1).summary == "nothing changed so far"

    approved, _ = decide(replace(held, open_waves=2), look, clock.now())
    begun, effects = decide(approved, look, clock.now())
    assert (begun.status, created(effects)) == (Status.SHIFTING, ["b"])


def test_after_approval_an_alias_that_is_held_is_waited_for_as_ever(make_release: Make, clock: Any) -> None:
    """The patience begins with the approval, which may have taken days."""
    functions = (replace(function("a", 0, State.UNCHANGED), to_version="1"), function("b", 1))
    release = waiting(make_release, functions=functions, status=Status.WAITING, open_waves=2)
    look = looks(a=old(), b=FunctionSeen(Alias("1", {"3": 0.5})))
    days_later = clock.now() + timedelta(days=3)

    approved, _ = decide(release, look, days_later)

    assert decide(approved, look, days_later + timedelta(minutes=1)) == (approved, ())
    assert decide(approved, look, days_later + BUSY_ALIAS)[0].status is Status.FAILED


# What CodePipeline is told: status, functions of waves 1 and 2, waves asked for.
ARRIVED, PUBLISHED, MOVING = State.SHIFTED, State.PUBLISHED, State.SHIFTING
TOLD = [
    (Status.SHIFTING, (MOVING, PUBLISHED), 1, Verdict.CONTINUE),
    (Status.WAITING, (ARRIVED, PUBLISHED), 1, Verdict.SUCCEEDED),
    (Status.WAITING, (ARRIVED, PUBLISHED), 2, Verdict.CONTINUE),  # approved, and not begun yet
    (Status.SHIFTING, (ARRIVED, MOVING), 2, Verdict.CONTINUE),
    (Status.BAKING, (ARRIVED, ARRIVED), 2, Verdict.CONTINUE),  # somebody has to go on looking
    (Status.BAKING, (ARRIVED, ARRIVED), None, Verdict.CONTINUE),
    (Status.SUCCEEDED, (ARRIVED, ARRIVED), 2, Verdict.SUCCEEDED),
    (Status.SUCCEEDED, (ARRIVED, State.UNCHANGED), 1, Verdict.SUCCEEDED),
    (Status.ROLLING_BACK, (State.ROLLING_BACK, State.ROLLED_BACK), 1, Verdict.CONTINUE),
    (Status.ROLLED_BACK, (State.ROLLED_BACK, State.ROLLED_BACK), 2, Verdict.FAILED),
    (Status.FAILED, (State.HALTED, State.ROLLED_BACK), 2, Verdict.FAILED),
    (Status.UNCHANGED, (State.UNCHANGED, State.UNCHANGED), 1, Verdict.SUCCEEDED),
]


@pytest.mark.parametrize(("status", "states", "waves", "verdict"), TOLD)
def test_a_job_of_some_waves_is_done_when_the_release_waits_for_the_next(
    make_release: Make, status: Status, states: tuple[State, State], waves: int | None, verdict: Verdict
) -> None:
    functions = [function("a", 0, states[0]), function("b", 1, states[1])]

    assert report_of(make_release(status, *functions), Observation({}), Token(), waves).verdict is verdict


def test_a_job_that_is_done_names_what_has_arrived(make_release: Make) -> None:
    release = make_release(Status.WAITING, function("a", 0, State.SHIFTED), function("b", 1))

    assert report_of(release, None, Token(), 1).summary == "released a 1 -> 2"
