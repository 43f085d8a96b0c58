"""One execution of a pipeline: its stages and actions, in the pipeline's own order."""

from __future__ import annotations

from collections.abc import Mapping
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
    revision = source_revision(details.get("artifactRevisions", []))
    return ExecutionView(
        execution_id,
        details["status"],
        revision.get("revisionId", ""),
        revision.get("revisionSummary", "").split("\n")[0],
    )


def source_revision(revisions: list[dict[str, Any]]) -> Mapping[str, Any]:
    """The revision of the user's source; the build kit is a source as well."""
    return next((revision for revision in revisions if revision.get("name") == "SourceOutput"), {})


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
