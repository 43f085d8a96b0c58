"""Every phase of a release against everything one look can show: what comes of it, refused pairs included.

One function, `charge`, from version 1 to 2; where a phase needs one, `refund` waits in a second wave. What is
not listed for a phase is what "nothing new" is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from greenshift.contract.release import Release
from greenshift.contract.rules import Moved, Newer, Quiet, Rules
from greenshift.contract.statuses import ENDED, State, Status
from greenshift.release.machine.decide import decide
from greenshift.release.machine.observation import AlarmSeen, Alias, Deployment, FunctionSeen, Observation

Make = Callable[..., Any]

OLD, NEW, SPLIT, ELSEWHERE = Alias("1"), Alias("2"), Alias("1", {"2": 0.1}), Alias("9")
CALM = AlarmSeen("charge-errors", "OK", "", "2", 5.0)
FIRING = AlarmSeen("charge-errors", "ALARM", "8 is over 5", "2", 5.0)
ORDERS = AlarmSeen("orders", "ALARM", "no orders")
RULES = Rules(newer=Newer.SUPERSEDE, moved=Moved.REFUSE)
WAVES = frozenset({"WAITING", "WAITING, nothing begun"})


@dataclass(frozen=True)
class Phase:
    """A release in this phase, and what it sees while nothing happens."""

    status: Status
    state: State
    seen: FunctionSeen
    members: Mapping[str, Any]


def deployment(status: str) -> Deployment:
    return Deployment("d-1", status)


UNTOUCHED = FunctionSeen(OLD, alarm=CALM)
UNDER_WAY = FunctionSeen(SPLIT, deployment("InProgress"), alarm=CALM)
ARRIVED = FunctionSeen(NEW, deployment("Succeeded"), alarm=CALM)

PHASES = {
    "PUBLISHING": Phase(Status.PUBLISHING, State.PUBLISHED, UNTOUCHED, {}),
    "PUBLISHED": Phase(Status.PUBLISHED, State.PUBLISHED, UNTOUCHED, {}),
    "SHIFTING, nothing begun": Phase(Status.SHIFTING, State.PUBLISHED, UNTOUCHED, {}),
    "SHIFTING, intent written": Phase(Status.SHIFTING, State.SHIFTING, UNTOUCHED, {}),
    "SHIFTING": Phase(Status.SHIFTING, State.SHIFTING, UNDER_WAY, {"deployment_id": "d-1"}),
    "WAITING, nothing begun": Phase(Status.WAITING, State.UNCHANGED, UNTOUCHED, {"to_version": "1"}),
    "WAITING": Phase(Status.WAITING, State.SHIFTED, ARRIVED, {"deployment_id": "d-1"}),
    "BAKING": Phase(Status.BAKING, State.SHIFTED, ARRIVED, {"deployment_id": "d-1"}),
    "ROLLING_BACK": Phase(Status.ROLLING_BACK, State.ROLLING_BACK, UNDER_WAY, {"deployment_id": "d-1"}),
    "ROLLING_BACK, had arrived": Phase(
        Status.ROLLING_BACK, State.ROLLING_BACK, ARRIVED, {"deployment_id": "d-1"}
    ),
    **{
        status.value: Phase(status, State.SHIFTED, ARRIVED, {"deployment_id": "d-1"})
        for status in sorted(ENDED)
    },
}


@dataclass(frozen=True)
class World:
    """A release and what is seen of it."""

    release: Release
    look: Observation

    def charge(self, **changes: Any) -> World:
        """With something else seen of `charge`."""
        seen = replace(self.look.of("charge"), **changes)
        return replace(self, look=replace(self.look, functions={**self.look.functions, "charge": seen}))

    def released(self, **changes: Any) -> World:
        return replace(self, release=replace(self.release, **changes))

    def ignoring(self) -> World:
        item = self.release.function("charge")
        assert item is not None
        return replace(self, release=self.release.with_functions([replace(item, ignored=("orders",))]))


def quiet(world: World) -> World:
    return world.released(rules=replace(RULES, quiet=Quiet.HOLD)).charge(new=None)


HAPPENS: dict[str, Callable[[World], World]] = {
    "nothing new": lambda world: world,
    "an abort": lambda world: world.released(abort="stop"),
    "its own alarm": lambda world: world.charge(alarm=FIRING),
    "another alarm": lambda world: world.charge(others=(ORDERS,)),
    "another alarm that is ignored": lambda world: world.ignoring().charge(others=(ORDERS,)),
    "a newer release": lambda world: replace(world, look=replace(world.look, newer="r2")),
    "its deployment failed": lambda world: world.charge(forward=deployment("Failed")),
    "its deployment is not found": lambda world: world.charge(forward=None),
    "its deployment succeeded": lambda world: world.charge(forward=deployment("Succeeded"), alias=NEW),
    "its alias was moved": lambda world: world.charge(alias=ELSEWHERE, recorded="1"),
    "its alias is split": lambda world: world.charge(alias=SPLIT),
    "its alias is unreadable": lambda world: world.charge(alias=None),
    "nobody calls it": quiet,
    "the next wave is approved": lambda world: world.released(open_waves=2),
}

BACK, GOES_ON = ("ROLLING_BACK",), "nothing new"
STOPS = ("ROLLING_BACK", "StopDeployment")
BEGINS = ("SHIFTING", "PointAlarm", "CreateDeployment")
# Phase -> what happens -> the release's next status, and the effects asked for.
EXPECTED: dict[str, dict[str, tuple[str, ...]]] = {
    "PUBLISHING": {GOES_ON: ("PUBLISHING",), "an abort": ("FAILED",)},
    "PUBLISHED": {GOES_ON: ("SHIFTING",), "an abort": ("FAILED",)},
    "SHIFTING, nothing begun": {
        GOES_ON: BEGINS,
        "an abort": ("FAILED",),
        "a newer release": ("FAILED",),
        "its deployment succeeded": ("UNCHANGED",),
        "its alias was moved": ("FAILED",),
        "its alias is split": ("SHIFTING",),
        "its alias is unreadable": ("SHIFTING",),
    },
    "SHIFTING, intent written": {
        GOES_ON: BEGINS,
        "an abort": BACK,
        "a newer release": BACK,
        "its deployment failed": BACK,
        "its deployment succeeded": ("SUCCEEDED",),
        "its alias was moved": BACK,
        "its alias is split": ("SHIFTING",),
        "its alias is unreadable": ("SHIFTING",),
    },
    "SHIFTING": {
        GOES_ON: ("SHIFTING",),
        "an abort": BACK,
        "its own alarm": BACK,
        "another alarm": BACK,
        "a newer release": BACK,
        "its deployment failed": BACK,
        "its deployment succeeded": ("SUCCEEDED",),
    },
    "WAITING, nothing begun": {
        GOES_ON: ("WAITING",),
        "an abort": ("FAILED",),
        "a newer release": ("FAILED",),
        "its deployment succeeded": BEGINS,  # unchanged when it was published, moved since: it has to go too
        "its alias was moved": ("FAILED",),
        "the next wave is approved": ("SHIFTING",),
    },
    "WAITING": {
        GOES_ON: ("WAITING",),
        "an abort": BACK,
        "its own alarm": BACK,
        "another alarm": BACK,
        "a newer release": BACK,
        "its alias was moved": BACK,
        "its alias is split": BACK,
        "the next wave is approved": BEGINS,
    },
    "BAKING": {
        GOES_ON: ("BAKING",),
        "an abort": BACK,
        "its own alarm": BACK,
        "another alarm": BACK,
        "a newer release": ("SUCCEEDED",),
        "its alias was moved": BACK,
        "its alias is split": BACK,
    },
    "ROLLING_BACK": {
        GOES_ON: STOPS,
        "its deployment failed": BACK,
        "its deployment is not found": ("ROLLING_BACK", "RestoreAlias"),
        "its deployment succeeded": ("ROLLING_BACK", "CreateRollback"),
    },
    "ROLLING_BACK, had arrived": {
        GOES_ON: ("ROLLING_BACK", "CreateRollback"),
        "its deployment failed": BACK,
        "its alias was moved": ("FAILED",),
        "its alias is split": ("ROLLING_BACK", "RestoreAlias"),
        "its alias is unreadable": BACK,
    },
    **{status.value: {GOES_ON: (status.value,)} for status in sorted(ENDED)},
}


def world_of(phase: str, make_release: Make, charge: Make, refund: Make) -> World:
    found = PHASES[phase]
    functions = [replace(charge(found.state), **found.members)]
    looks = {"charge": found.seen}
    if phase in WAVES:
        functions.append(refund(State.PUBLISHED, wave=1))
        looks["refund"] = FunctionSeen(Alias("5"))
    rules = replace(RULES, bake=timedelta(minutes=5)) if phase == "BAKING" else RULES
    release = make_release(found.status, *functions, rules=rules, open_waves=1 if phase in WAVES else None)
    return World(release, Observation(looks))


@pytest.mark.parametrize("event", HAPPENS)
@pytest.mark.parametrize("phase", PHASES)
def test_what_comes_of_each_look_in_each_phase(
    make_release: Make, charge: Make, refund: Make, clock: Any, phase: str, event: str
) -> None:
    world = HAPPENS[event](world_of(phase, make_release, charge, refund))

    decided, effects = decide(world.release, world.look, clock.now() + timedelta(minutes=1))

    expected = EXPECTED[phase].get(event, EXPECTED[phase][GOES_ON])
    assert (decided.status, *(type(effect).__name__ for effect in effects)) == expected


@pytest.mark.parametrize("event", HAPPENS)
@pytest.mark.parametrize("phase", PHASES)
def test_the_same_look_again_never_starts_anything_else(
    make_release: Make, charge: Make, refund: Make, clock: Any, phase: str, event: str
) -> None:
    """A look that is repeated, as a duplicate invocation repeats it, settles within a few turns."""
    world = HAPPENS[event](world_of(phase, make_release, charge, refund))
    release, now = world.release, clock.now() + timedelta(minutes=1)
    for _ in range(6):
        release, effects = decide(release, world.look, now)

    assert decide(release, world.look, now) == (release, effects)
