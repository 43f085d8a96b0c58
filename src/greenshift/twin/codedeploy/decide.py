"""What a deployment does next.

``decide(plan, progress, observation, now)`` returns the next progress and the effects to carry out; it reads
no clock and calls nobody. The order of a deployment is the user guide's ("AppSpec 'hooks' section for an AWS
Lambda deployment"): Start, BeforeAllowTraffic, AllowTraffic, AfterAllowTraffic, End. An observation that
means nothing in the present phase - a report that came twice, a timer that was overtaken - changes nothing.
"""

from __future__ import annotations

from dataclasses import replace

from greenshift.rollout import steps
from greenshift.twin.codedeploy import messages
from greenshift.twin.codedeploy.appspec import AppSpecError, parse_appspec
from greenshift.twin.codedeploy.effects import (
    Announce,
    AssumeRole,
    InvokeHook,
    MoveTraffic,
    ReadAlarms,
    ReadAlias,
    ReadRevision,
)
from greenshift.twin.codedeploy.endings import (
    Decision,
    fail,
    fail_hands_off,
    stop_on_alarm,
    stop_on_request,
    succeed,
)
from greenshift.twin.codedeploy.lifecycle import mark
from greenshift.twin.codedeploy.observations import (
    AlarmsRead,
    AliasChanged,
    AliasRead,
    AliasUnreadable,
    Broken,
    HookRefused,
    HookReported,
    Observation,
    RevisionRead,
    RevisionUnreadable,
    RoleAssumed,
    RoleRefused,
    Started,
    StopRequested,
    TimePassed,
    TrafficMoved,
    TrafficRefused,
)
from greenshift.twin.codedeploy.progress import AlarmCheck, Hook, Phase, Plan, Progress, Routing
from greenshift.twin.codedeploy.traffic import appspec_of, objection, wanted

MOST_RACES = 5


def decide(plan: Plan, progress: Progress, observation: Observation, now: float) -> Decision:
    """The next progress of a deployment, and what to do about it."""
    if progress.phase is Phase.ENDED:
        return progress, ()
    progress = replace(progress, updated=now)
    match observation:
        case Broken(message):
            return fail(plan, progress, messages.internal(message), now)
        case StopRequested(roll_back):
            return stop_on_request(plan, progress, roll_back, now)
        case Started(missing) if progress.phase is Phase.CREATED:
            return _start(plan, progress, missing, now)
        case _ if progress.phase is Phase.CREATED:
            return progress, ()
        case TimePassed():
            return _time_passed(plan, progress, now)
        case AlarmsRead() if progress.check is not None:
            return _alarms_read(plan, progress, observation, progress.check, now)
    match progress.phase:
        case Phase.STARTING:
            return _starting(plan, progress, observation, now)
        case Phase.SHIFTING:
            return _shifting(plan, progress, observation, now)
        case _:
            return _waiting_for_hook(plan, progress, observation, now)


# --- start ----------------------------------------------------------------------------------------------


def _start(plan: Plan, progress: Progress, missing: str | None, now: float) -> Decision:
    if missing is not None:
        return fail(plan, progress, messages.group_missing(missing), now)
    progress = replace(progress, phase=Phase.STARTING, status="InProgress", started=now)
    return progress, (AssumeRole(), Announce("InProgress"))


def _starting(plan: Plan, progress: Progress, observation: Observation, now: float) -> Decision:
    match observation:
        case RoleRefused(failure) | RevisionUnreadable(failure) | AliasUnreadable(failure):
            return fail(plan, progress, failure, now)
        case RoleAssumed():
            return progress, (ReadRevision(),)
        case RevisionRead(content):
            return _revision_read(plan, progress, content, now)
        case AliasRead(routing, revision_id):
            return _alias_found(plan, progress, routing, revision_id, now)
        case _:
            return progress, ()


def _revision_read(plan: Plan, progress: Progress, content: str, now: float) -> Decision:
    try:
        appspec = parse_appspec(content)
    except AppSpecError as error:
        return fail(plan, progress, messages.invalid_appspec(str(error)), now)
    progress = replace(progress, appspec=appspec)
    if appspec.current_version == appspec.target_version:
        return fail(plan, progress, messages.versions_equal(), now)
    return progress, (ReadAlias(appspec.function, appspec.alias),)


def _alias_found(plan: Plan, progress: Progress, routing: Routing, revision_id: str, now: float) -> Decision:
    failure = objection(plan, appspec_of(progress), routing)
    if failure is not None:
        return fail(plan, progress, failure, now)
    progress = replace(progress, left=routing, revision_id=revision_id)
    if plan.alarms:
        return _read_alarms(plan, progress, AlarmCheck.START, now)
    return _before_traffic(plan, progress, now)


# --- alarms ---------------------------------------------------------------------------------------------


def _read_alarms(plan: Plan, progress: Progress, check: AlarmCheck, now: float) -> Decision:
    return replace(progress, check=check, next_poll=now + plan.poll_seconds), (ReadAlarms(plan.alarms),)


def _alarms_read(
    plan: Plan, progress: Progress, alarms: AlarmsRead, check: AlarmCheck, now: float
) -> Decision:
    progress = replace(progress, check=None)
    if alarms.firing:
        return stop_on_alarm(plan, progress, messages.alarms_active(alarms.firing), now)
    if alarms.unreadable is not None and not plan.ignore_unreadable_alarms:
        return stop_on_alarm(plan, progress, alarms.unreadable, now)
    match check:
        case AlarmCheck.START:
            return _before_traffic(plan, progress, now)
        case AlarmCheck.MOVE:
            return _move(plan, progress)
        case AlarmCheck.FINISH:
            return succeed(progress, now)
        case AlarmCheck.WATCH:
            return progress, ()


