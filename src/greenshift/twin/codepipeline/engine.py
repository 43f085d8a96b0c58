"""Makes the moves that ``decisions`` names: the only place that changes executions.

Everything here runs on the event loop and never waits, but for the actions, each a task of its own. After
every change ``advance`` asks for moves until none is due, so nothing is ever polled.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping

from greenshift.twin.codepipeline import decisions, notices
from greenshift.twin.codepipeline.actions.contract import ActionFailed, Outcome
from greenshift.twin.codepipeline.decisions import (
    EndStage,
    EnterStage,
    Move,
    RetryStage,
    StartAction,
    Supersede,
)
from greenshift.twin.codepipeline.runner import ActionRunner, artifact_place
from greenshift.twin.codepipeline.state import (
    ActionRun,
    ActionStatus,
    ErrorDetails,
    Execution,
    ExecutionStatus,
    Pipeline,
    RevisionOverride,
    StageRun,
    StageStatus,
    Trigger,
)
from greenshift.twin.world import World

_EVENT_STATE = {"Cancelled": "CANCELED"}  # the API's two Ls become one in events


class Engine:
    def __init__(self, world: World, runner: ActionRunner) -> None:
        self._world = world
        self._runner = runner
        self._tasks: dict[str, asyncio.Task[None]] = {}  # by action execution id

    # What people ask for

    def start(
        self,
        pipeline: Pipeline,
        trigger: Trigger,
        variables: Mapping[str, str],
        overrides: Mapping[str, RevisionOverride],
    ) -> Execution:
        decisions.check_start(pipeline)
        now = self._now()
        execution = Execution(
            id=str(uuid.uuid4()),
            order=len(pipeline.executions),
            version=pipeline.current.version,
            declaration=pipeline.declaration,
            trigger=trigger,
            started=now,
            updated=now,
            variables=variables,
            overrides=overrides,
        )
        pipeline.executions[execution.id] = execution
        self._announce(pipeline, execution, "STARTED")
        self.advance(pipeline)
        return execution

    def stop(self, pipeline: Pipeline, execution: Execution, *, abandon: bool, reason: str) -> None:
        decisions.check_stop(execution, abandon=abandon)
        execution.stop_reason = reason
        if execution.status != "Stopping":
            self._set_stopping(pipeline, execution)
        if abandon:
            self._end_running(pipeline, execution, "ABANDONED")
        if execution.is_waiting:
            self._end(pipeline, execution, "Stopped", reason)
        self.advance(pipeline)

    def retry(self, pipeline: Pipeline, execution: Execution, stage: str, mode: str) -> None:
        decisions.check_retry(pipeline, execution, stage, mode)
        run = execution.stages[stage]
        run.manual_retries += 1
        self._retry(pipeline, execution, run, mode)
        self.advance(pipeline)

    def cancel_all(self, pipeline: Pipeline, why: str) -> None:
        """End everything that runs: the definition was updated or deleted before it was through."""
        for execution in pipeline.live():
            self._end_running(pipeline, execution, "CANCELED")
            if execution.stage_run is not None:
                self._set_stage(pipeline, execution, execution.stage_run, "Cancelled")
            self._end(pipeline, execution, "Cancelled", why)

    def advance(self, pipeline: Pipeline) -> None:
        """Make every move that is due."""
        while (move := decisions.next_move(pipeline)) is not None:
            self._make(move, pipeline, pipeline.executions[move.execution_id])

    # Moves

    def _make(self, move: Move, pipeline: Pipeline, execution: Execution) -> None:
        match move:
            case EnterStage():
                self._enter_stage(pipeline, execution)
            case Supersede(by=other):
                self._end(pipeline, execution, "Superseded", f"Superseded by pipeline execution {other}")
            case StartAction(action=name):
                self._start_action(pipeline, execution, name)
            case RetryStage(mode=mode):
                run = execution.stages[execution.stage.name]
                run.automatic_retries += 1
                self._retry(pipeline, execution, run, mode)
            case EndStage(status=status):
                self._end_stage(pipeline, execution, execution.stages[execution.stage.name], status)

    def _enter_stage(self, pipeline: Pipeline, execution: Execution) -> None:
        run = StageRun(execution.stage.name)
        execution.stages[run.name] = run
        execution.is_waiting = False
        # In PARALLEL mode GetPipelineState has no state per stage (user guide: "PARALLEL mode").
        if pipeline.declaration.mode != "PARALLEL":
            pipeline.lane(run.name).latest = execution
        self._announce_stage(pipeline, execution, run, "STARTED")

    def _start_action(self, pipeline: Pipeline, execution: Execution, name: str) -> None:
        stage, now = execution.stage, self._now()
        action = stage.action(name)
        assert action is not None, "decisions only names actions of the stage"
        bucket = execution.declaration.store_in(self._world.region).bucket
        run = ActionRun(
            id=str(uuid.uuid4()),
            execution_id=execution.id,
            version=execution.version,
            stage=stage.name,
            action=action,
            started=now,
            updated=now,
            inputs=tuple(artifact_place(execution, artifact, bucket) for artifact in action.inputs),
            outputs=tuple(artifact_place(execution, artifact, bucket) for artifact in action.outputs),
        )
        execution.stages[stage.name].runs[name] = run
        execution.history.append(run)
        if pipeline.declaration.mode != "PARALLEL":
            pipeline.lane(stage.name).runs[name] = run
        self._announce_action(pipeline, execution, run, "STARTED")
        task = self._world.tasks.start(
            self._perform(pipeline, execution, run), f"{pipeline.name}/{stage.name}/{name}"
        )
        self._tasks[run.id] = task

    async def _perform(self, pipeline: Pipeline, execution: Execution, run: ActionRun) -> None:
        try:
            outcome = await self._runner.perform(pipeline, execution, run)
        except ActionFailed as failure:
            self._fail_action(pipeline, execution, run, failure)
        else:
            self._succeed_action(pipeline, execution, run, outcome)
        finally:
            self._tasks.pop(run.id, None)
        self.advance(pipeline)

    def _succeed_action(
        self, pipeline: Pipeline, execution: Execution, run: ActionRun, outcome: Outcome
    ) -> None:
        run.variables = outcome.variables
        run.revision = outcome.revision
        run.summary = outcome.summary or run.summary
        run.external_id = outcome.external_id or run.external_id
        run.external_url = outcome.external_url or run.external_url
        run.updated_by = outcome.updated_by
        if run.action.namespace is not None:
            execution.namespaces[run.action.namespace] = outcome.variables
        self._end_action(pipeline, execution, run, "Succeeded", "SUCCEEDED")

    def _fail_action(
        self, pipeline: Pipeline, execution: Execution, run: ActionRun, failure: ActionFailed
    ) -> None:
        run.error = ErrorDetails(failure.code, failure.message[:5000] or failure.code)
        run.external_id = failure.external_id or run.external_id
        run.updated_by = failure.updated_by
        self._end_action(pipeline, execution, run, "Failed", "FAILED")

    def _end_action(
        self, pipeline: Pipeline, execution: Execution, run: ActionRun, status: ActionStatus, state: str
    ) -> None:
        run.status = status
        run.token = ""
        run.updated = execution.updated = self._now()
        self._announce_action(pipeline, execution, run, state)

    def _end_running(self, pipeline: Pipeline, execution: Execution, state: str) -> None:
        """Let go of the actions in progress; what they started elsewhere goes on (user guide: abandon)."""
        for run in execution.running():
            self._end_action(pipeline, execution, run, "Abandoned", state)
            if task := self._tasks.pop(run.id, None):
                task.cancel()

    def _end_stage(
        self, pipeline: Pipeline, execution: Execution, run: StageRun, status: StageStatus
    ) -> None:
        self._set_stage(pipeline, execution, run, status)
        if status == "Failed":
            self._end(pipeline, execution, "Failed", failure_summary(run))
        elif status == "Stopped":
            self._end(pipeline, execution, "Stopped", execution.stop_reason or "")
        elif execution.position + 1 < len(execution.declaration.stages):
            execution.position += 1
            execution.is_waiting = True
        else:
            self._end(pipeline, execution, "Succeeded", "")

    def _retry(self, pipeline: Pipeline, execution: Execution, run: StageRun, mode: str) -> None:
        again = list(run.runs) if mode == "ALL_ACTIONS" else decisions.failed_actions(run)
        for name in again:
            del run.runs[name]
        run.is_retry = True
        execution.attempt += 1
        execution.stop_reason = None
        execution.status, execution.summary, execution.updated = "InProgress", "", self._now()
        run.status = "InProgress"
        self._announce(pipeline, execution, "RESUMED")
        self._announce_stage(pipeline, execution, run, "RESUMED")

    # States and their events

    def _set_stopping(self, pipeline: Pipeline, execution: Execution) -> None:
        execution.status, execution.updated = "Stopping", self._now()
        self._announce(pipeline, execution, "STOPPING")
        if execution.stage_run is not None:
            self._set_stage(pipeline, execution, execution.stage_run, "Stopping")

    def _set_stage(
        self, pipeline: Pipeline, execution: Execution, run: StageRun, status: StageStatus
    ) -> None:
        run.status = status
        execution.updated = self._now()
        self._announce_stage(pipeline, execution, run, _EVENT_STATE.get(status, status.upper()))

    def _end(self, pipeline: Pipeline, execution: Execution, status: ExecutionStatus, why: str) -> None:
        execution.status, execution.summary, execution.updated = status, why, self._now()
        self._announce(pipeline, execution, _EVENT_STATE.get(status, status.upper()))

    def _announce(self, pipeline: Pipeline, execution: Execution, state: str) -> None:
        self._world.emit(notices.execution_event(pipeline, execution, state, self._now()))

    def _announce_stage(self, pipeline: Pipeline, execution: Execution, run: StageRun, state: str) -> None:
        self._world.emit(notices.stage_event(pipeline, execution, run.name, state, self._now()))

    def _announce_action(self, pipeline: Pipeline, execution: Execution, run: ActionRun, state: str) -> None:
        event = notices.action_event(pipeline, execution, run, state, self._world.region, self._now())
        self._world.emit(event)

    def _now(self) -> float:
        return self._world.clock.time()


def failure_summary(run: StageRun) -> str:
    """Why a stage failed, in the words of its actions."""
    failed = [run.runs[name] for name in decisions.failed_actions(run)]
    reasons = [f"{action.action.name}: {action.error.message}" for action in failed if action.error]
    return f"Stage {run.name} failed. " + "; ".join(reasons or ["An action was abandoned"])
