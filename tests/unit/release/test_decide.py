"""The state machine of a release as a table: a state, a look at the world, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.statuses import ENDED, State, Status
from greenshift.release.machine.begin import BUSY_ALIAS
from greenshift.release.machine.decide import BUSY_GROUP, absorb, decide
from greenshift.release.machine.effects import (
    CreateDeployment,
    CreateRollback,
    DeploymentCreated,
    Effect,
    Exercise,
    PointAlarm,
    Postponed,
    Refused,
    RestoreAlias,
    RollbackCreated,
    StopDeployment,
)
from greenshift.release.machine.observation import (
    AlarmSeen,
    Alias,
    Calls,
    Deployment,
    FunctionSeen,
    Observation,
)
from greenshift.release.machine.restore import ALARM_PATIENCE, ATTEMPTS, GRACE, PATIENCE

Make = Callable[..., Any]

OLD, NEW, SPLIT, ELSEWHERE = Alias("1"), Alias("2"), Alias("1", {"2": 0.1}), Alias("9")
FIRING = AlarmSeen("payments-dev-charge-errors", "ALARM", "3 points over 5", "2")
CALM = AlarmSeen("payments-dev-charge-errors", "OK", "", "2", 5.0)


def forward(status: str, **members: Any) -> Deployment:
    return Deployment("d-1", status, **members)


def backward(status: str) -> Deployment:
    return Deployment("d-2", status)


def seen(**functions: FunctionSeen) -> Observation:
    return Observation(functions)


def shift(key: str, current: str, target: str) -> tuple[Effect, ...]:
    return (PointAlarm(key, target), CreateDeployment(key, current, target))


@pytest.mark.parametrize("status", sorted(ENDED))
def test_an_ended_release_stays_as_it_is(
    make_release: Make, charge: Make, clock: Any, status: Status
) -> None:
    release = make_release(status, charge(State.SHIFTED), abort="too late")
    look = seen(charge=FunctionSeen(ELSEWHERE, forward("Failed"), alarm=FIRING))

    assert decide(release, look, clock.now()) == (release, ())


def test_publishing_is_left_to_publish(make_release: Make, clock: Any) -> None:
    release = make_release(Status.PUBLISHING)

    assert decide(release, seen(), clock.now()) == (release, ())


@pytest.mark.parametrize("status", [Status.PUBLISHING, Status.PUBLISHED])
def test_an_abort_before_any_traffic_ends_the_release(
    make_release: Make, charge: Make, clock: Any, status: Status
) -> None:
    release, effects = decide(
        make_release(status, charge(State.PUBLISHED), abort="stopped"), seen(), clock.now()
    )

    assert (release.status, release.reason, release.ended_at, effects) == (
        Status.FAILED,
        "stopped",
        clock.now(),
        (),
    )


def test_a_published_release_begins_to_shift_before_anything_is_done(
    make_release: Make, charge: Make, clock: Any
) -> None:
    release, effects = decide(make_release(Status.PUBLISHED, charge(State.PUBLISHED)), seen(), clock.now())

    assert (release.status, release.since, effects) == (Status.SHIFTING, clock.now(), ())


# One function, `charge`, published as 2, before its deployment exists.
BEGIN = {
    "its alias is whole: alarm, then deployment": (
        State.PUBLISHED,
        OLD,
        timedelta(0),
        (Status.SHIFTING, State.SHIFTING, "1", shift("charge", "1", "2")),
    ),
    "an earlier release moved it meanwhile: from there": (
        State.PUBLISHED,
        Alias("7"),
        timedelta(0),
        (Status.SHIFTING, State.SHIFTING, "7", shift("charge", "7", "2")),
    ),
    "an earlier release moved it to this very version": (
        State.PUBLISHED,
        NEW,
        timedelta(0),
        (Status.UNCHANGED, State.UNCHANGED, "2", ()),
    ),
    "unchanged when published, moved since": (
        State.UNCHANGED,
        Alias("7"),
        timedelta(0),
        (Status.SHIFTING, State.SHIFTING, "7", shift("charge", "7", "2")),
    ),
    "split by somebody: wait": (
        State.PUBLISHED,
        SPLIT,
        BUSY_ALIAS - timedelta(seconds=1),
        (Status.SHIFTING, State.PUBLISHED, "1", ()),
    ),
    "split for too long: nothing was shifted": (
        State.PUBLISHED,
        SPLIT,
        BUSY_ALIAS,
        (Status.FAILED, State.PUBLISHED, "1", ()),
    ),
    "not readable: wait": (
        State.PUBLISHED,
        None,
        timedelta(0),
        (Status.SHIFTING, State.PUBLISHED, "1", ()),
    ),
    "not readable for too long": (
        State.PUBLISHED,
        None,
        BUSY_ALIAS,
        (Status.FAILED, State.PUBLISHED, "1", ()),
    ),
}


@pytest.mark.parametrize("case", BEGIN)
def test_the_beginning_of_a_shift(make_release: Make, charge: Make, clock: Any, case: str) -> None:
    state, alias, later, expected = BEGIN[case]
    release = make_release(Status.SHIFTING, charge(state))

    decided, effects = decide(release, seen(charge=FunctionSeen(alias)), clock.now() + later)

    (item,) = decided.functions
    assert (decided.status, item.state, item.from_version, effects) == expected


def test_no_deployment_starts_while_one_alias_is_held(
    make_release: Make, charge: Make, refund: Make, clock: Any
) -> None:
    release = make_release(Status.SHIFTING, charge(State.PUBLISHED), refund(State.PUBLISHED))

    decided = decide(
        release, seen(charge=FunctionSeen(OLD), refund=FunctionSeen(Alias("5", {"4": 0.5}))), clock.now()
    )

    assert decided == (release, ())


# One function in flight from 1 to 2: recorded deployment, what is seen, how much later.
SHIFTING: dict[str, tuple[str | None, FunctionSeen, timedelta, tuple[object, ...]]] = {
    "its deployment runs": (
        "d-1",
        FunctionSeen(SPLIT, forward("InProgress")),
        timedelta(0),
        (Status.SHIFTING, State.SHIFTING, "d-1", ()),
    ),
    "its deployment is queued": (
        "d-1",
        FunctionSeen(OLD, forward("Queued")),
        timedelta(0),
        (Status.SHIFTING, State.SHIFTING, "d-1", ()),
    ),
    "its deployment was created by an invocation that died: found again": (
        None,
        FunctionSeen(OLD, forward("Created")),
        timedelta(0),
        (Status.SHIFTING, State.SHIFTING, "d-1", ()),
    ),
    "the intent was written and nothing done": (
        None,
        FunctionSeen(OLD),
        timedelta(0),
        (Status.SHIFTING, State.SHIFTING, None, shift("charge", "1", "2")),
    ),
    "nobody looked for long, and nobody was refused": (
        None,
        FunctionSeen(OLD),
        BUSY_GROUP,
        (Status.SHIFTING, State.SHIFTING, None, shift("charge", "1", "2")),
    ),
    "somebody else's deployment stays": (
        None,
        FunctionSeen(SPLIT),
        BUSY_GROUP,
        (Status.ROLLING_BACK, State.ROLLING_BACK, None, ()),
    ),
    "somebody else's deployment splits the alias first: wait": (
        None,
        FunctionSeen(SPLIT),
        timedelta(0),
        (Status.SHIFTING, State.SHIFTING, None, ()),
    ),
    "somebody else moved the alias first": (
        None,
        FunctionSeen(ELSEWHERE),
        timedelta(0),
        (Status.ROLLING_BACK, State.ROLLING_BACK, None, ()),
    ),
    "the alias cannot be read": (
        None,
        FunctionSeen(),
        timedelta(0),
        (Status.SHIFTING, State.SHIFTING, None, ()),
    ),
    "its deployment is recorded but not answered for": (
        "d-1",
        FunctionSeen(OLD),
        timedelta(0),
        (Status.SHIFTING, State.SHIFTING, "d-1", ()),
    ),
    "it succeeded": (
        "d-1",
        FunctionSeen(NEW, forward("Succeeded"), alarm=CALM),
        timedelta(0),
        (Status.SUCCEEDED, State.SHIFTED, "d-1", ()),
    ),
    "it succeeded but the alias is elsewhere": (
        "d-1",
        FunctionSeen(OLD, forward("Succeeded")),
        timedelta(0),
        (Status.ROLLING_BACK, State.ROLLING_BACK, "d-1", ()),
    ),
    "it succeeded and its alarm fires": (
        "d-1",
        FunctionSeen(NEW, forward("Succeeded"), alarm=FIRING),
        timedelta(0),
        (Status.ROLLING_BACK, State.ROLLING_BACK, "d-1", ()),
    ),
    "it runs and its alarm fires": (
        "d-1",
        FunctionSeen(SPLIT, forward("InProgress"), alarm=FIRING),
        timedelta(0),
        (Status.ROLLING_BACK, State.ROLLING_BACK, "d-1", ()),
    ),
    "it runs and its alarm fires for the version before": (
        "d-1",
        FunctionSeen(SPLIT, forward("InProgress"), alarm=replace(FIRING, version="1")),
        timedelta(0),
        (Status.SHIFTING, State.SHIFTING, "d-1", (PointAlarm("charge", "2"),)),
    ),
    "it failed": (
        "d-1",
        FunctionSeen(OLD, forward("Failed")),
        timedelta(0),
        (Status.ROLLING_BACK, State.ROLLING_BACK, "d-1", ()),
    ),
    "it was stopped": (
        "d-1",
        FunctionSeen(SPLIT, forward("Stopped")),
        timedelta(0),
        (Status.ROLLING_BACK, State.ROLLING_BACK, "d-1", ()),
    ),
}


@pytest.mark.parametrize("case", SHIFTING)
def test_a_function_in_flight(make_release: Make, charge: Make, clock: Any, case: str) -> None:
    deployment, look, later, expected = SHIFTING[case]
    release = make_release(Status.SHIFTING, charge(State.SHIFTING, deployment_id=deployment))

    decided, effects = decide(release, seen(charge=look), clock.now() + later)

    (item,) = decided.functions
    assert (decided.status, item.state, item.deployment_id, effects) == expected


def test_one_function_that_arrived_waits_for_the_other(
    make_release: Make, charge: Make, refund: Make, clock: Any
) -> None:
    release = make_release(Status.SHIFTING, charge(deployment_id="d-1"), refund(deployment_id="d-3"))
    look = seen(
        charge=FunctionSeen(NEW, forward("Succeeded")),
        refund=FunctionSeen(Alias("5", {"6": 0.1}), Deployment("d-3", "InProgress")),
    )

    decided, effects = decide(release, look, clock.now())

    assert decided.status is Status.SHIFTING
    assert [item.state for item in decided.functions] == [State.SHIFTED, State.SHIFTING]
    assert effects == ()


def test_one_failure_turns_every_function_back_and_says_why(
    make_release: Make, charge: Make, refund: Make, clock: Any
) -> None:
    release = make_release(
        Status.SHIFTING, charge(deployment_id="d-1"), refund(State.SHIFTED, deployment_id="d-3")
    )
    stopped = forward("Stopped", error_code="ALARM_ACTIVE", error_message="one or more alarms")
    look = seen(
        charge=FunctionSeen(SPLIT, stopped, alarm=FIRING),
        refund=FunctionSeen(Alias("6"), Deployment("d-3", "Succeeded")),
    )

    decided, _ = decide(release, look, clock.now())

    assert [item.state for item in decided.functions] == [State.ROLLING_BACK, State.ROLLING_BACK]
    assert decided.alarm == "payments-dev-charge-errors"
    assert decided.reason == (
        "charge: alarm payments-dev-charge-errors fired: 3 points over 5 (d-1 Stopped, ALARM_ACTIVE)"
    )
    assert decided.transitions[-1].cause == decided.reason


def test_a_hook_failure_carries_codedeploys_words(make_release: Make, charge: Make, clock: Any) -> None:
    failed = forward("Failed", error_code="HOOK_EXECUTION_FAILURE", error_message="the hook said no")
    release = make_release(Status.SHIFTING, charge(deployment_id="d-1"))

    decided, _ = decide(release, seen(charge=FunctionSeen(OLD, failed)), clock.now())

    assert decided.reason == "charge: d-1 Failed, HOOK_EXECUTION_FAILURE: the hook said no"
    assert decided.alarm is None


def test_an_abort_turns_a_shifting_release_back(make_release: Make, charge: Make, clock: Any) -> None:
    release = make_release(Status.SHIFTING, charge(deployment_id="d-1"), abort="the pipeline was stopped")

    decided, effects = decide(release, seen(charge=FunctionSeen(SPLIT, forward("InProgress"))), clock.now())

    assert (decided.status, decided.reason, effects) == (Status.ROLLING_BACK, "the pipeline was stopped", ())


@pytest.mark.parametrize("status", [Status.SHIFTING, Status.WAITING])
def test_an_abort_before_the_first_deployment_ends_with_nothing_shifted(
    make_release: Make, charge: Make, clock: Any, status: Status
) -> None:
    """Not as rolled back: the version it would have come from was never looked at."""
    release = make_release(status, charge(State.PUBLISHED), abort="stop", open_waves=0)

    ended, effects = decide(release, seen(charge=FunctionSeen(OLD)), clock.now())

    assert (ended.status, ended.reason, effects) == (Status.FAILED, "stop", ())
    assert ended.functions == (charge(State.PUBLISHED),)


SOON, LATER = timedelta(0), GRACE
# One function on its way back from 2 to 1: rollback attempts made, what is seen, how much later.
RETURNING: dict[str, tuple[int, FunctionSeen, timedelta, tuple[object, ...]]] = {
    "its deployment still runs: stop it": (
        0,
        FunctionSeen(SPLIT, forward("InProgress")),
        SOON,
        (Status.ROLLING_BACK, State.ROLLING_BACK, (StopDeployment("charge", "d-1"),)),
    ),
    "still runs and the alias is unreadable: stop it": (
        0,
        FunctionSeen(None, forward("InProgress")),
        SOON,
        (Status.ROLLING_BACK, State.ROLLING_BACK, (StopDeployment("charge", "d-1"),)),
    ),
    "CodeDeploy's rollback runs: wait": (
        0,
        FunctionSeen(SPLIT, forward("Stopped"), backward("InProgress")),
        LATER,
        (Status.ROLLING_BACK, State.ROLLING_BACK, ()),
    ),
    "the alias is back but the rollback has not ended: wait": (
        0,
        FunctionSeen(OLD, forward("Stopped"), backward("InProgress")),
        SOON,
        (Status.ROLLING_BACK, State.ROLLING_BACK, ()),
    ),
    "the alias is back": (
        0,
        FunctionSeen(OLD, forward("Stopped"), backward("Succeeded")),
        SOON,
        (Status.ROLLED_BACK, State.ROLLED_BACK, ()),
    ),
    "it never moved": (
        0,
        FunctionSeen(OLD, forward("Failed")),
        SOON,
        (Status.ROLLED_BACK, State.ROLLED_BACK, ()),
    ),
    "it was never created": (
        0,
        FunctionSeen(OLD),
        SOON,
        (Status.ROLLED_BACK, State.ROLLED_BACK, ()),
    ),
    "it had succeeded: a reverse deployment": (
        0,
        FunctionSeen(NEW, forward("Succeeded")),
        SOON,
        (Status.ROLLING_BACK, State.ROLLING_BACK, (CreateRollback("charge", "2", "1", 1),)),
    ),
    "the reverse deployment was not created yet": (
        1,
        FunctionSeen(NEW, forward("Succeeded")),
        SOON,
        (Status.ROLLING_BACK, State.ROLLING_BACK, (CreateRollback("charge", "2", "1", 1),)),
    ),
    "the reverse deployment failed: once more": (
        1,
        FunctionSeen(NEW, forward("Succeeded"), backward("Failed")),
        SOON,
        (Status.ROLLING_BACK, State.ROLLING_BACK, (CreateRollback("charge", "2", "1", 2),)),
    ),
    "the reverse deployment failed too often: without CodeDeploy": (
        ATTEMPTS,
        FunctionSeen(NEW, forward("Succeeded"), backward("Failed")),
        SOON,
        (Status.ROLLING_BACK, State.ROLLING_BACK, (RestoreAlias("charge", "2", "1"),)),
    ),
    "failed after full traffic, CodeDeploy may still act": (
        0,
        FunctionSeen(NEW, forward("Failed")),
        SOON,
        (Status.ROLLING_BACK, State.ROLLING_BACK, ()),
    ),
    "failed after full traffic and CodeDeploy did not act": (
        0,
        FunctionSeen(NEW, forward("Failed")),
        LATER,
        (Status.ROLLING_BACK, State.ROLLING_BACK, (CreateRollback("charge", "2", "1", 1),)),
    ),
    "CodeDeploy's rollback failed and left it whole: ours": (
        0,
        FunctionSeen(NEW, forward("Failed"), backward("Failed")),
        SOON,
        (Status.ROLLING_BACK, State.ROLLING_BACK, (CreateRollback("charge", "2", "1", 1),)),
    ),
    "split, CodeDeploy may still act": (
        0,
        FunctionSeen(SPLIT, forward("Stopped")),
        SOON,
        (Status.ROLLING_BACK, State.ROLLING_BACK, ()),
    ),
    "split, and CodeDeploy did not act: put back without it": (
        0,
        FunctionSeen(SPLIT, forward("Stopped")),
        LATER,
        (Status.ROLLING_BACK, State.ROLLING_BACK, (RestoreAlias("charge", "2", "1"),)),
    ),
    "split by a rollback that failed": (
        0,
        FunctionSeen(SPLIT, forward("Stopped"), backward("Failed")),
        SOON,
        (Status.ROLLING_BACK, State.ROLLING_BACK, (RestoreAlias("charge", "2", "1"),)),
    ),
    "split between versions that are not this release's": (
        0,
        FunctionSeen(Alias("1", {"9": 0.1}), forward("Stopped")),
        LATER,
        (Status.FAILED, State.FAILED, ()),
    ),
    "the version it came from fails as well: left where it is": (
        0,
        FunctionSeen(NEW, forward("Succeeded"), alarm=CALM, old=Calls(20, 5)),
        SOON,
        (Status.FAILED, State.HALTED, ()),
    ),
    "the version it came from failed a little: back": (
        0,
        FunctionSeen(NEW, forward("Succeeded"), alarm=CALM, old=Calls(200, 5)),
        SOON,
        (Status.ROLLING_BACK, State.ROLLING_BACK, (CreateRollback("charge", "2", "1", 1),)),
    ),
    "already on its way when the version it came from fails: no turning again": (
        1,
        FunctionSeen(NEW, forward("Succeeded"), alarm=CALM, old=Calls(20, 20)),
        SOON,
        (Status.ROLLING_BACK, State.ROLLING_BACK, (CreateRollback("charge", "2", "1", 1),)),
    ),
    "moved by somebody else": (
        0,
        FunctionSeen(ELSEWHERE, forward("Stopped")),
        SOON,
        (Status.FAILED, State.FAILED, ()),
    ),
    "the alias is unreadable: wait": (
        0,
        FunctionSeen(None, forward("Stopped")),
        LATER,
        (Status.ROLLING_BACK, State.ROLLING_BACK, ()),
    ),
    "it never ends": (
        0,
        FunctionSeen(SPLIT, forward("InProgress")),
        PATIENCE,
        (Status.FAILED, State.FAILED, ()),
    ),
    "back at last, after all patience": (
        0,
        FunctionSeen(OLD, forward("Stopped")),
        PATIENCE,
        (Status.ROLLED_BACK, State.ROLLED_BACK, ()),
    ),
    "back, and its alarm still watches the new version": (
        0,
        FunctionSeen(OLD, forward("Stopped"), alarm=FIRING),
        SOON,
        (Status.ROLLING_BACK, State.ROLLED_BACK, (PointAlarm("charge", "1"),)),
    ),
    "back, and its alarm could not be re-pointed for too long": (
        0,
        FunctionSeen(OLD, forward("Stopped"), alarm=FIRING),
        ALARM_PATIENCE,
        (Status.ROLLED_BACK, State.ROLLED_BACK, ()),
    ),
}


@pytest.mark.parametrize("case", RETURNING)
def test_a_function_on_its_way_back(make_release: Make, charge: Make, clock: Any, case: str) -> None:
    attempts, look, later, expected = RETURNING[case]
    item = charge(State.ROLLING_BACK, deployment_id="d-1", rollback_attempts=attempts, reason="it broke")
    release = make_release(Status.ROLLING_BACK, item, reason="charge: it broke")

    decided, effects = decide(release, seen(charge=look), clock.now() + later)

    assert (decided.status, decided.functions[0].state, effects) == expected


def test_a_release_that_cannot_be_restored_says_which_alias_is_where(
    make_release: Make, charge: Make, refund: Make, clock: Any
) -> None:
    release = make_release(
        Status.ROLLING_BACK,
        charge(State.ROLLING_BACK, deployment_id="d-1"),
        refund(State.ROLLED_BACK),
        reason="charge: it broke",
    )

    decided, _ = decide(
        release, seen(charge=FunctionSeen(ELSEWHERE, forward("Stopped"))), clock.now() + GRACE
    )

    assert decided.status is Status.FAILED
    assert decided.reason == (
        "charge: it broke; could not restore charge: the alias of payments-dev-charge is at version 9,"
        " and should be at version 1: somebody else moved it; refund is back at version 5"
    )


OUTCOMES: list[tuple[State, object, dict[str, object]]] = [
    (State.SHIFTING, DeploymentCreated("charge", "d-9"), {"deployment_id": "d-9"}),
    (State.ROLLING_BACK, RollbackCreated("charge", "d-9"), {"rollback_deployment_id": "d-9"}),
    (
        State.SHIFTING,
        Refused("charge", CreateDeployment("charge", "1", "2"), "denied"),
        {"state": State.FAILED, "reason": "denied"},
    ),
    (State.ROLLED_BACK, Refused("charge", PointAlarm("charge", "1"), "denied"), {}),
    # What cannot be stopped ends by itself, and is sent back then.
    (State.ROLLING_BACK, Refused("charge", StopDeployment("charge", "d-1"), "denied"), {"reason": "denied"}),
    # What CodeDeploy does not take back at all, the controller puts back itself.
    (
        State.ROLLING_BACK,
        Refused("charge", CreateRollback("charge", "2", "1", 1), "no such group"),
        {"rollback_attempts": ATTEMPTS + 1, "reason": "no such group"},
    ),
    (
        State.ROLLING_BACK,
        Refused("charge", RestoreAlias("charge", "2", "1"), "it names version 9 by now"),
        {"state": State.FAILED, "reason": "it names version 9 by now"},
    ),
    (
        State.SHIFTED,
        Refused("charge", Exercise("charge", 10), "denied"),
        {"state": State.FAILED, "reason": "denied"},
    ),
    (State.ROLLING_BACK, Postponed("charge", RestoreAlias("charge", "2", "1"), "moved meanwhile"), {}),
    (
        State.SHIFTING,
        Postponed("charge", CreateDeployment("charge", "1", "2"), "busy"),
        {"is_waiting": True},
    ),
]


@pytest.mark.parametrize(("state", "outcome", "change"), OUTCOMES)
def test_what_the_runner_learned_is_kept(
    make_release: Make, charge: Make, state: State, outcome: Any, change: dict[str, Any]
) -> None:
    release = make_release(Status.SHIFTING, charge(state))

    assert absorb(release, [outcome]) == make_release(Status.SHIFTING, replace(charge(state), **change))


def test_a_group_that_stays_busy_is_given_up_once_it_was_asked_in_vain(
    make_release: Make, charge: Make, clock: Any
) -> None:
    release = make_release(Status.SHIFTING, charge(State.SHIFTING))
    look, late = Observation({"charge": FunctionSeen(OLD)}), clock.now() + BUSY_GROUP
    busy = Postponed("charge", CreateDeployment("charge", "1", "2"), "busy")

    waiting = absorb(release, [busy])
    soon, asked = decide(waiting, look, late - timedelta(seconds=1))
    ended, nothing = decide(waiting, look, late)
    taken = absorb(waiting, [DeploymentCreated("charge", "d-1")])

    assert (soon.status, asked) == (Status.SHIFTING, shift("charge", "1", "2"))
    assert (ended.status, nothing) == (Status.ROLLING_BACK, ())
    assert ended.transitions[-1].cause == "charge: its deployment group accepted no deployment for 0:30:00"
    assert decide(taken, look, late)[0].status is Status.SHIFTING


def test_a_refusal_that_comes_at_every_look_is_told_once(make_release: Make, charge: Make) -> None:
    release = make_release(Status.ROLLING_BACK, charge(State.ROLLING_BACK, reason="it broke"))
    refused = Refused("charge", StopDeployment("charge", "d-1"), "denied")

    told = absorb(absorb(release, [refused]), [refused])

    assert told.functions[0].reason == "it broke; denied"


def test_a_reverse_deployment_that_is_refused_is_followed_by_the_alias_itself(
    make_release: Make, charge: Make, clock: Any
) -> None:
    release = make_release(Status.ROLLING_BACK, charge(State.ROLLING_BACK, deployment_id="d-1"))
    look = seen(charge=FunctionSeen(NEW, forward("Succeeded")))
    asked, effects = decide(release, look, clock.now())

    refused = absorb(asked, [Refused("charge", effects[0], "no such group")])

    assert decide(refused, look, clock.now()) == (refused, (RestoreAlias("charge", "2", "1"),))


def test_an_outcome_of_an_unknown_function_is_passed_over(make_release: Make, charge: Make) -> None:
    release: Release = make_release(Status.SHIFTING, charge())

    assert absorb(release, [DeploymentCreated("nobody", "d-9")]) == release


def test_functions_stay_sorted_by_key(make_release: Make, charge: Make, refund: Make) -> None:
    functions: list[ReleasedFunction] = [refund(), charge()]

    assert [item.key for item in make_release(Status.SHIFTING, *functions).functions] == ["charge", "refund"]
