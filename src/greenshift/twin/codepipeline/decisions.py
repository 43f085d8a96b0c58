"""What happens next in a pipeline, decided without doing anything.

``next_move`` looks at a pipeline and names one move, or None when everything waits for something outside.
The engine makes the move and asks again, so each decision sees the result of the one before, and asking
twice is harmless. ``check_stop`` and its like say whether a person's request is allowed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from greenshift.twin.codepipeline import conditions, errors
from greenshift.twin.codepipeline.conditions import JudgeCondition, StartRule
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
    """``rolls_back``: the stage then runs again with what succeeded in it before."""

    execution_id: str
    status: StageStatus
    rolls_back: bool = False


InsideStage = StartAction | StartRule | JudgeCondition | RetryStage | EndStage
Move = EnterStage | Supersede | InsideStage


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


def _move_inside_stage(execution: Execution) -> InsideStage | None:
    run = execution.stage_run
    if run is None:
        return None
    if execution.status == "Stopping":
        return None if run.in_progress() else EndStage(execution.id, "Stopped")
    match conditions.check(execution, run, "beforeEntry"):
        case "Failed":
            result = execution.stage.conditions["beforeEntry"].result
            return EndStage(execution.id, "Skipped" if result == "SKIP" else "Failed")
        case "Succeeded":
            pass
        case move:
            return move
    if _has_failed(run):
        return _after_failure(execution, run)
    return _next_action(execution, run)


def _after_failure(execution: Execution, run: StageRun) -> InsideStage | None:
    if any(action.status == "InProgress" for action in run.runs.values()):
        return None
    # API reference, FailureConditions: automatic retry is attempted once.
    if execution.stage.retry_mode and run.automatic_retries == 0:
        return RetryStage(execution.id, execution.stage.retry_mode)
    declared = execution.stage.conditions.get("onFailure")
    if declared is None:
        return EndStage(execution.id, "Failed", execution.stage.failure_result == "ROLLBACK")
    match conditions.check(execution, run, "onFailure"):
        case "Succeeded":
            return EndStage(execution.id, "Failed")
        case "Failed":
            return EndStage(execution.id, "Failed", declared.result == "ROLLBACK")
        case move:
            return move


def _next_action(execution: Execution, run: StageRun) -> InsideStage | None:
    group = current_group(execution.stage, run)
    if not group:
        return _after_success(execution, run)
    due = [action for action in group if action.name not in run.runs]
    return StartAction(execution.id, due[0].name) if due else None


def _after_success(execution: Execution, run: StageRun) -> InsideStage | None:
    match conditions.check(execution, run, "onSuccess"):
        case "Succeeded":
            return EndStage(execution.id, "Succeeded")
        case "Failed":
            result = execution.stage.conditions["onSuccess"].result
            return EndStage(execution.id, "Failed", result == "ROLLBACK")
        case move:
            return move


def current_group(stage: StageDeclaration, run: StageRun) -> list[ActionDeclaration]:
    """The actions of the lowest runOrder that has not succeeded yet: they run in parallel."""
    left = [action for action in stage.actions if not _has_succeeded(run, action)]
    lowest = min((action.run_order for action in left), default=0)
    return [action for action in left if action.run_order == lowest]


def _has_succeeded(run: StageRun, action: ActionDeclaration) -> bool:
    return action.name in run.runs and run.runs[action.name].status == "Succeeded"


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
    has_failed = _has_failed(run) or (run.status == "Failed" and conditions.has_failed(run))
    if run.is_retry and run.status == "InProgress" and not has_failed:
        raise errors.retry_in_progress(stage)
    if not has_failed or run.status not in ("Failed", "Stopped", "InProgress"):
        raise errors.stage_not_retryable(stage, "it has no failed action")
    if execution.version != pipeline.current.version:
        raise errors.stage_not_retryable(stage, "the pipeline's structure was updated since")
    if mode == "ALL_ACTIONS" and run.in_progress():
        raise errors.stage_not_retryable(stage, "actions are still in progress; ALL_ACTIONS needs none")
    latest = pipeline.lane(stage).latest
    if latest is not None and latest is not execution and pipeline.declaration.mode != "PARALLEL":
        raise errors.not_latest_execution(stage, execution.id)


def check_rollback(pipeline: Pipeline, stage: str, target: Execution) -> None:
    """User guide, "Configuring stage rollback": what an execution must have been to be gone back to."""
    if pipeline.declaration.mode == "PARALLEL":
        raise errors.no_rollback(stage, "a pipeline in PARALLEL mode has no rollback")
    if pipeline.declaration.stage_index(stage) == 0:
        raise errors.no_rollback(stage, "a stage of source actions cannot be rolled back")
    if target.version != pipeline.current.version:
        raise errors.outdated_execution(target.id)
    if target.rollback_of is not None:
        raise errors.no_rollback(stage, f"execution '{target.id}' is itself a rollback")
    run = target.stages.get(stage)
    if run is None or run.status != "Succeeded":
        raise errors.no_rollback(stage, f"execution '{target.id}' has not succeeded in it")


def rollback_target(pipeline: Pipeline, failed: Execution) -> Execution | None:
    """What a stage that failed goes back to: the latest that succeeded in it, of the same structure."""
    stage = failed.stage.name
    found = [
        execution
        for execution in pipeline.executions.values()
        if execution.order < failed.order
        and execution.rollback_of is None
        and execution.version == pipeline.current.version
        and stage in execution.stages
        and execution.stages[stage].status == "Succeeded"
    ]
    if failed.rollback_of is not None or pipeline.declaration.mode == "PARALLEL":
        return None
    return max(found, key=lambda execution: execution.order, default=None)
