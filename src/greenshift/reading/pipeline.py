"""CodePipeline: a pipeline as it is declared and as it stands, its executions, and what their actions did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from greenshift.contract.clock import answered_at
from greenshift.reading.absence import unless_absent

# API reference: PipelineExecution. Every other status is an end, though a retried stage begins it anew.
_UNDER_WAY = ("InProgress", "Stopping")
# API reference: ListPipelineExecutions, maxResults is at most 100.
_PAGE = 100


def has_ended(status: str) -> bool:
    """Whether an execution with this status will not change by itself any more."""
    return status not in (*_UNDER_WAY, "")


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


@dataclass(frozen=True)
class Revision:
    """What an execution released of one source: the name is an action's, or an artifact's."""

    source: str
    id: str = ""
    summary: str = ""


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One run of the pipeline. GetPipelineExecution knows no times, so they may be missing."""

    id: str
    status: str
    started: datetime | None = None
    updated: datetime | None = None
    """When its status last changed."""
    trigger: str = ""
    """The kind of trigger and its detail, such as who started it."""
    revisions: tuple[Revision, ...] = ()

    @property
    def has_ended(self) -> bool:
        return has_ended(self.status)


@dataclass(frozen=True, kw_only=True)
class ActionRun:
    """One attempt at an action, in one execution."""

    stage: str
    name: str
    status: str = ""
    started: datetime | None = None
    updated: datetime | None = None
    summary: str = ""
    error: str = ""
    external_id: str = ""
    """A build's id, a job's id: what the action started elsewhere."""


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


def read_executions(client: Any, name: str, limit: int) -> tuple[Execution, ...]:
    """The newest ones, newest first, at most ``limit``."""
    found: list[Execution] = []
    token: dict[str, str] = {}
    while len(found) < limit:
        page = client.list_pipeline_executions(
            pipelineName=name, maxResults=min(limit - len(found), _PAGE), **token
        )
        found += [_listed(each) for each in page["pipelineExecutionSummaries"]]
        if not page.get("nextToken"):
            break
        token = {"nextToken": page["nextToken"]}
    return tuple(found)


def read_execution(client: Any, name: str, execution: str) -> Execution | None:
    """None when there is no such execution, and for an id that is none: a rollback's."""
    with unless_absent("PipelineExecutionNotFoundException", "ValidationException"):
        answer = client.get_pipeline_execution(pipelineName=name, pipelineExecutionId=execution)
        found = answer["pipelineExecution"]
        return Execution(
            id=execution,
            status=found["status"],
            trigger=_trigger(found),
            revisions=tuple(_revision(each, "name") for each in found.get("artifactRevisions", [])),
        )
    return None


def read_action_runs(client: Any, name: str, execution: str) -> tuple[ActionRun, ...]:
    """Every attempt of an execution's actions that have started, newest first."""
    pages = client.get_paginator("list_action_executions").paginate(
        pipelineName=name, filter={"pipelineExecutionId": execution}
    )
    return tuple(_run(detail) for page in pages for detail in page["actionExecutionDetails"])


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
        error=latest.get("errorDetails", {}).get("message", ""),
        external_id=latest.get("externalExecutionId", ""),
        updated=latest.get("lastStatusChange"),
        token=latest.get("token", ""),
    )


def _listed(summary: Mapping[str, Any]) -> Execution:
    return Execution(
        id=summary["pipelineExecutionId"],
        status=summary.get("status", ""),
        started=summary.get("startTime"),
        updated=summary.get("lastUpdateTime"),
        trigger=_trigger(summary),
        revisions=tuple(_revision(each, "actionName") for each in summary.get("sourceRevisions", [])),
    )


def _revision(found: Mapping[str, Any], name: str) -> Revision:
    return Revision(found.get(name, ""), found.get("revisionId", ""), found.get("revisionSummary", ""))


def _trigger(details: Mapping[str, Any]) -> str:
    trigger = details.get("trigger") or {}
    return " ".join(str(trigger[name]) for name in ("triggerType", "triggerDetail") if trigger.get(name))


def _run(detail: Mapping[str, Any]) -> ActionRun:
    result = detail.get("output", {}).get("executionResult", {})
    return ActionRun(
        stage=detail["stageName"],
        name=detail["actionName"],
        status=detail.get("status", ""),
        started=detail.get("startTime"),
        updated=detail.get("lastUpdateTime"),
        summary=result.get("externalExecutionSummary", ""),
        error=result.get("errorDetails", {}).get("message", ""),
        external_id=result.get("externalExecutionId", ""),
    )
