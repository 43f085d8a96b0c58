"""All or nothing in time: what sees a failure first turns everything, and how long it was mixed is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import repeat
from typing import Any

import pytest

from greenshift.contract.release import Release
from greenshift.contract.rows import release_of_row, release_values
from greenshift.contract.rules import Rules
from greenshift.contract.statuses import State, Status
from greenshift.release.errors import StaleRelease
from greenshift.release.machine.decide import decide
from greenshift.release.machine.effects import CreateDeployment, PointAlarm
from greenshift.release.machine.observation import AlarmSeen, Alias, Deployment, FunctionSeen, Observation
from greenshift.release.turning import Turning

Make = Callable[..., Any]

SECOND = timedelta(seconds=1)
FORWARD = Deployment("d-1", "Stopped", "ALARM_ACTIVE", rollback_id="d-2")


def alarm(name: str, state: str = "OK", version: str = "2") -> AlarmSeen:
    return AlarmSeen(name, state, "8 is over 5", version, 5.0)


def seen(version: str, alarms: AlarmSeen, *others: AlarmSeen) -> FunctionSeen:
    return FunctionSeen(Alias(version), alarm=alarms, others=others)


def begun(release: Release, look: dict[str, FunctionSeen], clock: Any) -> tuple[Release, tuple[Any, ...]]:
    return decide(release, Observation(look), clock.now())


# Who watches what


def test_each_deployment_watches_the_alarms_of_all_functions_and_all_are_pointed_first(
    make_release: Make, charge: Make, refund: Make, clock: Any
) -> None:
    release = make_release(Status.SHIFTING, charge(State.PUBLISHED), refund(State.PUBLISHED))
    look = {"charge": seen("1", alarm("c"), alarm("orders")), "refund": seen("5", alarm("r", version="5"))}

    _, effects = begun(release, look, clock)

    assert [type(each) for each in effects] == [PointAlarm, PointAlarm, CreateDeployment, CreateDeployment]
    assert [set(each.alarms) for each in effects[2:]] == [{"c", "r", "orders"}] * 2


def test_an_alarm_that_fired_before_is_watched_by_nobody(
    make_release: Make, charge: Make, refund: Make, clock: Any
) -> None:
    release = make_release(Status.SHIFTING, charge(State.PUBLISHED), refund(State.PUBLISHED))
    look = {"charge": seen("1", alarm("c"), alarm("orders", "ALARM")), "refund": seen("5", alarm("r"))}

    _, effects = begun(release, look, clock)

    assert [set(each.alarms) for each in effects[2:]] == [{"c", "r"}] * 2


def test_the_first_wave_does_not_watch_the_second_and_the_second_watches_both(
    make_release: Make, charge: Make, refund: Make, clock: Any
) -> None:
    parts = [charge(State.PUBLISHED), refund(State.PUBLISHED, wave=1)]
    look = {"charge": seen("1", alarm("c")), "refund": seen("5", alarm("r"))}
    _, first = begun(make_release(Status.SHIFTING, *parts), look, clock)
    arrived = replace(parts[0], state=State.SHIFTED, deployment_id="d-1")
    look["charge"] = replace(seen("2", alarm("c")), forward=Deployment("d-1", "Succeeded"))
    _, second = begun(make_release(Status.SHIFTING, arrived, parts[1]), look, clock)

    assert [each.alarms for each in first if isinstance(each, CreateDeployment)] == [None]
    assert [set(each.alarms) for each in second if isinstance(each, CreateDeployment)] == [{"c", "r"}]


@pytest.mark.parametrize(("count", "watches_all"), [(10, True), (11, False)])
def test_more_alarms_than_a_deployment_can_watch_stay_with_their_functions(
    make_release: Make, charge: Make, clock: Any, count: int, watches_all: bool
) -> None:
    """CodeDeploy user guide, quotas: 10 alarms."""
    parts = [replace(charge(State.PUBLISHED), key=f"f{number:02}") for number in range(count)]
    look = {each.key: seen("1", alarm(each.key)) for each in parts}

    _, effects = begun(make_release(Status.SHIFTING, *parts), look, clock)

    made = [each for each in effects if isinstance(each, CreateDeployment)]
    assert {len(each.alarms or ()) for each in made} == {count if watches_all else 0}


def test_the_alarm_that_fires_is_blamed_and_not_that_of_another_function_it_stopped(
    make_release: Make, charge: Make, refund: Make, clock: Any
) -> None:
    """`charge` comes first by its key, and CodeDeploy stopped it for the alarm of `refund`."""
    parts = [charge(deployment_id="d-1"), refund(deployment_id="d-3")]
    stopped = replace(seen("1", alarm("c")), forward=FORWARD)
    fires = replace(seen("5", alarm("r", "ALARM", "6")), forward=Deployment("d-3", "InProgress"))

    decided, _ = begun(make_release(Status.SHIFTING, *parts), {"charge": stopped, "refund": fires}, clock)

    assert (decided.status, decided.alarm) == (Status.ROLLING_BACK, "r")
    assert decided.reason == "refund: alarm r fired: 8 is over 5"
    assert "alarm r fired" in (decided.functions[0].reason or "")


@pytest.mark.parametrize(("watched", "pointed"), [("2", []), ("1", [PointAlarm("charge", "2")]), (None, [])])
@pytest.mark.parametrize("state", [State.SHIFTING, State.SHIFTED])
def test_an_alarm_that_was_pointed_elsewhere_in_the_middle_of_a_shift_is_pointed_again(
    make_release: Make, charge: Make, clock: Any, state: State, watched: str | None, pointed: list[Any]
) -> None:
    """As an `up` does that changes it: Pulumi's state has the version it was made for."""
    arrived = state is State.SHIFTED
    release = make_release(Status.SHIFTING, charge(state, deployment_id="d-1"), rules=Rules(bake=5 * SECOND))
    forward = Deployment("d-1", "Succeeded" if arrived else "InProgress")
    look = FunctionSeen(Alias("2" if arrived else "1"), forward, alarm=AlarmSeen("c", "OK", "", watched, 5.0))

    _, effects = begun(release, {"charge": look}, clock)

    assert list(effects) == pointed


