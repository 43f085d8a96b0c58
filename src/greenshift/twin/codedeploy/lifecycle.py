"""The three lifecycle events of a target: begun, ended, broken off, never reached."""

from __future__ import annotations

from dataclasses import replace

from greenshift.twin.codedeploy.progress import Failure, LifecycleEvent, Progress


def mark(progress: Progress, index: int, status: str, at: float | None = None, script: str = "") -> Progress:
    """One lifecycle event in a new status; InProgress begins it, every other status ends it."""
    event = progress.events[index]
    if status == "InProgress":
        event = replace(event, status=status, started=at, script=script)
    else:
        event = replace(
            event, status=status, ended=at, error_code="Success" if status == "Succeeded" else None
        )
    return replace(progress, events=(*progress.events[:index], event, *progress.events[index + 1 :]))


def skip_pending(progress: Progress) -> Progress:
    """What has not begun when a deployment ends will not begin."""
    events = tuple(replace(e, status="Skipped") if e.status == "Pending" else e for e in progress.events)
    return replace(progress, events=events)


def break_event(progress: Progress, failure: Failure, now: float, error_code: str) -> Progress:
    """The event under way, if any, fails with the deployment; the code is kept for events that run a hook."""

    def broken(event: LifecycleEvent) -> LifecycleEvent:
        if event.status != "InProgress":
            return event
        code = error_code if event.script else "UnknownError"
        return replace(event, status="Failed", ended=now, error_code=code, message=failure.message)

    return replace(progress, events=tuple(broken(event) for event in progress.events))
