"""One execution of a pipeline: its stages and actions, in the pipeline's own order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from greenshift.view.model import ActionView, StageView


@dataclass(frozen=True)
class ExecutionView:
    """What GetPipelineExecution tells."""

    id: str
    status: str
    commit: str
    message: str


def stage_names(client: Any, pipeline: str) -> list[tuple[str, list[str]]]:
    """Each stage with the names of its actions, as declared."""
    stages = client.get_pipeline(name=pipeline)["pipeline"]["stages"]
    return [(stage["name"], [action["name"] for action in stage["actions"]]) for stage in stages]


def execution(client: Any, pipeline: str, execution_id: str) -> ExecutionView:
    found = client.get_pipeline_execution(pipelineName=pipeline, pipelineExecutionId=execution_id)
    details = found["pipelineExecution"]
    revisions = details.get("artifactRevisions", [])
    return ExecutionView(
        execution_id, details["status"], commit_of(revisions), commit_message(_summary_of(revisions))
    )


def commit_message(summary: str) -> str:
    """The first line of the message; a connection's summary is JSON text around it, as seen on AWS."""
    try:
        parsed = json.loads(summary)
    except ValueError:
        parsed = None
    message = parsed.get("CommitMessage", "") if isinstance(parsed, dict) else summary
    return str(message).split("\n")[0]


def commit_of(source_revisions: list[dict[str, Any]]) -> str:
    """The user's commit among an execution's source revisions; empty while it is not known.

    ListPipelineExecutions names them by action, GetPipelineExecution by artifact.
    """
    found = (
        r for r in source_revisions if r.get("actionName") == "Source" or r.get("name") == "SourceOutput"
    )
    return str(next(found, {}).get("revisionId", ""))


def _summary_of(revisions: list[dict[str, Any]]) -> str:
    return str(next((r for r in revisions if r.get("name") == "SourceOutput"), {}).get("revisionSummary", ""))


def stages(
    client: Any, pipeline: str, execution_id: str, declared: list[tuple[str, list[str]]]
) -> tuple[StageView, ...]:
    """The stages of one execution; an action that has not started has no status."""
    pages = client.get_paginator("list_action_executions").paginate(
        pipelineName=pipeline, filter={"pipelineExecutionId": execution_id}
    )
    latest: dict[tuple[str, str], ActionView] = {}
    for page in pages:
        for detail in page["actionExecutionDetails"]:
            # Newest first: a retried action counts with its latest attempt.
            latest.setdefault((detail["stageName"], detail["actionName"]), _action(detail))
    return tuple(
        StageView(stage, tuple(latest.get((stage, name), ActionView(stage, name)) for name in names))
        for stage, names in declared
    )


def _action(detail: dict[str, Any]) -> ActionView:
    result = detail.get("output", {}).get("executionResult", {})
    return ActionView(
        stage=detail["stageName"],
        name=detail["actionName"],
        status=detail["status"],
        summary=result.get("externalExecutionSummary", ""),
        error=result.get("errorDetails", {}).get("message", "") if detail["status"] == "Failed" else "",
        external_id=result.get("externalExecutionId", ""),
    )
