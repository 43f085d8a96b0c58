"""Sets the states of executions, stages and actions, and tells the bus of each."""

from __future__ import annotations

from greenshift.twin.codepipeline import notices
from greenshift.twin.codepipeline.state import (
    ActionRun,
    Execution,
    ExecutionStatus,
    Pipeline,
    StageRun,
    StageStatus,
)
from greenshift.twin.world import World

_EVENT_STATE = {"Cancelled": "CANCELED"}  # the API's two Ls become one in events


class Records:
    def __init__(self, world: World) -> None:
        self._world = world

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
