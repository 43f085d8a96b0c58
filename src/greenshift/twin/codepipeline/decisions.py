"""What happens next in a pipeline, decided without doing anything.

``next_move`` looks at a pipeline and names one move, or None when everything waits for something outside.
The engine makes the move and asks again, so each decision sees the result of the one before, and asking
twice is harmless. ``check_stop`` and ``check_retry`` say whether a person's request is allowed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from greenshift.twin.codepipeline import errors
from greenshift.twin.codepipeline.declaration import ActionDeclaration, ExecutionMode, StageDeclaration
from greenshift.twin.codepipeline.state import Execution, Pipeline, StageRun, StageStatus

MAX_EXECUTIONS = 50  # of one pipeline in QUEUED or PARALLEL mode (quotas page)


@dataclass(frozen=True)
class EnterStage:
    execution_id: str


@dataclass(frozen=True)
class Supersede:
    execution_id: str
    by: str


@dataclass(frozen=True)
class StartAction:
    execution_id: str
    action: str


@dataclass(frozen=True)
class RetryStage:
    """A stage with ``onFailure: RETRY`` retries by itself, once."""

    execution_id: str
    mode: str


@dataclass(frozen=True)
class EndStage:
    execution_id: str
    status: StageStatus


Move = EnterStage | Supersede | StartAction | RetryStage | EndStage


@dataclass(frozen=True)
class Place:
    """Where an execution stands: all that admission needs to know of it."""

    execution_id: str
    order: int
    position: int
    is_waiting: bool


def next_move(pipeline: Pipeline) -> Move | None:
    """One move that is due now; stages that run come before executions that wait."""
    live = pipeline.live()
    for execution in live:
        if move := _move_inside_stage(execution):
            return move
    places = [Place(e.id, e.order, e.position, e.is_waiting) for e in live if e.status == "InProgress"]
    held = [e.position for e in live if e.status == "Stopping"]
    closed = {
        index
        for index, stage in enumerate(pipeline.declaration.stages)
        if not pipeline.transition(stage.name).enabled
    }
    return decide_admission(pipeline.declaration.mode, places, closed=closed, occupied=held)


def decide_admission(
    mode: ExecutionMode,
    places: Sequence[Place],
    *,
    closed: Collection[int] = (),
    occupied: Collection[int] = (),
) -> EnterStage | Supersede | None:
    """Who may enter a stage, or must give way (user guide: "Pipeline execution modes").

    A stage holds one execution at a time, except in PARALLEL mode. In SUPERSEDED mode one execution waits
    in front of a stage at most: a newer one takes its place. In QUEUED mode they wait in order.
    """
    for position in sorted({place.position for place in places}, reverse=True):
        here = [place for place in places if place.position == position]
        waiting = sorted((p for p in here if p.is_waiting), key=lambda place: place.order)
        if mode == "SUPERSEDED" and len(waiting) > 1:
            return Supersede(waiting[0].execution_id, by=waiting[-1].execution_id)
        is_locked = mode != "PARALLEL" and (position in occupied or len(waiting) < len(here))
        if waiting and not is_locked and position not in closed:
            return EnterStage(waiting[0].execution_id)
    return None


def _move_inside_stage(execution: Execution) -> StartAction | RetryStage | EndStage | None:
    run = execution.stage_run
    if run is None:
        return None
    if execution.status == "Stopping":
        return None if _is_running(run) else EndStage(execution.id, "Stopped")
    if _has_failed(run):
        return None if _is_running(run) else _after_failure(execution, run)
    return _next_action(execution, run)


def _after_failure(execution: Execution, run: StageRun) -> RetryStage | EndStage:
    # API reference, FailureConditions: automatic retry is attempted once.
    if execution.stage.retry_mode and run.automatic_retries == 0:
        return RetryStage(execution.id, execution.stage.retry_mode)
    return EndStage(execution.id, "Failed")


def _next_action(execution: Execution, run: StageRun) -> StartAction | EndStage | None:
    group = current_group(execution.stage, run)
    if not group:
        return EndStage(execution.id, "Succeeded")
    due = [action for action in group if action.name not in run.runs]
    return StartAction(execution.id, due[0].name) if due else None


def current_group(stage: StageDeclaration, run: StageRun) -> list[ActionDeclaration]:
    """The actions of the lowest runOrder that has not succeeded yet: they run in parallel."""
    left = [action for action in stage.actions if not _has_succeeded(run, action)]
    lowest = min((action.run_order for action in left), default=0)
    return [action for action in left if action.run_order == lowest]


def _has_succeeded(run: StageRun, action: ActionDeclaration) -> bool:
    return action.name in run.runs and run.runs[action.name].status == "Succeeded"


def _is_running(run: StageRun) -> bool:
    return any(action.status == "InProgress" for action in run.runs.values())


def _has_failed(run: StageRun) -> bool:
    return bool(failed_actions(run))


def failed_actions(run: StageRun) -> list[str]:
    return [name for name, action in run.runs.items() if action.status in ("Failed", "Abandoned")]


def check_start(pipeline: Pipeline) -> None:
    if pipeline.declaration.mode != "SUPERSEDED" and len(pipeline.live()) >= MAX_EXECUTIONS:
        raise errors.too_many_executions(pipeline.name, MAX_EXECUTIONS)


def check_stop(execution: Execution, *, abandon: bool) -> None:
    """API reference, StopPipelineExecution: wait may become abandon, but wait twice is a duplicate."""
    if not execution.is_live:
        raise errors.not_stoppable(execution.id, execution.status)
    if execution.status == "Stopping" and not abandon:
        raise errors.duplicated_stop(execution.id)


def check_retry(pipeline: Pipeline, execution: Execution, stage: str, mode: str) -> None:
    """User guide, "Retry a failed stage": what must be true before a stage runs again."""
    run = execution.stages.get(stage)
    if run is None or execution.is_waiting or execution.stage.name != stage:
        raise errors.stage_not_retryable(stage, "the execution is not in this stage")
    if run.is_retry and run.status == "InProgress" and not _has_failed(run):
        raise errors.retry_in_progress(stage)
    if not _has_failed(run) or run.status not in ("Failed", "Stopped", "InProgress"):
        raise errors.stage_not_retryable(stage, "it has no failed action")
    if execution.version != pipeline.current.version:
        raise errors.stage_not_retryable(stage, "the pipeline's structure was updated since")
    if mode == "ALL_ACTIONS" and _is_running(run):
        raise errors.stage_not_retryable(stage, "actions are still in progress; ALL_ACTIONS needs none")
    latest = pipeline.lane(stage).latest
    if latest is not None and latest is not execution and pipeline.declaration.mode != "PARALLEL":
        raise errors.not_latest_execution(stage, execution.id)
