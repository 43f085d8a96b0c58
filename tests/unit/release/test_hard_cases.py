"""The hard cases of a shift and what each rule makes of them, without a world around: `greenshift:shift`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from greenshift.contract.release import Release
from greenshift.contract.rules import Firing, Mode, Moved, Newer, Quiet, Rules
from greenshift.contract.statuses import State, Status
from greenshift.release.machine.begin import BUSY_ALIAS
from greenshift.release.machine.decide import decide
from greenshift.release.machine.effects import CreateDeployment, Effect, Exercise, PointAlarm
from greenshift.release.machine.observation import (
    AlarmSeen,
    Alias,
    Calls,
    Deployment,
    FunctionSeen,
    Observation,
)

Make = Callable[..., Any]

OLD, NEW, SPLIT = Alias("1"), Alias("2"), Alias("1", {"2": 0.1})
RUNS, ARRIVED = Deployment("d-1", "InProgress"), Deployment("d-1", "Succeeded")
ORDERS = AlarmSeen("orders", "ALARM", "no orders")
CALM = AlarmSeen("orders", "OK")
UNKNOWN = AlarmSeen("orders", "INSUFFICIENT_DATA")
OWN = AlarmSeen("charge-errors", "ALARM", "8 is over 5", "1", 5.0)
MINUTE = timedelta(minutes=1)


def at_charge(**members: Any) -> Observation:
    return Observation({"charge": FunctionSeen(**members)})


def begun(release: Release, look: Observation, clock: Any) -> tuple[Release, tuple[Effect, ...]]:
    return decide(release, look, clock.now())


# The alarm that fires already when the shift begins

FIRES_ALREADY = {
    Firing.REFUSE: (Status.FAILED, "nothing was shifted: alarm orders fires already: no orders"),
    Firing.IGNORE_UNTIL_OK: (Status.SHIFTING, None),
    Firing.PROCEED: (Status.SHIFTING, None),
}


@pytest.mark.parametrize("firing", FIRES_ALREADY)
def test_an_alarm_that_fires_before_the_shift(
    make_release: Make, charge: Make, clock: Any, firing: Firing
) -> None:
    release = make_release(Status.SHIFTING, charge(State.PUBLISHED), rules=Rules(firing=firing))

    decided, effects = begun(release, at_charge(alias=OLD, others=(ORDERS, AlarmSeen("b", "OK"))), clock)

    assert (decided.status, decided.reason) == FIRES_ALREADY[firing]
    if firing is not Firing.REFUSE:
        # CodeDeploy would stop a deployment at once for an alarm that fires: it is told of the other one.
        assert effects == (
            PointAlarm("charge", "2"),
            CreateDeployment("charge", "1", "2", alarms=("b",)),
        )
        assert decided.functions[0].ignored == ("orders",)


def test_its_own_alarm_fires_for_the_version_before_and_holds_up_no_fix(
    make_release: Make, charge: Make, clock: Any
) -> None:
    release = make_release(Status.SHIFTING, charge(State.PUBLISHED))

    decided, effects = begun(release, at_charge(alias=OLD, alarm=OWN), clock)

    assert decided.functions[0].ignored == ()
    assert effects == (PointAlarm("charge", "2"), CreateDeployment("charge", "1", "2"))


def test_with_refuse_its_own_alarm_holds_up_even_a_fix(make_release: Make, charge: Make, clock: Any) -> None:
    release = make_release(Status.SHIFTING, charge(State.PUBLISHED), rules=Rules(firing=Firing.REFUSE))

    decided, _ = begun(release, at_charge(alias=OLD, alarm=OWN), clock)

    assert decided.reason == "nothing was shifted: alarm charge-errors fires already: 8 is over 5"


def test_with_refuse_the_alarm_of_a_function_that_stays_as_it_is_forbids_nothing(
    make_release: Make, charge: Make, refund: Make, clock: Any
) -> None:
    functions = [replace(charge(State.UNCHANGED), to_version="1"), refund(State.PUBLISHED)]
    release = make_release(Status.SHIFTING, *functions, rules=Rules(firing=Firing.REFUSE))
    look = {"charge": FunctionSeen(OLD, others=(ORDERS,)), "refund": FunctionSeen(Alias("5"))}

    assert begun(release, Observation(look), clock)[0].status is Status.SHIFTING


def test_with_refuse_a_function_that_has_to_go_again_forbids_as_well(
    make_release: Make, charge: Make, clock: Any
) -> None:
    """It was unchanged when it was published, and an earlier release moved it since."""
    release = make_release(Status.SHIFTING, charge(State.UNCHANGED), rules=Rules(firing=Firing.REFUSE))

    assert begun(release, at_charge(alias=OLD, others=(ORDERS,)), clock)[0].status is Status.FAILED


# Rule, the alarm now: whether it is still ignored, and what becomes of the release.
HEEDING = [
    (Firing.IGNORE_UNTIL_OK, ORDERS, True, Status.SHIFTING),
    (Firing.IGNORE_UNTIL_OK, UNKNOWN, True, Status.SHIFTING),
    (Firing.IGNORE_UNTIL_OK, CALM, False, Status.SHIFTING),
    (Firing.PROCEED, ORDERS, True, Status.SHIFTING),
    (Firing.PROCEED, CALM, True, Status.SHIFTING),
]


@pytest.mark.parametrize(("firing", "alarm", "ignored", "status"), HEEDING)
def test_an_alarm_that_fired_before_counts_once_it_was_ok(
    make_release: Make,
    charge: Make,
    clock: Any,
    firing: Firing,
    alarm: AlarmSeen,
    ignored: bool,
    status: Status,
) -> None:
    item = charge(deployment_id="d-1", ignored=("orders",))
    release = make_release(Status.SHIFTING, item, rules=Rules(firing=firing))

    decided, _ = decide(release, at_charge(alias=SPLIT, forward=RUNS, others=(alarm,)), clock.now())

    assert (decided.status, bool(decided.functions[0].ignored)) == (status, ignored)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (FunctionSeen(SPLIT, RUNS, others=(ORDERS,)), "alarm orders fired: no orders"),
        (FunctionSeen(NEW, ARRIVED, others=(ORDERS,)), "alarm orders fired after the shift: no orders"),
    ],
)
def test_an_alarm_that_began_during_the_shift_turns_the_release_back(
    make_release: Make, charge: Make, clock: Any, seen: FunctionSeen, words: str
) -> None:
    release = make_release(Status.SHIFTING, charge(deployment_id="d-1"))

    decided, _ = decide(release, Observation({"charge": seen}), clock.now())

    assert (decided.status, decided.alarm) == (Status.ROLLING_BACK, "orders")
    assert decided.reason == f"charge: {words}"


# The alias that somebody moved

# Where the ledger says the alias is, where it is, the rule: what begins, and from where.
MOVED = [
    ("1", Alias("1"), Moved.REFUSE, Status.SHIFTING),
    ("1", Alias("9"), Moved.REFUSE, Status.FAILED),
    ("1", Alias("9"), Moved.ADOPT, Status.SHIFTING),
    (None, Alias("9"), Moved.REFUSE, Status.SHIFTING),
    ("1", Alias("2"), Moved.REFUSE, Status.UNCHANGED),  # to this very version: there is nothing left to do
]


@pytest.mark.parametrize(("recorded", "alias", "moved", "status"), MOVED)
def test_an_alias_that_is_not_where_the_ledger_says(
    make_release: Make,
    charge: Make,
    clock: Any,
    recorded: str | None,
    alias: Alias,
    moved: Moved,
    status: Status,
) -> None:
    release = make_release(Status.SHIFTING, charge(State.PUBLISHED), rules=Rules(moved=moved))

    decided, effects = begun(release, at_charge(alias=alias, recorded=recorded), clock)

    assert decided.status is status
    if status is Status.SHIFTING:
        assert effects[1] == CreateDeployment("charge", alias.version, "2")


def test_a_moved_alias_is_told_with_where_it_is_and_what_to_type(
    make_release: Make, charge: Make, clock: Any
) -> None:
    release = make_release(Status.SHIFTING, charge(State.PUBLISHED))

    decided, _ = begun(release, at_charge(alias=Alias("9"), recorded="1"), clock)

    assert decided.reason == (
        "nothing was shifted: the alias of charge (payments-dev-charge) is at version 9, the ledger left it "
        "at version 1: somebody moved it. Put it back with: greenshift repair, or release with --adopt"
    )


# A newer release


@pytest.mark.parametrize("state", [State.PUBLISHED, State.SHIFTING, State.SHIFTED])
def test_a_release_gives_way_whatever_has_become_of_it(
    make_release: Make, charge: Make, refund: Make, clock: Any, state: State
) -> None:
    release = make_release(
        Status.SHIFTING, charge(state), refund(State.PUBLISHED), rules=Rules(newer=Newer.SUPERSEDE)
    )
    seen = {
        "charge": FunctionSeen(OLD if state is not State.SHIFTED else NEW),
        "refund": FunctionSeen(Alias("5")),
    }

    decided, effects = decide(release, Observation(seen, newer="r2"), clock.now())

    has_begun = state is not State.PUBLISHED
    assert decided.status is (Status.ROLLING_BACK if has_begun else Status.FAILED)
    assert "release r2 is newer, and takes its place" in (decided.reason or "")
    assert effects == ()


# Nobody calls


def held(make_release: Make, charge: Make, **members: Any) -> Release:
    item = charge(State.SHIFTED, deployment_id="d-1")
    release: Release = make_release(**({"functions": (item,), "rules": Rules(quiet=Quiet.HOLD)} | members))
    return release


@pytest.mark.parametrize("calls", [None, Calls(0)])
def test_with_hold_a_release_that_arrived_stays_open_while_nobody_calls(
    make_release: Make, charge: Make, clock: Any, calls: Calls | None
) -> None:
    release = held(make_release, charge, status=Status.SHIFTING)
    look = at_charge(alias=NEW, forward=ARRIVED, new=calls)

    baking, effects = decide(release, look, clock.now())

    assert (baking.status, baking.since, effects) == (Status.BAKING, clock.now(), ())
    assert baking.transitions[-1].cause == (
        "every function is on its new version; waiting for somebody to call charge"
    )
    assert decide(baking, look, clock.now() + 59 * MINUTE) == (baking, ())


def test_with_hold_a_first_call_ends_it_well(make_release: Make, charge: Make, clock: Any) -> None:
    look = at_charge(alias=NEW, forward=ARRIVED, new=Calls(1))
    for status in (Status.SHIFTING, Status.BAKING):
        release = held(make_release, charge, status=status)

        assert decide(release, look, clock.now())[0].status is Status.SUCCEEDED


def test_with_hold_a_call_that_never_comes_takes_it_back(
    make_release: Make, charge: Make, clock: Any
) -> None:
    release = held(make_release, charge, status=Status.BAKING)

    decided, _ = decide(release, at_charge(alias=NEW, forward=ARRIVED), clock.now() + 60 * MINUTE)

    assert decided.status is Status.ROLLING_BACK
    assert decided.reason == "nobody called charge for 1:00:00, so nothing is known of what is new"


def test_with_hold_a_first_call_does_not_cut_the_watch_short(
    make_release: Make, charge: Make, clock: Any
) -> None:
    rules = Rules(quiet=Quiet.HOLD, bake=5 * MINUTE)
    release = held(make_release, charge, status=Status.BAKING, rules=rules)
    look = at_charge(alias=NEW, forward=ARRIVED, new=Calls(1))

    assert decide(release, look, clock.now() + 4 * MINUTE)[0].status is Status.BAKING
    assert decide(release, look, clock.now() + 5 * MINUTE)[0].status is Status.SUCCEEDED


# State of the function, its release's status, what is seen: whether the controller calls it.
CALLED_BY_US = [
    (State.SHIFTING, Status.SHIFTING, FunctionSeen(SPLIT, RUNS), True),
    (State.SHIFTING, Status.SHIFTING, FunctionSeen(SPLIT, RUNS, new=Calls(0)), True),
    (State.SHIFTING, Status.SHIFTING, FunctionSeen(SPLIT, RUNS, new=Calls(1)), False),
    (State.SHIFTED, Status.BAKING, FunctionSeen(NEW, ARRIVED), True),
    (State.SHIFTED, Status.BAKING, FunctionSeen(NEW, ARRIVED, new=Calls(3)), False),
]


@pytest.mark.parametrize(("state", "status", "seen", "is_called"), CALLED_BY_US)
def test_with_synthetic_the_controller_calls_what_nobody_calls(
    make_release: Make,
    charge: Make,
    clock: Any,
    state: State,
    status: Status,
    seen: FunctionSeen,
    is_called: bool,
) -> None:
    rules = Rules(quiet=Quiet.SYNTHETIC, requests=7, bake=5 * MINUTE)
    release = make_release(status, charge(state, deployment_id="d-1"), rules=rules)

    _, effects = decide(release, Observation({"charge": seen}), clock.now())

    assert effects == ((Exercise("charge", 7),) if is_called else ())


def test_with_synthetic_nothing_is_called_before_its_deployment_exists(
    make_release: Make, charge: Make, refund: Make, clock: Any
) -> None:
    functions = [charge(State.SHIFTED, deployment_id="d-1"), refund(State.PUBLISHED, wave=1)]
    release = make_release(Status.WAITING, *functions, rules=Rules(quiet=Quiet.SYNTHETIC), open_waves=1)

    _, effects = decide(release, at_charge(alias=NEW, forward=ARRIVED), clock.now())

    assert effects == (Exercise("charge", 10),)


# Baking


def test_alarms_are_watched_for_a_while_after_the_last_function_arrived(
    make_release: Make, charge: Make, clock: Any
) -> None:
    release = make_release(
        Status.SHIFTING, charge(State.SHIFTED, deployment_id="d-1"), rules=Rules(bake=5 * MINUTE)
    )
    look = at_charge(alias=NEW, forward=ARRIVED, alarm=replace(OWN, state="OK", version="2"))

    baking, _ = decide(release, look, clock.now())

    assert baking.transitions[-1].cause == "every function is on its new version; watching for 0:05:00"
    assert decide(baking, look, clock.now() + 5 * MINUTE - timedelta(seconds=1)) == (baking, ())
    assert decide(baking, look, clock.now() + 5 * MINUTE)[0].status is Status.SUCCEEDED
    alarmed = at_charge(alias=NEW, forward=ARRIVED, alarm=replace(OWN, version="2"))
    assert decide(baking, alarmed, clock.now() + MINUTE)[0].status is Status.ROLLING_BACK


# In a hurry


@pytest.mark.parametrize("mode", [Mode.NOW, Mode.ROLLBACK])
def test_a_release_in_a_hurry_moves_all_at_once_with_the_alarms_of_the_group(
    make_release: Make, charge: Make, clock: Any, mode: Mode
) -> None:
    release = make_release(Status.SHIFTING, charge(State.PUBLISHED), mode=mode)

    _, effects = begun(release, at_charge(alias=OLD), clock)

    assert effects == (
        PointAlarm("charge", "2"),
        CreateDeployment("charge", "1", "2", at_once=True, alarms=None),
    )


STRICT = Rules(Firing.REFUSE, Quiet.HOLD, Moved.REFUSE, Newer.SUPERSEDE, bake=9 * MINUTE, bake_now=2 * MINUTE)


def test_the_rules_of_a_normal_release_are_those_of_the_settings() -> None:
    assert STRICT.in_mode(Mode.NORMAL) == STRICT


def test_a_release_in_a_hurry_is_watched_afterwards_and_gives_way_to_nobody() -> None:
    assert STRICT.in_mode(Mode.NOW) == replace(STRICT, bake=2 * MINUTE, newer=Newer.FINISH)


def test_nothing_the_bad_version_caused_stands_in_the_way_of_a_rollback() -> None:
    rules = STRICT.in_mode(Mode.ROLLBACK)

    assert (rules.firing, rules.quiet, rules.moved, rules.newer, rules.bake) == (
        Firing.PROCEED,
        Quiet.PROCEED,
        Moved.ADOPT,
        Newer.FINISH,
        timedelta(0),
    )


def test_a_held_alias_is_waited_for_by_every_release(make_release: Make, charge: Make, clock: Any) -> None:
    for mode in Mode:
        release = make_release(Status.SHIFTING, charge(State.PUBLISHED), mode=mode)

        assert begun(release, at_charge(alias=SPLIT), clock) == (release, ())
        late, _ = decide(release, at_charge(alias=SPLIT), clock.now() + BUSY_ALIAS)
        assert late.reason == (
            "nothing was shifted: the alias of charge (payments-dev-charge) is split 90 % on version 1, "
            "10 % on version 2; put it whole on one version: greenshift repair"
        )


def test_a_release_that_waits_for_calls_is_judged_by_them_whatever_its_alarm_has_seen(
    make_release: Make, charge: Make, clock: Any
) -> None:
    """A shift may be over before its alarm has a point: the demo's bad version may succeed at no load."""
    rules = Rules(quiet=Quiet.HOLD, hold_calls=200)
    arrived = charge(State.SHIFTED, deployment_id="d-1")
    calm = AlarmSeen("charge-errors", "OK", "", "2", 5.0)

    def after(calls: Calls, waited: timedelta = MINUTE) -> Release:
        release = make_release(Status.BAKING, arrived, rules=rules)
        seen = at_charge(alias=NEW, forward=ARRIVED, alarm=calm, new=calls)
        return decide(release, seen, clock.now() + waited)[0]

    assert after(Calls(199, 0)).status is Status.BAKING
    assert after(Calls(200, 10)).status is Status.SUCCEEDED
    failing = after(Calls(200, 11))
    assert (failing.status, failing.reason) == (
        Status.ROLLING_BACK,
        "charge: version 2 failed 11 of 200 calls",
    )
    assert after(Calls(199, 0), timedelta(hours=1)).reason == (
        "too few called charge for 1:00:00, so nothing is known of what is new"
    )
