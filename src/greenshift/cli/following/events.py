"""A release as a stream of events, one JSON document a line: what ``release --follow --json`` prints.

Their schema is ``release --follow`` of cli/schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from greenshift.cli.console.terminal import Terminal
from greenshift.cli.following.outcome import past_the_pipeline, released
from greenshift.view import ActionView, FunctionView, Progress, ReleaseView
from greenshift.view.model.releases import Transition
from greenshift.view.moments import iso

Event = dict[str, Any]


def changes(before: Progress | None, after: Progress) -> Iterator[Event]:
    """How ``after`` differs from ``before``; of the first look, everything that is there already. Pure."""
    stages = {stage.name: stage.status for stage in before.stages} if before else {}
    for stage in after.stages:
        if stage.status and stage.status != stages.get(stage.name, ""):
            yield {"event": "stage", "stage": stage.name, "status": stage.status, "error": stage.error}
    known = {function.key: function for function in before.functions} if before else {}
    for function in after.functions:
        yield from _of_function(known.get(function.key), function)
    told = len(before.release.transitions) if before and before.release else 0
    for transition in after.release.transitions[told:] if after.release else ():
        yield of_transition(transition)


def _of_function(before: FunctionView | None, after: FunctionView) -> Iterator[Event]:
    if before is None or _traffic(before) != _traffic(after):
        version, new_version, percent = _traffic(after)
        yield {
            "event": "traffic",
            "function": after.key,
            "version": version,
            "new_version": new_version,
            "new_percent": percent,
        }
    if after.alarm_state and (before is None or before.alarm_state != after.alarm_state):
        yield {"event": "alarm", "function": after.key, "alarm": after.alarm, "state": after.alarm_state}


def _traffic(function: FunctionView) -> tuple[str, str, float]:
    return function.version, function.new_version, function.new_percent


def of_transition(transition: Transition) -> Event:
    return {"event": "release", "status": transition.status, "cause": transition.cause}


class Stream:
    """Prints the events of one execution, or of a rollback, as they come."""

    def __init__(self, to: Terminal, execution: str, now: Callable[[], datetime] | None = None) -> None:
        self._to = to
        self._execution = execution
        self._now = now or (lambda: datetime.now(UTC))

    def looked(self, before: Progress | None, after: Progress) -> None:
        for event in changes(before, after):
            self._tell(event)

    def entered(self, transition: Transition) -> None:
        self._tell(of_transition(transition))

    def asked(self, action: ActionView, message: str) -> None:
        self._tell({"event": "question", "stage": action.stage, "action": action.name, "message": message})

    def ended(self, progress: Progress) -> None:
        self._tell({"event": "end", **released(progress), "progress": progress.to_json()})

    def rolled_back(self, release: ReleaseView) -> None:
        self._tell({"event": "end", **past_the_pipeline(release), "progress": None})

    def _tell(self, event: Event) -> None:
        head = {"event": event["event"], "at": iso(self._now()), "execution": self._execution}
        self._to.json_line(head | event | head)
