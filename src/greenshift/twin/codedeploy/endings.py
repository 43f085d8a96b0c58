"""The three ways a deployment ends, and whether a rollback follows.

A rollback follows only when it is configured for this ending (or StopDeployment asked for it) **and** the
alias is this deployment's to put back. It is not when the alias never passed the start check - "current
version" in the AppSpec is then not what the alias pointed to, and going "back" there would move traffic
nobody asked to move - nor when somebody else moved the alias meanwhile. What AWS does in those two cases is
not documented; leaving the alias alone is the one choice that cannot make things worse.
"""

from __future__ import annotations

from dataclasses import replace

from greenshift.twin.codedeploy.effects import Announce, Effect, StartRollback
from greenshift.twin.codedeploy.lifecycle import break_event, skip_pending
from greenshift.twin.codedeploy.progress import Failure, Phase, Plan, Progress

Decision = tuple[Progress, tuple[Effect, ...]]

ON_FAILURE = "DEPLOYMENT_FAILURE"
ON_ALARM = "DEPLOYMENT_STOP_ON_ALARM"
ON_REQUEST = "DEPLOYMENT_STOP_ON_REQUEST"


def succeed(progress: Progress, now: float) -> Decision:
    """All traffic is on the target version and nothing objected."""
    return _ended(progress, "Succeeded", None, now), (Announce("Succeeded"),)


def fail(
    plan: Plan, progress: Progress, failure: Failure, now: float, *, timed_out: bool = False
) -> Decision:
    """Something went wrong: a bad revision, a hook, a missing permission."""
    progress = break_event(progress, failure, now, "ScriptTimedOut" if timed_out else "ScriptFailed")
    return _end_badly(plan, progress, "Failed", failure, now, rolls_back=ON_FAILURE in plan.rollback_events)


def stop_on_alarm(plan: Plan, progress: Progress, failure: Failure, now: float) -> Decision:
    """An alarm fired or could not be read. The user guide: the deployment *stops*."""
    progress = break_event(progress, failure, now, "UnknownError")
    return _end_badly(plan, progress, "Stopped", failure, now, rolls_back=ON_ALARM in plan.rollback_events)


def stop_on_request(plan: Plan, progress: Progress, roll_back: bool | None, now: float) -> Decision:
    """StopDeployment. Without a rollback the alias stays as it is, split or not (user guide)."""
    failure = Failure("MANUAL_STOP", "The deployment was stopped by a StopDeployment request.")
    progress = break_event(progress, failure, now, "UnknownError")
    wanted = ON_REQUEST in plan.rollback_events if roll_back is None else roll_back
    return _end_badly(plan, progress, "Stopped", failure, now, rolls_back=wanted)


def fail_hands_off(progress: Progress, failure: Failure, now: float) -> Decision:
    """The alias is somebody else's: fail, and leave it exactly as they put it."""
    progress = break_event(progress, failure, now, "UnknownError")
    progress = replace(
        _ended(progress, "Failed", failure, now),
        rollback_message="The deployment cannot be rolled back: its alias was changed by someone else.",
    )
    return progress, (Announce("Failed"),)


def _end_badly(
    plan: Plan, progress: Progress, status: str, failure: Failure, now: float, *, rolls_back: bool
) -> Decision:
    ended = _ended(progress, status, failure, now)
    if not rolls_back or plan.undoes or progress.appspec is None:
        return ended, (Announce(status),)
    if progress.left is None:
        message = "The deployment cannot be rolled back: it never had control of the alias."
        return replace(ended, rollback_message=message), (Announce(status),)
    original = progress.appspec.current_version
    message = f"Deployment {plan.deployment_id} is being rolled back to version {original}."
    return ended, (StartRollback(progress.appspec.reversed(), message), Announce(status))


def _ended(progress: Progress, status: str, failure: Failure | None, now: float) -> Progress:
    return replace(
        skip_pending(progress),
        phase=Phase.ENDED,
        status=status,
        failure=failure,
        completed=now,
        updated=now,
        hook=None,
        finished_executions=_with_hook(progress),
        check=None,
        next_poll=None,
        move_at=None,
    )


def _with_hook(progress: Progress) -> tuple[str, ...]:
    # A hook that reports after the end gets LifecycleEventAlreadyCompletedException, not "no such execution".
    return progress.finished_executions + ((progress.hook.execution_id,) if progress.hook else ())
