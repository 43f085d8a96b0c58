"""The recorder: what events add to the ledger, and the one announcement at the end of each release.

CodePipeline tells nobody when an execution fails before the controller is called, or is stopped while it
shifts. The recorder writes such an end down, sends an abandoned release back, and announces every end once.
Events come at least once and in any order, so each is only a reason to look; what is true is read from AWS
and the ledger.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from greenshift.contract.release import Release
from greenshift.contract.rules import Mode
from greenshift.contract.status_words import word
from greenshift.contract.statuses import Status
from greenshift.release.errors import StaleRelease
from greenshift.release.events import (
    AlarmEvent,
    ApprovalEvent,
    BuildEvent,
    DeploymentEvent,
    PipelineEvent,
    parse_event,
)
from greenshift.release.record.asked import as_asked
from greenshift.release.services.alarms import Alarms
from greenshift.release.services.build_logs import BuildLogs
from greenshift.release.services.clients import Clients, default_clients
from greenshift.release.services.deployments import release_of
from greenshift.release.services.pipeline import Execution
from greenshift.release.settle import settle
from greenshift.release.targets import DEFAULT_PATH, load_targets
from greenshift.release.variables import wish_of
from greenshift.release.wiring import Wiring, remaining_of

log = logging.getLogger("greenshift")
log.setLevel(logging.INFO)

_RECENT = 10
# Of these nobody knows yet that they have to go back.
_UNTURNED = frozenset({Status.SHIFTING, Status.WAITING, Status.BAKING})


def handler(event: Mapping[str, object], context: object) -> None:
    """Lambda's entry point."""
    record(event, remaining_of(context), default_clients())


def record(
    event: Mapping[str, object],
    remaining: Callable[[], float],
    clients: Clients,
    targets: Path = DEFAULT_PATH,
) -> None:
    """Take one event in. An error is raised: EventBridge's asynchronous invocation tries again."""
    recorder = Recorder(Wiring(clients, load_targets(targets), remaining))
    match parse_event(event):
        case PipelineEvent() as found:
            recorder.pipeline(found)
        case DeploymentEvent() as found:
            recorder.deployment(found)
        case AlarmEvent() as found:
            recorder.alarm(found)
        case BuildEvent() as found:
            recorder.build(found)
        case ApprovalEvent() as found:
            recorder.approval(found)
        case None:
            log.info("not an event the recorder knows")


