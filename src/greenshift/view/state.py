"""The pipeline as it stands (GetPipelineState): which execution is in which stage, and what waits for a yes.

The token that answers an approval is here and in no view: a snapshot may be shown to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from greenshift.view.declaration import Declaration
from greenshift.view.model import ActionView, ExecutionView, StageView
from greenshift.view.moments import iso
from greenshift.view.pipeline import APPROVAL


@dataclass(frozen=True)
class Approval:
    """A question CodePipeline waits to have answered."""

    stage: str
    action: str
    execution: str
    since: str
    message: str
    """What the pipeline's author wants to be asked."""
    token: str = field(repr=False)


@dataclass(frozen=True)
class PipelineState:
    version: int
    stages: tuple[StageView, ...]
    tokens: Mapping[tuple[str, str], str] = field(repr=False)
    """(stage, action) -> the token of its open question."""


def pipeline_state(answer: Mapping[str, Any], declaration: Declaration) -> PipelineState:
    """GetPipelineState's answer, read."""
    tokens = {
        (stage["stageName"], action["actionName"]): action["latestExecution"]["token"]
        for stage in answer["stageStates"]
        for action in stage.get("actionStates", [])
        if action.get("latestExecution", {}).get("token")
        and action["latestExecution"].get("status") == "InProgress"
    }
    stages = tuple(_stage(stage, declaration) for stage in answer["stageStates"])
    return PipelineState(int(answer.get("pipelineVersion", 0)), stages, tokens)


def _stage(stage: dict[str, Any], declaration: Declaration) -> StageView:
    name, door = stage["stageName"], stage.get("inboundTransitionState", {})
    return StageView(
        name=name,
        actions=tuple(_action(name, action, declaration) for action in stage.get("actionStates", [])),
        execution=stage.get("latestExecution", {}).get("pipelineExecutionId", ""),
        is_open=door.get("enabled", True),
        closed_because="" if door.get("enabled", True) else door.get("disabledReason", ""),
    )


def _action(stage: str, action: dict[str, Any], declaration: Declaration) -> ActionView:
    name, latest = action["actionName"], action.get("latestExecution", {})
    category = declaration.category(stage, name)
    return ActionView(
        stage=stage,
        name=name,
        status=latest.get("status", ""),
        summary=latest.get("summary", ""),
        error=latest.get("errorDetails", {}).get("message", ""),
        external_id="" if category == APPROVAL else latest.get("externalExecutionId", ""),
        category=category,
        updated_at=iso(latest.get("lastStatusChange")),
    )


Questions = Mapping[str, Mapping[tuple[str, str], str]]
"""Execution -> (stage, action) -> token."""


def approvals(
    state: PipelineState,
    executions: Sequence[ExecutionView],
    parallel: Questions,
    declaration: Declaration,
) -> tuple[Approval, ...]:
    """Every open question, in the order of the stages.

    Executions in PARALLEL mode are not in the state; there the token is the action's external id (API
    reference: PutApprovalResult), and ``parallel`` holds those.
    """
    if declaration.mode == "PARALLEL":
        asked = list(_of_executions(executions, parallel))
    else:
        asked = list(_of_state(state))
    custom = {(a.stage, a.name): a.configuration.get("CustomData", "") for a in declaration.actions()}
    return tuple(
        Approval(
            action.stage,
            action.name,
            execution,
            action.updated_at,
            custom.get((action.stage, action.name), ""),
            token,
        )
        for execution, action, token in asked
    )


def _of_state(state: PipelineState) -> Iterator[tuple[str, ActionView, str]]:
    for stage in state.stages:
        for action in stage.actions:
            if token := state.tokens.get((stage.name, action.name)):
                yield stage.execution, action, token


def _of_executions(
    executions: Sequence[ExecutionView], questions: Questions
) -> Iterator[tuple[str, ActionView, str]]:
    for execution in executions:
        for stage in execution.stages:
            for action in stage.actions:
                if token := questions.get(execution.id, {}).get((stage.name, action.name)):
                    yield execution.id, action, token


def with_running_actions(
    stages: Sequence[StageView], executions: Sequence[ExecutionView]
) -> tuple[StageView, ...]:
    """The pipeline's stages with the actions of the execution in them, where those were read.

    GetPipelineState tells of each action the last time it ran, also when that was for an earlier execution
    than the one its stage is working on.
    """
    known = {(e.id, stage.name): stage.actions for e in executions for stage in e.stages}
    return tuple(
        replace(stage, actions=known.get((stage.execution, stage.name), stage.actions)) for stage in stages
    )