# --- hooks ----------------------------------------------------------------------------------------------


def _before_traffic(plan: Plan, progress: Progress, now: float) -> Decision:
    function = appspec_of(progress).before_hook
    if function is None or plan.undoes:
        return _begin_shift(plan, mark(progress, 0, "Skipped"), now)
    progress = replace(mark(progress, 0, "InProgress", now, function), phase=Phase.BEFORE)
    return _invoke(plan, progress, function, plan.before_execution, now)


def _after_traffic(plan: Plan, progress: Progress, now: float) -> Decision:
    function = appspec_of(progress).after_hook
    if function is None or plan.undoes:
        return succeed(mark(progress, 2, "Skipped"), now)
    progress = replace(mark(progress, 2, "InProgress", now, function), phase=Phase.AFTER)
    return _invoke(plan, progress, function, plan.after_execution, now)


def _invoke(plan: Plan, progress: Progress, function: str, execution_id: str, now: float) -> Decision:
    event = "BeforeAllowTraffic" if progress.phase is Phase.BEFORE else "AfterAllowTraffic"
    hook = Hook(event, function, execution_id, now + plan.hook_timeout)
    return replace(progress, hook=hook), (InvokeHook(function, execution_id),)


def _waiting_for_hook(plan: Plan, progress: Progress, observation: Observation, now: float) -> Decision:
    hook = progress.hook
    match observation:
        case HookRefused(failure):
            return fail(plan, progress, failure, now)
        case HookReported(execution_id, succeeded) if hook is not None and execution_id == hook.execution_id:
            if not succeeded:
                return fail(plan, progress, messages.hook_failed(hook.event, hook.function), now)
            return _hook_passed(plan, progress, hook, now)
        case _:
            return progress, ()


def _hook_passed(plan: Plan, progress: Progress, hook: Hook, now: float) -> Decision:
    finished = (*progress.finished_executions, hook.execution_id)
    progress = replace(progress, hook=None, finished_executions=finished)
    if progress.phase is Phase.BEFORE:
        return _begin_shift(plan, mark(progress, 0, "Succeeded", now), now)
    progress = mark(progress, 2, "Succeeded", now)
    # The hook may have sent the traffic that made the alarm fire: look once more before calling it a success.
    return _read_alarms(plan, progress, AlarmCheck.FINISH, now) if plan.alarms else succeed(progress, now)


# --- traffic --------------------------------------------------------------------------------------------


def _begin_shift(plan: Plan, progress: Progress, now: float) -> Decision:
    return _next_move(plan, replace(mark(progress, 1, "InProgress", now), phase=Phase.SHIFTING), now)


def _next_move(plan: Plan, progress: Progress, now: float) -> Decision:
    """Never move traffic on an old answer: the alarms are read again right before each step."""
    progress = replace(progress, move_at=None)
    return _read_alarms(plan, progress, AlarmCheck.MOVE, now) if plan.alarms else _move(plan, progress)


def _move(plan: Plan, progress: Progress) -> Decision:
    appspec = appspec_of(progress)
    move = MoveTraffic(appspec.function, appspec.alias, wanted(plan, progress), progress.revision_id)
    return progress, (move,)


def _shifting(plan: Plan, progress: Progress, observation: Observation, now: float) -> Decision:
    match observation:
        case TrafficMoved(revision_id):
            return _moved(plan, progress, revision_id, now)
        case TrafficRefused(failure) | AliasUnreadable(failure):
            return fail(plan, progress, failure, now)
        case AliasChanged():
            return _look_again(plan, progress, now)
        case AliasRead(routing, revision_id):
            return _alias_seen_again(plan, progress, routing, revision_id, now)
        case _:
            return progress, ()


def _moved(plan: Plan, progress: Progress, revision_id: str, now: float) -> Decision:
    schedule = steps(plan.strategy)
    done = schedule[progress.step]
    progress = replace(
        progress,
        left=wanted(plan, progress),
        revision_id=revision_id,
        percent=done.percent,
        step=progress.step + 1,
        races=0,
    )
    if progress.step == len(schedule):
        return _after_traffic(plan, mark(progress, 1, "Succeeded", now), now)
    # From the move that happened, not from the plan's beginning: a late step never shortens the next one.
    pause = (schedule[progress.step].at_minutes - done.at_minutes) * 60
    return replace(progress, move_at=now + pause), ()


def _look_again(plan: Plan, progress: Progress, now: float) -> Decision:
    if progress.races >= MOST_RACES:
        return fail_hands_off(progress, messages.alias_contended(), now)
    appspec = appspec_of(progress)
    return replace(progress, races=progress.races + 1), (ReadAlias(appspec.function, appspec.alias),)


def _alias_seen_again(
    plan: Plan, progress: Progress, routing: Routing, revision_id: str, now: float
) -> Decision:
    if routing == wanted(plan, progress):  # our move did arrive, only its answer was lost
        return _moved(plan, progress, revision_id, now)
    if routing == progress.left:  # somebody changed something else, such as the description
        return _move(plan, replace(progress, revision_id=revision_id))
    return fail_hands_off(progress, messages.alias_foreign(routing), now)


# --- time -----------------------------------------------------------------------------------------------


def _time_passed(plan: Plan, progress: Progress, now: float) -> Decision:
    hook = progress.hook
    if hook is not None and now >= hook.deadline:
        silent = messages.hook_silent(hook.event, hook.function, plan.hook_timeout)
        return fail(plan, progress, silent, now, timed_out=True)
    if progress.move_at is not None and now >= progress.move_at:
        return _next_move(plan, progress, now)
    if progress.next_poll is not None and now >= progress.next_poll:
        return _read_alarms(plan, progress, AlarmCheck.WATCH, now)
    return progress, ()
