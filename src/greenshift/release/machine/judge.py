"""How one function of a release is doing, judged from one look. No I/O."""

from __future__ import annotations

from dataclasses import replace

from greenshift.contract.release import ReleasedFunction
from greenshift.contract.rules import Firing, Rules
from greenshift.contract.statuses import State
from greenshift.release.machine.observation import AlarmSeen, Deployment, FunctionSeen


def judge(
    item: ReleasedFunction, seen: FunctionSeen, rules: Rules, elsewhere: AlarmSeen | None = None
) -> ReleasedFunction:
    """One function that was asked to shift, after this look. First match wins.

    ``elsewhere`` is an alarm of another function of the release that fires: CodeDeploy watches those as well.
    """
    if item.state is State.FAILED:
        return item
    item = _heeding(item, seen, rules)
    if item.state is State.SHIFTED:
        return _judge_arrived(item, seen)
    forward = seen.forward
    if forward is None:
        return _judge_not_started(item, seen)
    item = replace(item, deployment_id=forward.id)
    if forward.status == "Succeeded":
        return _judge_arrived(replace(item, state=State.SHIFTED), seen)
    if forward.is_finished:
        return _failed(item, _why(forward, seen, elsewhere))
    if (alarm := _firing_for_new(item, seen)) is not None:
        return _failed(item, f"alarm {alarm.name} fired: {alarm.reason}")
    return item


def alarm_to_blame(item: ReleasedFunction, seen: FunctionSeen) -> str | None:
    """The alarm that stopped this function, if one did."""
    firing = _firing(item, seen)
    if firing is not None:
        return firing.name
    stopped = seen.forward is not None and seen.forward.error_code == "ALARM_ACTIVE"
    return seen.alarm.name if stopped and seen.alarm is not None else None


def _heeding(item: ReleasedFunction, seen: FunctionSeen, rules: Rules) -> ReleasedFunction:
    """An alarm that fired before the shift counts from the moment it was OK again."""
    if not item.ignored or rules.firing is not Firing.IGNORE_UNTIL_OK:
        return item
    firing = {alarm.name for alarm in seen.others if alarm.state != "OK"}
    return replace(item, ignored=tuple(name for name in item.ignored if name in firing))


def _judge_not_started(item: ReleasedFunction, seen: FunctionSeen) -> ReleasedFunction:
    alias = seen.alias
    if alias is None or alias.is_split or alias.version == item.from_version or item.deployment_id:
        return item
    return _failed(
        item, f"its alias moved from version {item.from_version} to {alias.version} before the shift"
    )


def _judge_arrived(item: ReleasedFunction, seen: FunctionSeen) -> ReleasedFunction:
    """A function on its new version while the release goes on: it can still be alarmed or moved away."""
    if (alarm := _firing(item, seen)) is not None:
        return _failed(item, f"alarm {alarm.name} fired after the shift: {alarm.reason}")
    if seen.alias is not None and not seen.alias.is_all_on(item.to_version):
        return _failed(
            item, f"its alias is {seen.alias} although its deployment to version {item.to_version} succeeded"
        )
    return item


def _firing(item: ReleasedFunction, seen: FunctionSeen) -> AlarmSeen | None:
    own = seen.alarm if seen.alarm is not None and seen.alarm.is_firing else None
    return own or _other_firing(item, seen)


def firing(item: ReleasedFunction, seen: FunctionSeen) -> AlarmSeen | None:
    """An alarm that speaks against the new version of this function."""
    return _firing(item, seen) if item.state is State.SHIFTED else _firing_for_new(item, seen)


def _firing_for_new(item: ReleasedFunction, seen: FunctionSeen) -> AlarmSeen | None:
    """While it shifts, its own alarm counts once it watches the new version. CodeDeploy would see it too, at
    its next poll, and only for the deployments that watch it."""
    own = seen.alarm
    if own is not None and own.is_firing and own.version == item.to_version:
        return own
    return _other_firing(item, seen)


def _other_firing(item: ReleasedFunction, seen: FunctionSeen) -> AlarmSeen | None:
    """CodeDeploy watches these as well, but not those that fired when the deployment was made."""
    found = (alarm for alarm in seen.others if alarm.is_firing and alarm.name not in item.ignored)
    return next(found, None)


def _failed(item: ReleasedFunction, reason: str) -> ReleasedFunction:
    return replace(item, state=State.FAILED, reason=reason)


def _why(forward: Deployment, seen: FunctionSeen, elsewhere: AlarmSeen | None) -> str:
    """`d-75I7MBT7C Stopped, ALARM_ACTIVE: …`; an alarm to blame comes first, with its own words."""
    told = f"{forward.id} {forward.status}, {forward.error_code or 'no error code'}"
    alarm = next((each for each in seen.alarms if each.is_firing), elsewhere or seen.alarm)
    if forward.error_code == "ALARM_ACTIVE" and alarm is not None:
        words = f": {alarm.reason.rstrip('.')}" if alarm.is_firing else ""
        return f"alarm {alarm.name} fired{words} ({told})"
    return f"{told}: {forward.error_message}" if forward.error_message else told
