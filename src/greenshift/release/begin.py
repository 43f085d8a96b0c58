"""How a shift begins: all of a wave or nothing of it, from a world that is as it should be. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from greenshift.release.effects import CreateDeployment, Effect, PointAlarm
from greenshift.release.model import FunctionRelease, Release, State, Status, listed
from greenshift.release.observation import AlarmSeen, FunctionSeen, Observation
from greenshift.release.rules import Firing, Mode, Moved

# How long Shift waits for aliases that somebody else's deployment still holds.
BUSY_ALIAS = timedelta(minutes=15)

Decision = tuple[Release, tuple[Effect, ...]]


def begin(release: Release, observation: Observation, now: datetime) -> Decision:
    """Start the first wave, or end the release with nothing shifted, or wait. First match wins."""
    held = [(item, observation.of(item.key)) for item in release.functions]
    if observation.newer is not None:
        return _refuse(release, now, f"release {observation.newer} is newer, and takes its place")
    in_the_way = [_obstacle(item, seen) for item, seen in held if seen.alias is None or seen.alias.is_split]
    if in_the_way:
        if now - release.since < BUSY_ALIAS:
            return release, ()
        return _refuse(release, now, f"{in_the_way[0]}; put it whole on one version: greenshift repair")
    if (why := _why_refused(release, held)) is not None:
        return _refuse(release, now, why)
    aimed = release.with_functions(_aim(item, seen) for item, seen in held)
    if not aimed.changed:
        return _ended(aimed, Status.UNCHANGED, now, "nothing changed"), ()
    return start_wave(aimed, min(item.wave for item in aimed.changed), observation, now)


def start_wave(release: Release, wave: int, observation: Observation, now: datetime) -> Decision:
    """Let this wave begin. ``since`` starts anew: each wave has its own patience."""
    starting = [item for item in release.changed if item.state is State.PUBLISHED and item.wave == wave]
    begun = [_starting(item, observation.of(item.key)) for item in starting]
    name = f"wave {wave + 1}: " if has_waves(release) else ""
    moved = release.with_functions(begun).moved_to(
        Status.SHIFTING, now, f"{name}shifting {listed(item.key for item in begun)}"
    )
    return moved, tuple(
        effect for item in begun for effect in shift_effects(moved, item, observation.of(item.key))
    )


def next_wave(release: Release) -> int | None:
    """The first wave with a function that was not asked to shift yet; None when all were."""
    return min((item.wave for item in release.changed if item.state is State.PUBLISHED), default=None)


def has_waves(release: Release) -> bool:
    return len({item.wave for item in release.changed}) > 1


def shift_effects(release: Release, item: FunctionRelease, seen: FunctionSeen) -> tuple[Effect, ...]:
    return (
        PointAlarm(item.key, item.to_version),
        CreateDeployment(
            item.key,
            item.from_version,
            item.to_version,
            at_once=release.mode is not Mode.NORMAL,
            alarms=_watched(item, seen),
        ),
    )


def _watched(item: FunctionRelease, seen: FunctionSeen) -> tuple[str, ...] | None:
    """The alarms CodeDeploy shall watch, where that is not all of the group's."""
    if not item.ignored:
        return None
    return tuple(alarm.name for alarm in seen.alarms if alarm.name not in item.ignored)


def _starting(item: FunctionRelease, seen: FunctionSeen) -> FunctionRelease:
    # The function's own alarm is pointed at the new version and starts from OK; the others stay as they are.
    firing = tuple(alarm.name for alarm in seen.others if alarm.is_firing)
    return replace(item, state=State.SHIFTING, ignored=firing)


def _aim(item: FunctionRelease, seen: FunctionSeen) -> FunctionRelease:
    """Where this function goes from here. Publish looked while an earlier release may still have been
    shifting, so what is `live` is read again now: it is both CurrentVersion and the way back."""
    assert seen.alias is not None
    current = seen.alias.version
    state = State.UNCHANGED if current == item.to_version else State.PUBLISHED
    return replace(item, from_version=current, state=state)


def _why_refused(release: Release, held: Sequence[tuple[FunctionRelease, FunctionSeen]]) -> str | None:
    if release.rules.moved is Moved.REFUSE and (moved := next(_moved(held), None)):
        return moved
    if release.rules.firing is Firing.REFUSE:
        firing = _firing(held)
        if firing is not None:
            return f"alarm {firing.name} fires already: {firing.reason}"
    return None


def _moved(held: Sequence[tuple[FunctionRelease, FunctionSeen]]) -> Iterator[str]:
    for item, seen in held:
        alias, recorded = seen.alias, seen.recorded
        if alias is not None and recorded is not None and alias.version not in (recorded, item.to_version):
            yield (
                f"the alias of {item.key} ({item.name}) is {alias}, the ledger left it at version "
                f"{recorded}: somebody moved it. Put it back with: greenshift repair, or release with --adopt"
            )


def _firing(held: Sequence[tuple[FunctionRelease, FunctionSeen]]) -> AlarmSeen | None:
    going = (seen for item, seen in held if item.state is not State.UNCHANGED)
    return next((alarm for seen in going for alarm in seen.alarms if alarm.is_firing), None)


def _obstacle(item: FunctionRelease, seen: FunctionSeen) -> str:
    where = "cannot be read" if seen.alias is None else f"is {seen.alias}"
    return f"the alias of {item.key} ({item.name}) {where}"


def _refuse(release: Release, now: datetime, why: str) -> Decision:
    return _ended(release, Status.FAILED, now, f"nothing was shifted: {why}"), ()


def _ended(release: Release, status: Status, now: datetime, reason: str) -> Release:
    return replace(release.moved_to(status, now, reason), reason=reason)
