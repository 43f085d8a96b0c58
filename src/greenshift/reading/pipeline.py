"""CodePipeline: a pipeline as it is declared and as it stands. Its executions are in ``executions``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from greenshift.contract.action_words import why_it_failed
from greenshift.contract.clock import answered_at
from greenshift.reading.absence import unless_absent


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action as it is declared."""

    stage: str
    name: str
    category: str
    """CodePipeline's: Source, Build, Invoke, Approval."""
    provider: str
    configuration: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A pipeline as it is declared; ``stages`` in its order, each with its actions."""

    name: str
    stages: tuple[tuple[str, tuple[Action, ...]], ...]
    arn: str = ""
    version: int = 0
    # Absent means the first type (API reference, PipelineDeclaration).
    type: str = "V1"
    mode: str = "SUPERSEDED"
    """SUPERSEDED, QUEUED or PARALLEL."""
    role_arn: str = ""
    bucket: str = ""
    """Where its artifacts lie."""
    told_at: datetime | None = None
    """AWS's own time when it told this."""

    @property
    def names(self) -> list[tuple[str, list[str]]]:
        """Each stage with the names of its actions."""
        return [(stage, [action.name for action in actions]) for stage, actions in self.stages]

    @property
    def actions(self) -> tuple[Action, ...]:
        return tuple(action for _, actions in self.stages for action in actions)

    def action(self, category: str, name: str = "") -> Action | None:
        """The first action of a category; with ``name``, the one called that."""
        found = (each for each in self.actions if each.category == category and name in ("", each.name))
        return next(found, None)

    def category(self, stage: str, action: str) -> str:
        return next((a.category for a in self.actions if (a.stage, a.name) == (stage, action)), "")

    def configured(self, key: str) -> str:
        """The first value any action's configuration has for a key; empty for none."""
        return next((a.configuration[key] for a in self.actions if a.configuration.get(key)), "")

    @property
    def source(self) -> Action | None:
        """Where the user's code comes from."""
        return next((each for each in self.actions if "SourceOutput" in each.outputs), None)

    @property
    def connection_arn(self) -> str:
        return self.configured("ConnectionArn")

    @property
    def build_project(self) -> str:
        return self.configured("ProjectName")

    @property
    def controller(self) -> str:
        """The function that publishes and shifts."""
        return self.configured("FunctionName")


@dataclass(frozen=True, kw_only=True)
class ActionState:
    """An action the last time it ran, for whichever execution; a ``token`` answers an open approval."""

    name: str
    status: str = ""
    summary: str = ""
    error: str = ""
    external_id: str = ""
    updated: datetime | None = None
    token: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class StageState:
    """A stage as it stands; ``execution`` is the one in it, or the last that was."""

    name: str
    execution: str = ""
    status: str = ""
    is_open: bool = True
    """Whether executions may enter it."""
    closed_because: str = ""
    actions: tuple[ActionState, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PipelineState:
    version: int
    stages: tuple[StageState, ...]
    told_at: datetime | None = None

    @property
    def is_releasing(self) -> bool:
        """Whether an execution is in one of the stages."""
        return any(stage.status == "InProgress" for stage in self.stages)


def read_declaration(client: Any, name: str) -> Declaration:
    """The pipeline must exist."""
    answer = client.get_pipeline(name=name)
    found = answer["pipeline"]
    return Declaration(
        name=name,
        stages=tuple((stage["name"], tuple(_actions(stage))) for stage in found["stages"]),
        arn=answer.get("metadata", {}).get("pipelineArn", ""),
        version=int(found.get("version", 0)),
        type=found.get("pipelineType", "V1"),
        mode=found.get("executionMode", "SUPERSEDED"),
        role_arn=found.get("roleArn", ""),
        bucket=found.get("artifactStore", {}).get("location", ""),
        told_at=answered_at(answer),
    )


def read_state(client: Any, name: str) -> PipelineState | None:
    with unless_absent("PipelineNotFoundException"):
        answer = client.get_pipeline_state(name=name)
        stages = tuple(_stage(stage) for stage in answer.get("stageStates", []))
        version = int(answer.get("pipelineVersion", 0))
        return PipelineState(version=version, stages=stages, told_at=answered_at(answer))
    return None


def read_webhooks(client: Any, name: str) -> tuple[str, ...]:
    """How each webhook that starts this pipeline knows who calls, such as GITHUB_HMAC."""
    pages = client.get_paginator("list_webhooks").paginate()
    found = (each["definition"] for page in pages for each in page["webhooks"])
    return tuple(each["authentication"] for each in found if each["targetPipeline"] == name)


def _actions(stage: Mapping[str, Any]) -> Iterator[Action]:
    for action in stage["actions"]:
        kind = action.get("actionTypeId", {})
        yield Action(
            stage=stage["name"],
            name=action["name"],
            category=kind.get("category", ""),
            provider=kind.get("provider", ""),
            configuration=action.get("configuration", {}),
            inputs=tuple(each["name"] for each in action.get("inputArtifacts", [])),
            outputs=tuple(each["name"] for each in action.get("outputArtifacts", [])),
        )


def _stage(found: Mapping[str, Any]) -> StageState:
    door, latest = found.get("inboundTransitionState", {}), found.get("latestExecution", {})
    is_open = bool(door.get("enabled", True))
    return StageState(
        name=found["stageName"],
        execution=latest.get("pipelineExecutionId", ""),
        status=latest.get("status", ""),
        is_open=is_open,
        closed_because="" if is_open else door.get("disabledReason", ""),
        actions=tuple(_state(each) for each in found.get("actionStates", [])),
    )


def _state(found: Mapping[str, Any]) -> ActionState:
    latest = found.get("latestExecution", {})
    return ActionState(
        name=found["actionName"],
        status=latest.get("status", ""),
        summary=latest.get("summary", ""),
        error=why_it_failed(latest.get("errorDetails", {}).get("message", "")),
        external_id=latest.get("externalExecutionId", ""),
        updated=latest.get("lastStatusChange"),
        token=latest.get("token", ""),
    )
