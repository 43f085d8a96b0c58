"""What a person may want to know of a stack, as frozen values; shares are percent, times are ISO-8601 UTC."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


def has_ended(status: str) -> bool:
    """Whether an execution with this status will not change any more."""
    return status not in ("InProgress", "Stopping", "")


@dataclass(frozen=True)
class ActionView:
    """One action of one pipeline execution; ``status`` is CodePipeline's, empty before it started."""

    stage: str
    name: str
    status: str = ""
    summary: str = ""
    error: str = ""
    external_id: str = ""


@dataclass(frozen=True)
class StageView:
    name: str
    actions: tuple[ActionView, ...]

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
        return next((action.error for action in self.actions if action.error), "")


@dataclass(frozen=True)
class FunctionView:
    """A function's alias as it stands: ``new_version`` takes ``new_percent`` of the traffic, if any."""

    key: str
    name: str
    version: str
    new_version: str = ""
    new_percent: float = 0.0
    alarm: str = ""
    alarm_state: str = ""


@dataclass(frozen=True)
class Transition:
    """A release entered a status, at a time, for a cause."""

    at: str
    status: str
    cause: str


@dataclass(frozen=True)
class FunctionRelease:
    """What one release did to one function."""

    key: str
    name: str
    from_version: str
    to_version: str
    state: str
    reason: str = ""


@dataclass(frozen=True)
class ReleaseView:
    """A release as the ledger has it; ``id`` is the pipeline execution's."""

    id: str
    status: str
    commit: str
    message: str
    trigger: str
    started_at: str
    ended_at: str
    reason: str
    alarm: str
    functions: tuple[FunctionRelease, ...]
    transitions: tuple[Transition, ...]
    notified: str = ""
    """The end that was announced; empty while none was."""
    lease_until: str = ""
    """Until when one invocation alone may move it; empty while none does."""
    expires_at: int = 0
    """When its row goes, in seconds since the epoch."""

    @property
    def changed(self) -> tuple[FunctionRelease, ...]:
        return tuple(f for f in self.functions if f.from_version != f.to_version)


@dataclass(frozen=True)
class Snapshot:
    """One pipeline execution and everything around it, at one moment."""

    pipeline: str
    execution: str
    status: str
    commit: str
    message: str
    stages: tuple[StageView, ...]
    functions: tuple[FunctionView, ...]
    release: ReleaseView | None

    @property
    def has_ended(self) -> bool:
        return has_ended(self.status)

    def to_json(self) -> dict[str, Any]:
        """For ``--json``; stages carry the status derived from their actions."""
        value = asdict(self)
        for stage, view in zip(value["stages"], self.stages, strict=True):
            stage["status"] = view.status
        return value
