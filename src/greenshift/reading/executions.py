"""CodePipeline's executions: what each released, how it stands, and what its actions did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from greenshift.contract.action_words import why_it_failed
from greenshift.reading.absence import unless_absent

# API reference: PipelineExecution. Every other status is an end, though a retried stage begins it anew.
_UNDER_WAY = ("InProgress", "Stopping")
# API reference: ListPipelineExecutions, maxResults is at most 100.
_PAGE = 100


def has_ended(status: str) -> bool:
    """Whether an execution with this status will not change by itself any more."""
    return status not in (*_UNDER_WAY, "")


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
    by: str = ""
    """Who asked for it, by the variable of that name; ListPipelineExecutions knows no variables."""

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
            by=_asked_by(found),
        )
    return None


def read_action_runs(client: Any, name: str, execution: str) -> tuple[ActionRun, ...]:
    """Every attempt of an execution's actions that have started, newest first."""
    pages = client.get_paginator("list_action_executions").paginate(
        pipelineName=name, filter={"pipelineExecutionId": execution}
    )
    return tuple(_run(detail) for page in pages for detail in page["actionExecutionDetails"])


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


def _asked_by(execution: Mapping[str, Any]) -> str:
    told = {each.get("name"): each.get("resolvedValue", "") for each in execution.get("variables", [])}
    by = str(told.get("by", ""))
    return "" if by == "-" else by  # the default of a variable that nobody gave, which cannot be empty


def _run(detail: Mapping[str, Any]) -> ActionRun:
    result = detail.get("output", {}).get("executionResult", {})
    return ActionRun(
        stage=detail["stageName"],
        name=detail["actionName"],
        status=detail.get("status", ""),
        started=detail.get("startTime"),
        updated=detail.get("lastUpdateTime"),
        summary=result.get("externalExecutionSummary", ""),
        error=why_it_failed(result.get("errorDetails", {}).get("message", "")),
        external_id=result.get("externalExecutionId", ""),
    )
