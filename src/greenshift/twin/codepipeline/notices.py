"""The events CodePipeline puts on the bus (user guide: "Monitoring CodePipeline events").

Pure: state in, event out. Keys are hyphenated and states upper case; "CANCELED" has one L here, while the
API says "Cancelled".
"""

from __future__ import annotations

from typing import Any

from greenshift.twin.codepipeline.state import ActionRun, Artifact, Execution, Pipeline
from greenshift.twin.world import ServiceEvent

SOURCE = "aws.codepipeline"


def execution_event(pipeline: Pipeline, execution: Execution, state: str, time: float) -> ServiceEvent:
    detail = _about(pipeline, execution, state)
    detail["pipeline-execution-attempt"] = execution.attempt
    if state == "STARTED":
        detail["execution-trigger"] = {
            "trigger-type": execution.trigger.type,
            "trigger-detail": execution.trigger.detail,
        }
    if execution.stop_reason and state in ("STOPPING", "STOPPED"):
        detail["stop-execution-comments"] = execution.stop_reason
    return _event(pipeline, "CodePipeline Pipeline Execution State Change", detail, time)


def stage_event(
    pipeline: Pipeline, execution: Execution, stage: str, state: str, time: float
) -> ServiceEvent:
    detail = {**_about(pipeline, execution, state), "stage": stage}
    return _event(pipeline, "CodePipeline Stage Execution State Change", detail, time)


def action_event(
    pipeline: Pipeline, execution: Execution, run: ActionRun, state: str, region: str, time: float
) -> ServiceEvent:
    kind = run.action.type
    detail = {
        **_about(pipeline, execution, state),
        "stage": run.stage,
        "action": run.action.name,
        "action-execution-id": run.id,
        "region": region,
        "type": {
            "owner": kind.owner,
            "category": kind.category,
            "provider": kind.provider,
            "version": kind.version,
        },
        "input-artifacts": [_artifact(artifact) for artifact in run.inputs],
    }
    if state == "SUCCEEDED":
        detail["output-artifacts"] = [_artifact(artifact) for artifact in run.outputs]
    if result := _result(run):
        detail["execution-result"] = result
    return _event(pipeline, "CodePipeline Action Execution State Change", detail, time)


def _about(pipeline: Pipeline, execution: Execution, state: str) -> dict[str, Any]:
    return {
        "pipeline": pipeline.name,
        "execution-id": execution.id,
        "version": execution.version,
        "state": state,
    }


def _artifact(artifact: Artifact) -> dict[str, Any]:
    return {"name": artifact.name, "s3location": {"bucket": artifact.bucket, "key": artifact.key}}


def _result(run: ActionRun) -> dict[str, str]:
    result = {
        "external-execution-url": run.external_url,
        "external-execution-summary": run.error.message if run.error else run.summary,
        "external-execution-id": run.external_id,
        "error-code": run.error.code if run.error else "",
    }
    return {key: value for key, value in result.items() if value}


def _event(pipeline: Pipeline, detail_type: str, detail: dict[str, Any], time: float) -> ServiceEvent:
    return ServiceEvent(SOURCE, detail_type, (pipeline.arn,), detail, time)