class Recorder:
    """One event's worth of work."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._targets = wiring.targets
        self._ledger = wiring.ledger

    def pipeline(self, event: PipelineEvent) -> None:
        if event.pipeline != self._targets.pipeline:
            return
        release = self._ledger.release(event.execution)
        if release is not None:
            self._note(release, event.id, f"pipeline execution {word(event.state)}")
        if event.is_end:
            ended = self._end(event, release)
            if ended is not None:
                self._wiring.announcer().announce(ended)
                if ended.status is Status.SUCCEEDED:
                    self._wiring.pruner().after(ended)

    def deployment(self, event: DeploymentEvent) -> None:
        if event.application != self._targets.application or event.state not in (
            "FAILURE",
            "STOP",
            "SUCCESS",
        ):
            return
        deployment = self._wiring.deployments().get(event.deployment)
        release_id = release_of(deployment.description)
        release = self._ledger.release(release_id) if release_id else None
        if release is None:
            return  # a deployment made by hand, or CodeDeploy's own rollback
        if event.state != "SUCCESS":
            why = f"{deployment.error_code} {deployment.error_message}".strip()
            self._note(release, event.id, f"deployment {event.deployment} {event.state}: {why}")
        if release.abort and not release.is_ended:
            # Nobody else is coming for an abandoned release: each event is a chance to take it further.
            self._wiring.announcer().announce(self._settle(release, release.abort))
        elif release.mode is Mode.ROLLBACK and not release.is_ended:
            self._go_on(release)
        elif event.state != "SUCCESS" and release.status in _UNTURNED:
            self._turn(release.id, stays=False)

    def _go_on(self, release: Release) -> None:
        """A rollback has no job that would come again, only its own invocation."""
        moved = self._wiring.shifter().visit(release).release
        if moved.is_ended:
            self._wiring.announcer().announce(moved)

    def alarm(self, event: AlarmEvent) -> None:
        keys = self._targets.watched_by(event.alarm)
        if not keys or event.value != "ALARM":
            return
        for row in self._ledger.releases(self._targets.pipeline, _RECENT).rows:
            if row.status.is_moving and any(item.key in keys for item in row.changed):
                told = Alarms(self._wiring.clients.of("cloudwatch")).account(event.alarm, event.reason)
                self._note(row, event.id, f"alarm {event.alarm}: {told}", event.at)
                # One that has not begun moved nothing: what the alarm watches is what was live before.
                if row.status in _UNTURNED and row.has_begun:
                    self._turn(row.id, stays=True)

    def _turn(self, release_id: str, *, stays: bool) -> None:
        """All or nothing holds in time, too: what sees a failure first turns the whole release."""
        turned = self._wiring.turning().at_once(release_id, stays=stays)
        if turned is not None and turned.is_ended:
            self._wiring.announcer().announce(turned)

    def approval(self, event: ApprovalEvent) -> None:
        """A person is waited for, so people are told. Asked again after a retry of the stage, told again."""
        if event.pipeline != self._targets.pipeline:
            return
        release = self._ledger.release(event.execution)
        if release is not None:
            self._wiring.announcer().ask(release, f"{event.stage}/{event.action}", event.id)

    def build(self, event: BuildEvent) -> None:
        """Only a note, on a release that is known already (a retried stage): the end is the pipeline's to
        tell.
        """
        if event.pipeline != self._targets.pipeline or not event.is_failure:
            return
        for row in self._ledger.releases(self._targets.pipeline, _RECENT).rows:
            if self._wiring.pipeline.is_build_of(row.id, event.build):
                self._note(row, event.id, f"build {event.build} {event.status}: {event.problem}")
                return

    def _end(self, event: PipelineEvent, release: Release | None) -> Release | None:
        """The release as it is after its pipeline execution ended; None when there is nothing to end."""
        execution = self._wiring.pipeline.execution(event.execution)
        if execution is not None and execution.status == "InProgress":
            return None  # a stage was retried since the event was sent
        if release is not None and release.is_ended:
            return release
        if event.state == "SUCCEEDED" or self._wiring.asides.read(event.execution) is not None:
            return None
        reason = self._reason(event)
        if release is None:
            return self._write_failed(event, execution, reason)
        return self._settle(release, reason)

    def _reason(self, event: PipelineEvent) -> str:
        if event.comments:
            return event.comments
        if event.state != "FAILED":
            return f"the pipeline execution was {event.state.lower()}"
        failed = self._wiring.pipeline.failed_action(event.execution)
        if failed is None:
            return "the pipeline execution failed"
        said = BuildLogs(self._wiring.clients.of("logs")).cause(failed.external_id)
        return str(replace(failed, message=said) if said else failed)

    def _write_failed(self, event: PipelineEvent, execution: Execution | None, reason: str) -> Release:
        """The row of a release that ended before Publish: nothing was published, nothing moved."""
        now = self._wiring.clients.clock.now()
        wish = wish_of(execution.variables if execution else {})
        failed = Release(
            id=event.execution,
            pipeline=event.pipeline,
            status=Status.FAILED,
            started_at=self._wiring.pipeline.started_at(event.execution) or now,
            since=now,
            ended_at=now,
            reason=reason,
        )
        failed = as_asked(failed, execution, wish).noting(now, reason)
        try:
            return self._ledger.create(failed)
        except StaleRelease:
            return self._ledger.release(event.execution) or failed

    def _settle(self, release: Release, reason: str) -> Release:
        """Take an abandoned release back, as far as this invocation's time reaches."""
        pause, remaining = self._wiring.clients.pause, self._wiring.remaining
        return settle(self._wiring.shifter(), release, reason, pause=pause, remaining=remaining)

    def _note(self, release: Release, event_id: str, cause: str, since: datetime | None = None) -> None:
        now = self._wiring.clients.clock.now()
        self._ledger.note(release, event_id, now, cause, since)
