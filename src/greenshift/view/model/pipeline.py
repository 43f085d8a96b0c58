"""The pipeline: its stages and actions as they stand, and its executions."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.reading.executions import has_ended


@dataclass(frozen=True)
class ActionView:
    """One action of one execution; ``status`` is CodePipeline's, empty before it started."""

    stage: str
    name: str
    status: str = ""
    summary: str = ""
    error: str = ""
    external_id: str = ""
    """A build's id, a job's id: what the action started elsewhere."""
    category: str = ""
    """CodePipeline's: Source, Build, Invoke, Approval."""
    started_at: str = ""
    updated_at: str = ""


@dataclass(frozen=True)
class StageView:
    """One stage of an execution, or of the pipeline as it stands."""

    name: str
    actions: tuple[ActionView, ...]
    execution: str = ""
    """The execution that is in it, or was last."""
    is_open: bool = True
    """Whether executions may enter it."""
    closed_because: str = ""

    @property
    def status(self) -> str:
        """The worst of its actions; empty before any of them started."""
        statuses = {action.status for action in self.actions}
        for status in ("Failed", "Abandoned", "InProgress"):
            if status in statuses:
                return status
        return "Succeeded" if statuses == {"Succeeded"} else "InProgress" if statuses - {""} else ""

    @property
    def error(self) -> str:
        """Why it failed, in the words of the action that did."""
        return next((action.error for action in self.actions if action.error), "")


@dataclass(frozen=True)
class ExecutionView:
    """One run of the pipeline; ``commit`` and ``message`` are empty until Source has ended."""

    id: str
    status: str
    commit: str
    message: str
    trigger: str = ""
    started_at: str = ""
    updated_at: str = ""
    stages: tuple[StageView, ...] = ()
    """Of executions under way and of the newest one; empty for the others."""
    by: str = ""
    """Who asked for it; empty where nobody said, and in lists of executions, which do not tell."""

    @property
    def has_ended(self) -> bool:
        """Whether it will not change any more."""
        return has_ended(self.status)


@dataclass(frozen=True)
class PipelineView:
    """The pipeline as it stands: each stage with the execution in it, and the latest executions."""

    name: str
    console_url: str
    version: int
    """Grows with every change of the pipeline's declaration."""
    stages: tuple[StageView, ...]
    executions: tuple[ExecutionView, ...]
    """Newest first."""
