"""How a release goes back: one ladder per function, until every alias is where it was. No I/O.

GetAlias is the truth. CodeDeploy's own rollback is waited for where it runs; a deployment that had already
succeeded gets a reverse one of ours. Only what CodeDeploy cannot fix any more - an alias it left split, or
reverse deployments that keep failing - the controller puts back itself. Nobody is sent back onto a version
that fails as well: that function halts where it is, and a person decides.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.statuses import LOST, State, Status
from greenshift.release.machine.effects import (
    CreateRollback,
    Effect,
    PointAlarm,
    RestoreAlias,
    StopDeployment,
)
from greenshift.release.machine.observation import Alias, FunctionSeen, Observation

# How long after a deployment ended CodeDeploy may take to start, and announce, its own rollback.
GRACE = timedelta(minutes=5)
# How many reverse deployments of ours may fail before the alias is put back without CodeDeploy.
ATTEMPTS = 3
# How long re-pointing alarms to the live versions may hold up the end of a release.
ALARM_PATIENCE = timedelta(minutes=20)
# How long a rollback may take altogether; a stuck deployment must not keep a release open for ever.
PATIENCE = timedelta(hours=2)

_BACK = frozenset({State.UNCHANGED, State.ROLLED_BACK, *LOST})

Step = tuple[ReleasedFunction, tuple[Effect, ...]]


def restore_all(
    release: Release, observation: Observation, now: datetime
) -> tuple[Release, tuple[Effect, ...]]:
    """One turn of the way back for every function, and the end once there is nothing left to restore."""
    steps = [_restore(item, observation.of(item.key), release, now) for item in release.changed]
    stepped = release.with_functions(item for item, _ in steps)
    effects = tuple(effect for _, wanted in steps for effect in wanted)
    if effects or any(item.state not in _BACK for item in stepped.functions):
        return stepped, effects
    alarms = _alarms_to_point(stepped, observation)
    if alarms and now - release.since < ALARM_PATIENCE:
        return stepped, alarms
    return _end(stepped, now), ()


def _restore(item: ReleasedFunction, seen: FunctionSeen, release: Release, now: datetime) -> Step:
    """Where this function's way back stands after this look. First match wins."""
    if item.state in _BACK:
        return item, ()
    item = _remember(item, seen)
    if seen.alias is not None and not _is_moving(seen) and seen.alias.is_all_on(item.from_version):
        return replace(item, state=State.ROLLED_BACK, back_at=_back_since(seen, now)), ()
    if now - release.since >= PATIENCE:
        return _give_up(item, seen.alias, f"it was not back after {PATIENCE}"), ()
    if seen.forward is not None and not seen.forward.is_finished:
        return item, (StopDeployment(item.key, seen.forward.id),)
    if seen.alias is None or _is_moving(seen):
        return item, ()
    return _send_back(item, seen, seen.alias, release, now)


def _back_since(seen: FunctionSeen, now: datetime) -> datetime | None:
    """When the deployment that brought it back ended, in CodeDeploy's words; what we put back ourselves is
    back since this look. None when no deployment ever moved it.
    """
    if seen.forward is None and seen.backward is None:
        return None
    ended = seen.backward.completed_at if seen.backward is not None else None
    return min(ended or now, now)


def _is_moving(seen: FunctionSeen) -> bool:
    """Whether a deployment, ours or CodeDeploy's rollback of it, may still change the alias."""
    running = (seen.forward, seen.backward)
    return any(deployment is not None and not deployment.is_finished for deployment in running)


def _remember(item: ReleasedFunction, seen: FunctionSeen) -> ReleasedFunction:
    """Keep the ids that this look found: they are how the next look, and a person, finds them again."""
    forward = seen.forward.id if seen.forward else item.deployment_id
    backward = seen.backward.id if seen.backward else item.rollback_deployment_id
    return replace(item, deployment_id=forward, rollback_deployment_id=backward)


def _send_back(
    item: ReleasedFunction, seen: FunctionSeen, alias: Alias, release: Release, now: datetime
) -> Step:
    """Nothing runs any more and the alias is not back."""
    if not _is_between(alias, item):
        return _give_up(item, alias, "somebody else moved it"), ()
    if _may_still_be_restored_by_codedeploy(item, seen, release, now):
        return item, ()
    if alias.is_split:
        return item, (RestoreAlias(item.key, item.to_version, item.from_version),)
    if item.rollback_attempts == 0 and _is_old_side_failing(seen):
        return _halt(item, seen), ()
    has_failed_reverse = item.rollback_attempts > 0 and seen.backward is not None
    attempt = item.rollback_attempts + 1 if has_failed_reverse else max(item.rollback_attempts, 1)
    if attempt > ATTEMPTS:
        return item, (RestoreAlias(item.key, item.to_version, item.from_version),)
    trying = replace(item, rollback_attempts=attempt, rollback_deployment_id=None)
    return trying, (CreateRollback(item.key, item.to_version, item.from_version, attempt),)


def _is_between(alias: Alias, item: ReleasedFunction) -> bool:
    """Whether the alias names the two versions of this release and no other."""
    return {alias.version, *alias.weights} <= {item.from_version, item.to_version}


def _is_old_side_failing(seen: FunctionSeen) -> bool:
    threshold = seen.alarm.threshold if seen.alarm is not None else None
    return seen.old is not None and threshold is not None and seen.old.is_failing(threshold)


def _halt(item: ReleasedFunction, seen: FunctionSeen) -> ReleasedFunction:
    left = (
        f"{item.name} was left on version {item.to_version}: version {item.from_version}, where it came "
        f"from, failed {seen.old} of the last minutes"
    )
    return replace(item, state=State.HALTED, reason=f"{item.reason}; {left}" if item.reason else left)


def _may_still_be_restored_by_codedeploy(
    item: ReleasedFunction, seen: FunctionSeen, release: Release, now: datetime
) -> bool:
    """Its rollback is a deployment of its own that appears after the first one ended [user guide:
    rollbacks].
    """
    forward = seen.forward
    if forward is None or forward.status == "Succeeded" or item.rollback_attempts or seen.backward:
        return False
    ended = forward.completed_at or release.since
    return now - max(ended, release.since) < GRACE


def _give_up(item: ReleasedFunction, alias: Alias | None, why: str) -> ReleasedFunction:
    where = str(alias) if alias is not None else "where nobody could read"
    lost = f"the alias of {item.name} is {where}, and should be at version {item.from_version}: {why}"
    return replace(item, state=State.FAILED, reason=f"{item.reason}; {lost}" if item.reason else lost)


def _alarms_to_point(release: Release, observation: Observation) -> tuple[Effect, ...]:
    """Alarms that still watch the version that was taken back; an unreadable alarm holds nothing up."""
    effects: list[Effect] = []
    for item in release.changed:
        alarm = observation.of(item.key).alarm
        if item.state is State.ROLLED_BACK and alarm is not None and alarm.version == item.to_version:
            effects.append(PointAlarm(item.key, item.from_version))
    return tuple(effects)


def _end(release: Release, now: datetime) -> Release:
    lost = [item for item in release.changed if item.state in LOST]
    if not lost:
        return release.moved_to(Status.ROLLED_BACK, now, release.reason or "every function is back")
    back = [
        f"{item.key} is back at version {item.from_version}" for item in release.changed if item not in lost
    ]
    places = [f"{item.key}: {item.reason}" for item in lost]
    reason = f"{release.reason}; could not restore {'; '.join([*places, *back])}"
    return replace(release.moved_to(Status.FAILED, now, reason), reason=reason)
