"""What CodePipeline remembers: pipelines, their executions, and each action that ran.

    Pipeline -> Execution -> StageRun -> ActionRun

Plain records, changed by the engine only. Times are seconds of twin time. The pure questions about them
are in ``decisions``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from greenshift.twin.codepipeline.declaration import (
    ActionDeclaration,
    ConditionKind,
    PipelineDeclaration,
    StageDeclaration,
)

ExecutionStatus = Literal[
    "Cancelled", "InProgress", "Stopped", "Stopping", "Succeeded", "Superseded", "Failed"
]
StageStatus = Literal["Cancelled", "InProgress", "Failed", "Stopped", "Stopping", "Succeeded", "Skipped"]
ConditionStatus = Literal["InProgress", "Failed", "Succeeded", "Abandoned", "Overridden"]
ActionStatus = Literal["InProgress", "Abandoned", "Succeeded", "Failed"]
LIVE: tuple[ExecutionStatus, ...] = ("InProgress", "Stopping")


@dataclass(frozen=True)
class Artifact:
    """Where an artifact is, or will be."""

    name: str
    bucket: str
    key: str


@dataclass(frozen=True)
class SourceRevision:
    """What a source action found: a commit, or a version of an object."""

    id: str
    summary: str
    url: str
    change_id: str
    created: float


@dataclass(frozen=True)
class RevisionOverride:
    """The revision a start asked for, instead of the newest."""

    type: str
    value: str


@dataclass(frozen=True)
class Trigger:
    type: str
    detail: str


@dataclass(frozen=True)
class ErrorDetails:
    code: str
    message: str


@dataclass
class ActionRun:
    """One run of one action; a retry makes another."""

    id: str
    execution_id: str
    version: int
    stage: str
    action: ActionDeclaration
    started: float
    updated: float
    status: ActionStatus = "InProgress"
    resolved: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Artifact, ...] = ()
    outputs: tuple[Artifact, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    revision: SourceRevision | None = None
    summary: str = ""
    external_id: str = ""
    external_url: str = ""
    entity_url: str = ""
    percent: int | None = None
    token: str = ""  # of a manual approval, while it is open
    updated_by: str = ""
    error: ErrorDetails | None = None


@dataclass
class ConditionRun:
    """The check of one condition; ``rules`` run as actions do."""

    updated: float
    status: ConditionStatus = "InProgress"
    summary: str = ""
    rules: dict[str, ActionRun] = field(default_factory=dict)


@dataclass
class StageRun:
    """One execution's visit to one stage; ``runs`` holds the latest run of each action."""

    name: str
    status: StageStatus = "InProgress"
    runs: dict[str, ActionRun] = field(default_factory=dict)
    manual_retries: int = 0
    automatic_retries: int = 0
    is_retry: bool = False
    conditions: dict[ConditionKind, ConditionRun] = field(default_factory=dict)

    def in_progress(self) -> bool:
        """Whether an action or a rule of it runs."""
        rules = (rule for condition in self.conditions.values() for rule in condition.rules.values())
        return any(run.status == "InProgress" for run in (*self.runs.values(), *rules))


@dataclass
class Execution:
    """One execution; it stands in front of (``is_waiting``) or inside the stage at ``position``."""

    id: str
    order: int
    version: int
    declaration: PipelineDeclaration
    trigger: Trigger
    started: float
    updated: float
    variables: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, RevisionOverride] = field(default_factory=dict)  # by source action
    status: ExecutionStatus = "InProgress"
    summary: str = ""
    stop_reason: str | None = None  # set when a stop was asked for
    position: int = 0
    is_waiting: bool = True
    stages: dict[str, StageRun] = field(default_factory=dict)
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    namespaces: dict[str, Mapping[str, str]] = field(default_factory=dict)
    history: list[ActionRun] = field(default_factory=list)
    rule_history: list[ActionRun] = field(default_factory=list)
    attempt: int = 1
    rollback_of: str | None = None  # the execution whose work this one repeats in one stage
    carried: tuple[ActionRun, ...] = ()  # the source actions of that execution

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def stage(self) -> StageDeclaration:
        return self.declaration.stages[self.position]

    @property
    def stage_run(self) -> StageRun | None:
        """The visit to the stage it is in; None while it waits in front of one."""
        return None if self.is_waiting else self.stages.get(self.stage.name)

    def running(self) -> list[ActionRun]:
        return [run for run in (*self.history, *self.rule_history) if run.status == "InProgress"]

    def scopes(self) -> dict[str, Mapping[str, str]]:
        """All variables an action starting now can refer to."""
        own = {"codepipeline": {"PipelineExecutionId": self.id}, "variables": self.variables}
        return {**self.namespaces, **own}

    def revisions(self) -> Iterator[tuple[ActionRun, SourceRevision]]:
        """The source actions that found something, latest run of each."""
        latest = {run.action.name: run for run in (*self.carried, *self.history) if run.revision}
        for run in latest.values():
            if run.revision is not None:
                yield run, run.revision


@dataclass
class Transition:
    """The way into a stage; a closed one holds executions in front of it."""

    enabled: bool = True
    changed_by: str = ""
    changed_at: float | None = None
    reason: str = ""


@dataclass
class Lane:
    """What GetPipelineState shows of a stage: whoever was there last, not one execution's view."""

    latest: Execution | None = None
    runs: dict[str, ActionRun] = field(default_factory=dict)


@dataclass(frozen=True)
class Revision:
    """One version of a pipeline's structure; ``document`` is the JSON as GetPipeline shows it."""

    version: int
    declaration: PipelineDeclaration
    document: Mapping[str, Any]
    updated: float


@dataclass
class Pipeline:
    name: str
    arn: str
    created: float
    revisions: list[Revision]
    tags: dict[str, str] = field(default_factory=dict)
    executions: dict[str, Execution] = field(default_factory=dict)
    start_tokens: dict[str, str] = field(default_factory=dict)  # client request token -> execution id
    transitions: dict[str, Transition] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)

    @property
    def current(self) -> Revision:
        return self.revisions[-1]

    @property
    def declaration(self) -> PipelineDeclaration:
        return self.current.declaration

    def live(self) -> list[Execution]:
        return [execution for execution in self.executions.values() if execution.is_live]

    def transition(self, stage: str) -> Transition:
        return self.transitions.setdefault(stage, Transition())

    def lane(self, stage: str) -> Lane:
        return self.lanes.setdefault(stage, Lane())

    def waiting_at(self, stage: str) -> list[Execution]:
        """The executions in front of a stage, oldest first."""
        return [e for e in self.live() if e.is_waiting and e.stage.name == stage]