# How long it was mixed


def test_the_mixed_window_is_from_the_first_function_back_to_the_last(
    make_release: Make, charge: Make, refund: Make, clock: Any
) -> None:
    parts = [charge(State.ROLLING_BACK, deployment_id="d-1"), refund(State.ROLLING_BACK, deployment_id="d-3")]
    release = make_release(Status.ROLLING_BACK, *parts)
    back = [clock.now() - 9 * SECOND, clock.now() - 2 * SECOND]
    looks = {
        key: FunctionSeen(Alias(version), FORWARD, Deployment("d-2", "Succeeded", completed_at=moment))
        for key, version, moment in (("charge", "1", back[0]), ("refund", "5", back[1]))
    }

    decided, _ = begun(release, looks, clock)

    assert (decided.status, decided.mixed) == (Status.ROLLED_BACK, 7 * SECOND)
    values = release_values(decided, timedelta(days=1))
    row: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
    assert release_of_row(row).mixed == 7 * SECOND
    for part in row["functions"].values():
        del part["backAt"]
    assert release_of_row(row).mixed is None  # a row from before this was kept


def test_a_function_that_no_deployment_moved_counts_for_nothing(
    make_release: Make, charge: Make, clock: Any
) -> None:
    release = make_release(Status.ROLLING_BACK, charge(State.ROLLING_BACK))

    decided, _ = begun(release, {"charge": FunctionSeen(Alias("1"))}, clock)

    assert (decided.status, decided.functions[0].back_at) == (Status.ROLLED_BACK, None)


# Who turns it


@dataclass
class Visits:
    """A shifter and a ledger whose visits go as told: the status found, and whether somebody else has it."""

    release: Release
    story: Iterator[tuple[Status, bool]]
    pauses: list[float] = field(default_factory=list)

    def visit(self, release: Release) -> Any:
        status, is_held = next(self.story)
        self.release = replace(self.release, status=status)
        return type("Visit", (), {"release": self.release, "observation": None if is_held else object()})()

    def find(self, release_id: str) -> Release:
        return self.release

    @property
    def ledger(self) -> Any:
        return type("Ledger", (), {"release": staticmethod(self.find)})()


HELD, LOOKED = True, False
STORIES = {
    "it looks and all is well": ([(Status.SHIFTING, LOOKED)], True),
    "it turns it and stays to the end": (
        [(Status.ROLLING_BACK, LOOKED), (Status.ROLLING_BACK, LOOKED), (Status.ROLLED_BACK, LOOKED)],
        True,
    ),
    "somebody else has it, who may have looked before": (
        [(Status.SHIFTING, HELD), (Status.SHIFTING, HELD), (Status.SHIFTING, LOOKED)],
        True,
    ),
    "somebody else turns it: one of many events goes away": ([(Status.ROLLING_BACK, HELD)], False),
    "somebody else turns it: the alarm's event stays": (
        [(Status.ROLLING_BACK, HELD), (Status.ROLLING_BACK, LOOKED), (Status.ROLLED_BACK, LOOKED)],
        True,
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_an_event_turns_a_release_and_stays_with_it(make_release: Make, charge: Make, story: str) -> None:
    steps, stays = STORIES[story]
    world = Visits(make_release(Status.SHIFTING, charge()), iter(steps))
    turning = Turning(world, world.ledger, world.pauses.append, lambda: 900.0)  # type: ignore[arg-type]

    turning.at_once("r1", stays=stays)

    assert list(world.story) == []
    assert len(world.pauses) == len(steps) - 1
    assert all(pause <= 2.0 for pause in world.pauses)


def test_without_a_look_in_time_the_event_is_brought_again(make_release: Make, charge: Make) -> None:
    world = Visits(make_release(Status.SHIFTING, charge()), iter([(Status.SHIFTING, HELD)]))
    turning = Turning(world, world.ledger, world.pauses.append, lambda: 10.0)  # type: ignore[arg-type]

    with pytest.raises(StaleRelease, match="moved by another invocation"):
        turning.at_once("r1", stays=True)


def test_an_event_that_others_keep_from_a_look_gives_way_after_a_minute(
    make_release: Make, charge: Make
) -> None:
    """Each of many that insist would be one more who keeps the others from it."""
    world = Visits(make_release(Status.SHIFTING, charge()), repeat((Status.SHIFTING, HELD)))
    turning = Turning(world, world.ledger, world.pauses.append, lambda: 900.0)  # type: ignore[arg-type]

    with pytest.raises(StaleRelease, match="moved by another invocation"):
        turning.at_once("r1", stays=True)

    assert 50 < sum(world.pauses) < 90
