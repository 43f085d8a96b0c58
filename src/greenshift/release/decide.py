"""What to do next with a release: `decide(release, observation, now) -> (release, effects)`. No I/O.

The ladder of one release:

    PUBLISHED ──> SHIFTING (not begun) ──> SHIFTING (deployments exist) ──> SUCCEEDED
                      │ every alias already there ──> UNCHANGED      │ one failed, stopped, alarmed, or abort
                      │ an alias stays split ──> FAILED              v
                                                                ROLLING_BACK ──> ROLLED_BACK | FAILED

A look that shows nothing new returns the same release and no effects, or the same effects again: each of them
may be carried out twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from greenshift.release.effects import (
    CreateDeployment,
    DeploymentCreated,
    Effect,
    Outcome,
    PointAlarm,
    Postponed,
    Refused,
    RollbackCreated,
)
from greenshift.release.model import FunctionRelease, Release, State, Status, listed
from greenshift.release.observation import AlarmSeen, Deployment, FunctionSeen, Observation
from greenshift.release.restore import restore_all

# How long Shift waits for aliases that somebody else's deployment still holds.
BUSY_ALIAS = timedelta(minutes=15)
# How long a deployment may stay impossible to create ("group busy", throttling) before the release turns
# back.
BUSY_GROUP = timedelta(minutes=30)

Decision = tuple[Release, tuple[Effect, ...]]


def decide(release: Release, observation: Observation, now: datetime) -> Decision:
    """The next state of a release, and what must be done in the world to reach it."""
    if release.is_ended:
        return release, ()
    if release.status in (Status.PUBLISHING, Status.PUBLISHED) and release.abort:
        return _end(release, Status.FAILED, now, release.abort), ()
    if release.status is Status.PUBLISHING:
        return release, ()
    if release.status is Status.PUBLISHED:
        return release.moved_to(Status.SHIFTING, now, "shift began"), ()
    if release.status is Status.ROLLING_BACK:
        return restore_all(release, observation, now)
    if release.abort:
        return _turn_back(release, now, release.abort), ()
    if not has_begun(release):
        return _begin(release, observation, now)
    return _shift(release, observation, now)


def has_begun(release: Release) -> bool:
    """Whether any deployment of this release was ever asked for."""
    return any(item.state not in (State.UNCHANGED, State.PUBLISHED) for item in release.functions)


def absorb(release: Release, outcomes: Iterable[Outcome]) -> Release:
    """The release with what the runner learned."""
    for outcome in outcomes:
        item = release.function(outcome.key)
        if item is not None:
            release = release.with_functions([_absorb_one(item, outcome)])
    return release


def _absorb_one(item: FunctionRelease, outcome: Outcome) -> FunctionRelease:
    match outcome:
        case DeploymentCreated():
            return replace(item, deployment_id=outcome.deployment_id)
        case RollbackCreated():
            return replace(item, rollback_deployment_id=outcome.deployment_id)
        case Refused(effect=PointAlarm()) if item.state is State.ROLLED_BACK:
            return item  # the alias is back, which is what counts; an alarm cannot make it unsafe again
        case Refused():
            reason = f"{item.reason}; {outcome.reason}" if item.reason else outcome.reason
            return replace(item, state=State.FAILED, reason=reason)
        case Postponed():
            return item


def _begin(release: Release, observation: Observation, now: datetime) -> Decision:
    """Start every deployment at once, or none: only when every alias is whole and readable."""
    held = [(item, observation.of(item.key)) for item in release.functions]
    in_the_way = [_obstacle(item, seen) for item, seen in held if seen.alias is None or seen.alias.is_split]
    if in_the_way:
        if now - release.since < BUSY_ALIAS:
            return release, ()
        reason = (
            f"nothing was shifted: {in_the_way[0]}; put the alias whole on one version, then release again"
        )
        return _end(release, Status.FAILED, now, reason), ()
    begun = release.with_functions(_aim(item, seen) for item, seen in held)
    effects = [effect for item in begun.changed for effect in _shift_effects(item)]
    if not effects:
        return _end(begun, Status.UNCHANGED, now, "nothing changed"), ()
    return begun.noting(now, f"shifting {listed(item.key for item in begun.changed)}"), tuple(effects)


def _obstacle(item: FunctionRelease, seen: FunctionSeen) -> str:
    where = "cannot be read" if seen.alias is None else f"is {seen.alias}"
    return f"the alias of {item.key} ({item.name}) {where}"


def _aim(item: FunctionRelease, seen: FunctionSeen) -> FunctionRelease:
    """Where this function goes from here. Publish looked while an earlier release may still have been
    shifting, so what is `live` is read again now: it is both CurrentVersion and the way back."""
    assert seen.alias is not None
    current = seen.alias.version
    state = State.UNCHANGED if current == item.to_version else State.SHIFTING
    return replace(item, from_version=current, state=state)


def _shift_effects(item: FunctionRelease) -> tuple[Effect, ...]:
    return (
        PointAlarm(item.key, item.to_version),
        CreateDeployment(item.key, item.from_version, item.to_version),
    )


def _shift(release: Release, observation: Observation, now: datetime) -> Decision:
    judged = release.with_functions(_judge(item, observation.of(item.key)) for item in release.changed)
    failed = next((item for item in judged.changed if item.state is State.FAILED), None)
    if failed is not None:
        alarm = _alarm_to_blame(observation.of(failed.key))
        return _turn_back(replace(judged, alarm=alarm), now, f"{failed.key}: {failed.reason}"), ()
    if all(item.state is State.SHIFTED for item in judged.changed):
        return _end(judged, Status.SUCCEEDED, now, None), ()
    missing = [item for item in judged.changed if _lacks_deployment(item, observation.of(item.key))]
    if missing and now - release.since >= BUSY_GROUP:
        reason = f"{missing[0].key}: its deployment group accepted no deployment for {BUSY_GROUP}"
        return _turn_back(judged, now, reason), ()
    ready = [item for item in missing if _is_at_start(item, observation.of(item.key))]
    return judged, tuple(effect for item in ready for effect in _shift_effects(item))


def _lacks_deployment(item: FunctionRelease, seen: FunctionSeen) -> bool:
    return item.state is State.SHIFTING and item.deployment_id is None and seen.forward is None


def _is_at_start(item: FunctionRelease, seen: FunctionSeen) -> bool:
    return seen.alias is not None and seen.alias.is_all_on(item.from_version)


def _judge(item: FunctionRelease, seen: FunctionSeen) -> FunctionRelease:
    """One function in flight, after this look. First match wins."""
    if item.state is State.FAILED:
        return item
    if item.state is State.SHIFTED:
        return _judge_arrived(item, seen)
    forward = seen.forward
    if forward is None:
        return _judge_not_started(item, seen)
    item = replace(item, deployment_id=forward.id)
    if not forward.is_finished:
        return item
    if forward.status == "Succeeded":
        return _judge_arrived(replace(item, state=State.SHIFTED), seen)
    return replace(item, state=State.FAILED, reason=_why(forward, seen.alarm))


def _judge_not_started(item: FunctionRelease, seen: FunctionSeen) -> FunctionRelease:
    alias = seen.alias
    if alias is None or alias.is_split or alias.version == item.from_version or item.deployment_id:
        return item
    reason = f"its alias moved from version {item.from_version} to {alias.version} before the shift"
    return replace(item, state=State.FAILED, reason=reason)


def _judge_arrived(item: FunctionRelease, seen: FunctionSeen) -> FunctionRelease:
    """A function on its new version while others still shift: it can still be alarmed or moved away."""
    if seen.alarm is not None and seen.alarm.is_firing:
        reason = f"alarm {seen.alarm.name} fired after the shift: {seen.alarm.reason}"
        return replace(item, state=State.FAILED, reason=reason)
    if seen.alias is not None and not seen.alias.is_all_on(item.to_version):
        reason = f"its alias is {seen.alias} although its deployment to version {item.to_version} succeeded"
        return replace(item, state=State.FAILED, reason=reason)
    return item


def _why(forward: Deployment, alarm: AlarmSeen | None) -> str:
    """`d-75I7MBT7C Stopped, ALARM_ACTIVE: …`; an alarm to blame comes first, with its own words."""
    told = f"{forward.id} {forward.status}, {forward.error_code or 'no error code'}"
    if forward.error_code == "ALARM_ACTIVE" and alarm is not None:
        words = f": {alarm.reason.rstrip('.')}" if alarm.is_firing else ""
        return f"alarm {alarm.name} fired{words} ({told})"
    return f"{told}: {forward.error_message}" if forward.error_message else told


def _alarm_to_blame(seen: FunctionSeen) -> str | None:
    stopped = seen.forward is not None and seen.forward.error_code == "ALARM_ACTIVE"
    if seen.alarm is not None and (stopped or seen.alarm.is_firing):
        return seen.alarm.name
    return None


def _turn_back(release: Release, now: datetime, reason: str) -> Release:
    turned = release.with_functions(_turn(item) for item in release.changed)
    return replace(turned.moved_to(Status.ROLLING_BACK, now, reason), reason=reason)


def _turn(item: FunctionRelease) -> FunctionRelease:
    """A function that never started is where it was; any other is on its way back until its alias proves
    it.
    """
    state = State.ROLLED_BACK if item.state is State.PUBLISHED else State.ROLLING_BACK
    return replace(item, state=state)


def _end(release: Release, status: Status, now: datetime, reason: str | None) -> Release:
    return replace(
        release.moved_to(status, now, reason or "every function is on its new version"), reason=reason
    )
