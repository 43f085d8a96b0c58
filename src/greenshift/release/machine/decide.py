"""What to do next with a release: `decide(release, observation, now) -> (release, effects)`. No I/O.

The ladder of one release:

    PUBLISHED ──> SHIFTING (not begun) ──> SHIFTING ⇄ WAITING ──> BAKING ──> SUCCEEDED
                      │ nothing to do ──> UNCHANGED  │ one failed, stopped, alarmed; abort; a newer release
                      │ not as it should be ──> FAILED v
                                               ROLLING_BACK ──> ROLLED_BACK | FAILED

How a shift begins is in `begin.py`, how one function is judged in `judge.py`, the way back in `restore.py`. A
look that shows nothing new returns the same release and no effects, or the same effects again: each of them
may be carried out twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.rules import Mode, Quiet
from greenshift.contract.statuses import State, Status
from greenshift.contract.text import listed
from greenshift.release.machine.begin import (
    Decision,
    begin,
    firing_before,
    is_open,
    next_wave,
    shift_effects,
    start_wave,
    wait_for_approval,
)
from greenshift.release.machine.effects import (
    CreateRollback,
    DeploymentCreated,
    Effect,
    Exercise,
    Outcome,
    PointAlarm,
    Postponed,
    Refused,
    RollbackCreated,
    StopDeployment,
)
from greenshift.release.machine.judge import alarm_to_blame, firing, judge
from greenshift.release.machine.observation import FunctionSeen, Observation
from greenshift.release.machine.restore import ATTEMPTS, restore_all

# How long a deployment may stay impossible to create ("group busy", throttling) before the release turns
# back.
BUSY_GROUP = timedelta(minutes=30)
_ARRIVED = "every function is on its new version"
_RETURNED = "every function is back on the version of before"


def decide(release: Release, observation: Observation, now: datetime) -> Decision:
    """The next state of a release, and what must be done in the world to reach it."""
    if release.is_ended:
        return release, ()
    if release.abort and not release.has_begun:
        return _end(release, Status.FAILED, now, release.abort), ()
    if release.status is Status.PUBLISHING:
        return release, ()
    if release.status is Status.PUBLISHED:
        return release.moved_to(Status.SHIFTING, now, "shift began"), ()
    if release.status is Status.ROLLING_BACK:
        return restore_all(release, observation, now)
    if release.abort:
        return _turn_back(release, now, release.abort), ()
    if not release.has_begun:
        return begin(release, observation, now)
    return _go_on(release, observation, now)


def absorb(release: Release, outcomes: Iterable[Outcome]) -> Release:
    """The release with what the runner learned."""
    for outcome in outcomes:
        item = release.function(outcome.key)
        if item is not None:
            release = release.with_functions([_absorb_one(item, outcome)])
    return release


def _absorb_one(item: ReleasedFunction, outcome: Outcome) -> ReleasedFunction:
    match outcome:
        case DeploymentCreated():
            return replace(item, deployment_id=outcome.deployment_id, is_waiting=False)
        case RollbackCreated():
            return replace(item, rollback_deployment_id=outcome.deployment_id)
        case Refused(effect=PointAlarm()) if item.state is State.ROLLED_BACK:
            return item  # the alias is back, which is what counts; an alarm cannot make it unsafe again
        case Refused(effect=StopDeployment()):
            return _told(item, outcome.reason)  # what cannot be stopped ends by itself, and is sent back then
        case Refused(effect=CreateRollback()):
            return replace(_told(item, outcome.reason), rollback_attempts=ATTEMPTS + 1)
        case Refused():
            return replace(_told(item, outcome.reason), state=State.FAILED)
        case Postponed():
            return replace(item, is_waiting=item.is_under_way)


def _told(item: ReleasedFunction, reason: str) -> ReleasedFunction:
    """With one more reason, once: the same refusal comes again at every look."""
    if item.reason and reason in item.reason:
        return item
    return replace(item, reason=f"{item.reason}; {reason}" if item.reason else reason)


def _go_on(release: Release, observation: Observation, now: datetime) -> Decision:
    """A release whose first wave has begun, on its way to the new versions. First match wins."""
    asked = [item for item in release.changed if item.state is not State.PUBLISHED]
    fires = {item.key: firing(item, observation.of(item.key)) for item in asked}
    elsewhere = next(filter(None, fires.values()), None)
    judged = release.with_functions(
        judge(item, observation.of(item.key), release.rules, elsewhere) for item in asked
    )
    lost = [item for item in judged.changed if item.state is State.FAILED]
    # Where one alarm stopped several deployments, the function whose alarm it is comes first.
    failed = next((item for item in lost if fires.get(item.key)), lost[0] if lost else None)
    if failed is not None:
        alarm = alarm_to_blame(failed, observation.of(failed.key))
        return _turn_back(replace(judged, alarm=alarm), now, f"{failed.key}: {failed.reason}"), ()
    calls = (*_point_again(judged, observation), *_exercise(judged, observation))
    if all(item.state is State.SHIFTED for item in judged.changed):
        finished = _finish(judged, observation, now)
        return finished, calls if finished.status is Status.BAKING else ()
    if observation.newer is not None:
        reason = f"release {observation.newer} is newer, and takes its place"
        return _turn_back(judged, now, reason), ()
    if any(item.is_under_way for item in judged.changed):
        shifting, effects = _shift(judged, observation, now)
        return shifting, (*effects, *calls)
    return _next_wave(judged, observation, now, calls)


def _shift(release: Release, observation: Observation, now: datetime) -> Decision:
    """A wave under way: deployments that could not be created yet are asked for again.

    However late a look comes, its groups are asked first: who was dead for an hour was refused by nobody.
    """
    missing = [item for item in release.changed if _lacks_deployment(item, observation.of(item.key))]
    ready = [item for item in missing if _is_at_start(item, observation.of(item.key))]
    late = [item for item in missing if item.is_waiting or item not in ready]
    if late and now - release.since >= BUSY_GROUP:
        reason = f"{late[0].key}: its deployment group accepted no deployment for {BUSY_GROUP}"
        return _turn_back(release, now, reason), ()
    return release, shift_effects(release, ready, observation)


def _lacks_deployment(item: ReleasedFunction, seen: FunctionSeen) -> bool:
    return item.is_under_way and item.deployment_id is None and seen.forward is None


def _is_at_start(item: ReleasedFunction, seen: FunctionSeen) -> bool:
    return seen.alias is not None and seen.alias.is_all_on(item.from_version)


def _next_wave(
    release: Release, observation: Observation, now: datetime, calls: tuple[Effect, ...]
) -> Decision:
    """Every wave so far has arrived."""
    wave = next_wave(release)
    if wave is None:  # a row that nothing of ours writes; going back is right from anywhere
        return _turn_back(release, now, "its functions are in states that belong to no shift"), ()
    if not is_open(release, wave):
        return wait_for_approval(release, wave, now), calls
    if (why := firing_before(release, wave, observation)) is not None:
        return _turn_back(release, now, f"wave {wave + 1} was not begun: {why}"), ()
    return start_wave(release, wave, observation, now)


def _finish(release: Release, observation: Observation, now: datetime) -> Release:
    """Every function has arrived: end the release, or watch it for as long as its rules say."""
    if (why := _failing(release, observation)) is not None:
        return _turn_back(release, now, why)
    quiet = _quiet(release, observation)
    if release.status is not Status.BAKING:
        if not release.rules.bake and not quiet:
            return _end(release, Status.SUCCEEDED, now, None)
        return release.moved_to(Status.BAKING, now, f"{_arrived(release)}; {_watching(release, quiet)}")
    waited = now - release.since
    if observation.newer is not None:
        return _end(release, Status.SUCCEEDED, now, None)
    if waited < release.rules.bake or (quiet and waited < release.rules.hold):
        return release
    if quiet:
        few = "nobody called" if release.rules.hold_calls == 1 else "too few called"
        reason = f"{few} {listed(quiet)} for {release.rules.hold}, so nothing is known of what is new"
        return _turn_back(release, now, reason)
    return _end(release, Status.SUCCEEDED, now, None)


def _quiet(release: Release, observation: Observation) -> list[str]:
    """Functions whose new version nobody has called, where the release waits for that."""
    if release.rules.quiet is not Quiet.HOLD:
        return []
    wanted = release.rules.hold_calls
    return [item.key for item in release.changed if _calls(observation.of(item.key)) < wanted]


def _failing(release: Release, observation: Observation) -> str | None:
    """What the calls that were waited for say, whether an alarm has seen them yet or not: a shift may be over
    before an alarm has its first point. Where nothing is waited for it is the alarm's to say, unless it
    watches metrics that do not come.
    """
    for item in release.changed:
        seen = observation.of(item.key)
        if release.rules.quiet is not Quiet.HOLD and not (seen.new is not None and seen.new.is_of_alias):
            continue
        threshold = seen.alarm.threshold if seen.alarm is not None else None
        if seen.new is not None and threshold is not None and seen.new.is_failing(threshold):
            return f"{item.key}: version {item.to_version} failed {seen.new}"
    return None


def _calls(seen: FunctionSeen) -> int:
    return seen.new.invocations if seen.new is not None else 0


def _watching(release: Release, quiet: list[str]) -> str:
    if quiet:
        if release.rules.hold_calls > 1:
            return f"waiting for {release.rules.hold_calls} calls of {listed(quiet)}"
        return f"waiting for somebody to call {listed(quiet)}"
    return f"watching for {release.rules.bake}"


def _point_again(release: Release, observation: Observation) -> tuple[Effect, ...]:
    """Alarms that watch another version than they were pointed at: an `up` in the middle of a shift that
    changes one writes it whole, with the version that Pulumi's state has.
    """
    moving = [item for item in release.changed if item.deployment_id and item.state is not State.PUBLISHED]
    pairs = [(item, observation.of(item.key).alarm) for item in moving]
    return tuple(
        PointAlarm(item.key, item.to_version)
        for item, alarm in pairs
        if alarm is not None and alarm.version not in (None, item.to_version)
    )


def _exercise(release: Release, observation: Observation) -> tuple[Effect, ...]:
    """Calls for functions nobody else calls: an alarm that gets no data stops nothing."""
    if release.rules.quiet is not Quiet.SYNTHETIC:
        return ()
    moving = [item for item in release.changed if item.deployment_id and item.state is not State.PUBLISHED]
    return tuple(
        Exercise(item.key, release.rules.requests) for item in moving if not _calls(observation.of(item.key))
    )


def _turn_back(release: Release, now: datetime, reason: str) -> Release:
    turned = release.with_functions(_turn(item) for item in release.changed)
    return replace(turned.moved_to(Status.ROLLING_BACK, now, reason), reason=reason)


def _turn(item: ReleasedFunction) -> ReleasedFunction:
    """A function that never started is where it was; any other is on its way back until its alias proves
    it.
    """
    state = State.ROLLED_BACK if item.state is State.PUBLISHED else State.ROLLING_BACK
    return replace(item, state=state)


def _end(release: Release, status: Status, now: datetime, reason: str | None) -> Release:
    return replace(release.moved_to(status, now, reason or _arrived(release)), reason=reason)


def _arrived(release: Release) -> str:
    return _RETURNED if release.mode is Mode.ROLLBACK else _ARRIVED
