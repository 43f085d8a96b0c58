"""Executions of a pipeline: their stages and actions, in the pipeline's own order."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from greenshift.view.model import ActionView, ExecutionView, StageView
from greenshift.view.moments import iso

APPROVAL = "Approval"

Names = list[tuple[str, list[str]]]
"""Each stage with the names of its actions, as declared."""


def execution(client: Any, pipeline: str, execution_id: str) -> ExecutionView:
    """What GetPipelineExecution tells; it knows no times."""
    found = client.get_pipeline_execution(pipelineName=pipeline, pipelineExecutionId=execution_id)
    details = found["pipelineExecution"]
    revisions = details.get("artifactRevisions", [])
    return ExecutionView(
        execution_id,
        details["status"],
        commit_of(revisions),
        commit_message(_summary_of(revisions)),
        trigger_of(details),
    )


def executions(client: Any, pipeline: str, limit: int) -> tuple[ExecutionView, ...]:
    """The latest executions, newest first; without their stages."""
    found = client.list_pipeline_executions(pipelineName=pipeline, maxResults=limit)
    return tuple(_listed(summary) for summary in found["pipelineExecutionSummaries"])


def _listed(summary: dict[str, Any]) -> ExecutionView:
    revisions = summary.get("sourceRevisions", [])
    return ExecutionView(
        summary["pipelineExecutionId"],
        summary.get("status", ""),
        commit_of(revisions),
        commit_message(_summary_of(revisions)),
        trigger_of(summary),
        iso(summary.get("startTime")),
        iso(summary.get("lastUpdateTime")),
    )


def trigger_of(details: dict[str, Any]) -> str:
    """The kind of trigger and its detail, such as who started it."""
    trigger = details.get("trigger") or {}
    return " ".join(str(trigger[name]) for name in ("triggerType", "triggerDetail") if trigger.get(name))


def commit_message(summary: str) -> str:
    """The first line of the message; a connection's summary is JSON text around it, as seen on AWS."""
    try:
        parsed = json.loads(summary)
    except ValueError:
        parsed = None
    message = parsed.get("CommitMessage", "") if isinstance(parsed, dict) else summary
    return str(message).split("\n")[0]


def commit_of(source_revisions: list[dict[str, Any]]) -> str:
    """The user's commit among an execution's source revisions; empty while it is not known."""
    return str(_of_source(source_revisions).get("revisionId", ""))


def _summary_of(revisions: list[dict[str, Any]]) -> str:
    return str(_of_source(revisions).get("revisionSummary", ""))


def _of_source(revisions: list[dict[str, Any]]) -> dict[str, Any]:
    """ListPipelineExecutions names revisions by action, GetPipelineExecution by artifact."""
    found = (r for r in revisions if r.get("actionName") == "Source" or r.get("name") == "SourceOutput")
    return next(found, {})


Details = dict[tuple[str, str], dict[str, Any]]
"""(stage, action) -> what ListActionExecutions tells of its latest attempt."""


def action_details(client: Any, pipeline: str, execution_id: str) -> Details:
    """The actions of one execution that have started."""
    pages = client.get_paginator("list_action_executions").paginate(
        pipelineName=pipeline, filter={"pipelineExecutionId": execution_id}
    )
    latest: Details = {}
    for page in pages:
        for detail in page["actionExecutionDetails"]:
            # Newest first: a retried action counts with its latest attempt.
            latest.setdefault((detail["stageName"], detail["actionName"]), detail)
    return latest


def stages(
    details: Details,
    execution_id: str,
    declared: Names,
    category: Callable[[str, str], str] = lambda stage, action: "",
) -> tuple[StageView, ...]:
    """The stages of one execution; an action that has not started has no status."""
    return tuple(
        StageView(
            stage,
            tuple(
                _action(stage, name, category(stage, name), details.get((stage, name), {})) for name in names
            ),
            execution_id,
        )
        for stage, names in declared
    )


def _action(stage: str, name: str, category: str, detail: dict[str, Any]) -> ActionView:
    result = detail.get("output", {}).get("executionResult", {})
    status = detail.get("status", "")
    return ActionView(
        stage=stage,
        name=name,
        status=status,
        summary=result.get("externalExecutionSummary", ""),
        error=result.get("errorDetails", {}).get("message", "") if status == "Failed" else "",
        # An approval's external id answers it, where executions run in parallel: it is no view's business.
        external_id="" if category == APPROVAL else result.get("externalExecutionId", ""),
        category=category,
        started_at=iso(detail.get("startTime")),
        updated_at=iso(detail.get("lastUpdateTime")),
    )


def open_questions(details: Details, category: Callable[[str, str], str]) -> dict[tuple[str, str], str]:
    """(stage, action) -> the external id of an approval that waits: in PARALLEL mode it is its token."""
    return {
        place: detail["output"]["executionResult"]["externalExecutionId"]
        for place, detail in details.items()
        if category(*place) == APPROVAL
        and detail["status"] == "InProgress"
        and detail.get("output", {}).get("executionResult", {}).get("externalExecutionId")
    }
