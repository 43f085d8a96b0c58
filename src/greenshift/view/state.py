"""The pipeline as it stands (GetPipelineState): which execution is in which stage, and what waits for a yes.

The token that answers an approval is here and in no view: a snapshot may be shown to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from greenshift.reading.pipeline import ActionState, Declaration, PipelineState
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


def stages_of(state: PipelineState, declaration: Declaration) -> tuple[StageView, ...]:
    """The pipeline's stages as they stand."""
    return tuple(
        StageView(
            name=stage.name,
            actions=tuple(_action(stage.name, action, declaration) for action in stage.actions),
            execution=stage.execution,
            is_open=stage.is_open,
            closed_because=stage.closed_because,
        )
        for stage in state.stages
    )


def _action(stage: str, action: ActionState, declaration: Declaration) -> ActionView:
    category = declaration.category(stage, action.name)
    return ActionView(
        stage=stage,
        name=action.name,
        status=action.status,
        summary=action.summary,
        error=action.error,
        external_id="" if category == APPROVAL else action.external_id,
        category=category,
        updated_at=iso(action.updated),
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
        asked = list(_of_state(state, declaration))
    custom = {(a.stage, a.name): a.configuration.get("CustomData", "") for a in declaration.actions}
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


def _of_state(state: PipelineState, declaration: Declaration) -> Iterator[tuple[str, ActionView, str]]:
    for stage in state.stages:
        for action in stage.actions:
            if action.token and action.status == "InProgress":
                yield stage.execution, _action(stage.name, action, declaration), action.token


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
