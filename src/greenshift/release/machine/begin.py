"""How a shift begins: all of a wave or nothing of it, from a world that is as it should be. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.rules import Firing, Mode, Moved
from greenshift.contract.statuses import State, Status
from greenshift.contract.text import listed
from greenshift.release.machine.effects import CreateDeployment, Effect, PointAlarm
from greenshift.release.machine.observation import AlarmSeen, FunctionSeen, Observation

# How long Shift waits for aliases that somebody else's deployment still holds.
BUSY_ALIAS = timedelta(minutes=15)

# CodeDeploy user guide, quotas: alarms a deployment can watch.
MOST_ALARMS = 10

Decision = tuple[Release, tuple[Effect, ...]]


def begin(release: Release, observation: Observation, now: datetime) -> Decision:
    """Start the first wave, or end the release with nothing shifted, or wait. First match wins."""
    if release.status is Status.WAITING and _is_approved(release):
        # Patience with aliases that are held begins here, not when the person was asked.
        return release.moved_to(Status.SHIFTING, now, "approved"), ()
    held = [(item, observation.of(item.key)) for item in release.functions]
    if observation.newer is not None:
        return _refuse(release, now, f"release {observation.newer} is newer, and takes its place")
    in_the_way = [_obstacle(item, seen) for item, seen in held if seen.alias is None or seen.alias.is_split]
    if in_the_way:
        if now - release.since < BUSY_ALIAS:
            return release, ()
        return _refuse(release, now, f"{in_the_way[0]}; put it whole on one version: greenshift repair")
    if release.rules.moved is Moved.REFUSE and (moved := next(_moved(held), None)):
        return _refuse(release, now, moved)
    aimed = release.with_functions(_aim(item, seen) for item, seen in held)
    wave = next_wave(aimed)
    if wave is None:
        return _ended(aimed, Status.UNCHANGED, now, "nothing changed"), ()
    if (why := firing_before(aimed, wave, observation)) is not None:
        return _refuse(aimed, now, why)
    if not is_open(aimed, wave):
        return wait_for_approval(aimed, wave, now), ()
    return start_wave(aimed, wave, observation, now)


def start_wave(release: Release, wave: int, observation: Observation, now: datetime) -> Decision:
    """Let this wave begin. ``since`` starts anew: each wave has its own patience."""
    starting = [item for item in release.changed if item.state is State.PUBLISHED and item.wave == wave]
    begun = [_starting(item, observation.of(item.key)) for item in starting]
    name = f"wave {wave + 1}: " if has_waves(release) else ""
    moved = release.with_functions(begun).moved_to(
        Status.SHIFTING, now, f"{name}shifting {listed(item.key for item in begun)}"
    )
    return moved, shift_effects(moved, begun, observation)


def next_wave(release: Release) -> int | None:
    """The first wave with a function that was not asked to shift yet; None when all were."""
    return min((item.wave for item in release.changed if item.state is State.PUBLISHED), default=None)


def is_open(release: Release, wave: int) -> bool:
    """Whether nobody has to approve this wave, or somebody has."""
    return release.open_waves is None or wave < release.open_waves


def wait_for_approval(release: Release, wave: int, now: datetime) -> Release:
    if release.status is Status.WAITING:
        return release
    arrived = [item.key for item in release.changed if item.state is State.SHIFTED]
    before = f"{listed(arrived)} arrived" if arrived else "nothing before it changed"
    return release.moved_to(Status.WAITING, now, f"{before}; wave {wave + 1} waits for approval")


def _is_approved(release: Release) -> bool:
    wave = next_wave(release)
    return wave is not None and is_open(release, wave)


def firing_before(release: Release, wave: int, observation: Observation) -> str | None:
    """The alarm that forbids this wave and those after it, where firing alarms do."""
    if release.rules.firing is not Firing.REFUSE:
        return None
    coming = [(item, observation.of(item.key)) for item in release.changed if item.wave >= wave]
    alarms = (alarm for item, seen in coming for alarm in _before_shift(item, seen))
    firing = next((alarm for alarm in alarms if alarm.is_firing), None)
    return None if firing is None else f"alarm {firing.name} fires already: {firing.reason}"


def _before_shift(item: ReleasedFunction, seen: FunctionSeen) -> tuple[AlarmSeen, ...]:
    """What an alarm says of bootstrap code is no news: that only fails."""
    return seen.others if item.is_first else seen.alarms


def has_waves(release: Release) -> bool:
    return len({item.wave for item in release.changed}) > 1


def shift_effects(
    release: Release, items: Sequence[ReleasedFunction], observation: Observation
) -> tuple[Effect, ...]:
    """Every alarm is pointed at its new version before a deployment is created: each may watch them all."""
    pointed = [PointAlarm(item.key, item.to_version) for item in items]
    created = [
        CreateDeployment(
            item.key,
            item.from_version,
            item.to_version,
            at_once=release.mode is not Mode.NORMAL or item.is_first,
            alarms=_watched(release, item, observation),
        )
        for item in items
    ]
    return (*pointed, *created)


def _watched(release: Release, item: ReleasedFunction, observation: Observation) -> tuple[str, ...] | None:
    """The alarms CodeDeploy shall watch, where those are not the group's: its own and, where there is room
    for all, those of the functions that shift with it or have arrived, so that one alarm turns all of them.
    Not those of later waves: what they say is of versions that are live.
    """
    own = [alarm.name for alarm in observation.of(item.key).alarms if alarm.name not in item.ignored]
    beside = [each for each in release.changed if each.wave <= item.wave and each.key != item.key]
    theirs = [
        alarm.name
        for each in beside
        for alarm in observation.of(each.key).alarms
        if alarm.name not in each.ignored
    ]
    every = tuple(dict.fromkeys([*own, *theirs]))
    if set(theirs) - set(own) and len(every) <= MOST_ALARMS:
        return every
    return tuple(own) if item.ignored else None


def _starting(item: ReleasedFunction, seen: FunctionSeen) -> ReleasedFunction:
    # The function's own alarm is pointed at the new version and starts from OK; the others stay as they are.
    firing = tuple(alarm.name for alarm in seen.others if alarm.is_firing)
    return replace(item, state=State.SHIFTING, ignored=firing)


def _aim(item: ReleasedFunction, seen: FunctionSeen) -> ReleasedFunction:
    """Where this function goes from here. Publish looked while an earlier release may still have been
    shifting, so what is `live` is read again now: it is both CurrentVersion and the way back."""
    assert seen.alias is not None
    current = seen.alias.version
    state = State.UNCHANGED if current == item.to_version else State.PUBLISHED
    is_first = state is State.PUBLISHED and seen.is_released is False
    return replace(item, from_version=current, state=state, is_first=is_first)


def _moved(held: Sequence[tuple[ReleasedFunction, FunctionSeen]]) -> Iterator[str]:
    for item, seen in held:
        alias, recorded = seen.alias, seen.recorded
        if alias is not None and recorded is not None and alias.version not in (recorded, item.to_version):
            yield (
                f"the alias of {item.key} ({item.name}) is {alias}, the ledger left it at version "
                f"{recorded}: somebody moved it. Put it back with: greenshift repair, or release with --adopt"
            )


def _obstacle(item: ReleasedFunction, seen: FunctionSeen) -> str:
    where = "cannot be read" if seen.alias is None else f"is {seen.alias}"
    return f"the alias of {item.key} ({item.name}) {where}"


def _refuse(release: Release, now: datetime, why: str) -> Decision:
    return _ended(release, Status.FAILED, now, f"nothing was shifted: {why}"), ()


def _ended(release: Release, status: Status, now: datetime, reason: str) -> Release:
    return replace(release.moved_to(status, now, reason), reason=reason)
