"""State as the API shows it: one function per response member, all of them pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from greenshift.twin.codepipeline.action_types import ActionType
from greenshift.twin.codepipeline.declaration import SECRET_KEYS, ActionTypeId, mask_secrets
from greenshift.twin.codepipeline.state import (
    ActionRun,
    Artifact,
    Execution,
    Lane,
    Pipeline,
    SourceRevision,
    StageRun,
)

View = dict[str, Any]


def moment(time: float) -> datetime:
    return datetime.fromtimestamp(time, UTC)


def pipeline_summary(pipeline: Pipeline) -> View:
    document = pipeline.current.document
    return {
        "name": pipeline.name,
        "version": pipeline.current.version,
        "pipelineType": document["pipelineType"],
        "executionMode": document["executionMode"],
        "created": moment(pipeline.created),
        "updated": moment(pipeline.current.updated),
    }


def action_provider(type_id: ActionTypeId, limits: ActionType) -> View:
    """Keys that hold secrets are those whose values the service itself masks."""
    properties = [
        {
            "name": name,
            "required": name in limits.required,
            "key": name in limits.required,
            "secret": name in SECRET_KEYS,
            "queryable": False,
            "type": "String",
        }
        for name in sorted(limits.required | limits.optional)
    ]
    return {
        "id": action_type(type_id),
        "settings": {},
        "actionConfigurationProperties": properties,
        "inputArtifactDetails": _bounds(limits.inputs),
        "outputArtifactDetails": _bounds(limits.outputs),
    }


def _bounds(artifacts: tuple[int, int]) -> View:
    return {"minimumCount": artifacts[0], "maximumCount": artifacts[1]}


def execution(found: Execution, pipeline: Pipeline) -> View:
    return _present(
        pipelineName=pipeline.name,
        pipelineVersion=found.version,
        pipelineExecutionId=found.id,
        status=found.status,
        statusSummary=found.summary,
        artifactRevisions=[
            _artifact_revision(artifact, revision)
            for run, revision in found.revisions()
            for artifact in run.outputs
        ],
        variables=[{"name": name, "resolvedValue": value} for name, value in found.variables.items()],
        trigger={"triggerType": found.trigger.type, "triggerDetail": found.trigger.detail},
        executionMode=found.declaration.mode,
        executionType="STANDARD",
    )


def _artifact_revision(artifact: Artifact, revision: SourceRevision) -> View:
    return _present(
        name=artifact.name,
        revisionId=revision.id,
        revisionChangeIdentifier=revision.change_id,
        revisionSummary=revision.summary,
        created=moment(revision.created),
        revisionUrl=revision.url,
    )


def execution_summary(found: Execution) -> View:
    sources = [
        _present(
            actionName=run.action.name,
            revisionId=revision.id,
            revisionSummary=revision.summary,
            revisionUrl=revision.url,
        )
        for run, revision in found.revisions()
    ]
    return _present(
        pipelineExecutionId=found.id,
        status=found.status,
        statusSummary=found.summary,
        startTime=moment(found.started),
        lastUpdateTime=moment(found.updated),
        sourceRevisions=sources,
        trigger={"triggerType": found.trigger.type, "triggerDetail": found.trigger.detail},
        stopTrigger=None if found.stop_reason is None else {"reason": found.stop_reason},
        executionMode=found.declaration.mode,
        executionType="STANDARD",
    )


def pipeline_state(pipeline: Pipeline) -> View:
    return {
        "pipelineName": pipeline.name,
        "pipelineVersion": pipeline.current.version,
        "created": moment(pipeline.created),
        "updated": moment(pipeline.current.updated),
        "stageStates": [_stage_state(pipeline, stage.name) for stage in pipeline.declaration.stages],
    }


def _stage_state(pipeline: Pipeline, name: str) -> View:
    lane, waiting = pipeline.lane(name), pipeline.waiting_at(name)
    [stage] = [stage for stage in pipeline.declaration.stages if stage.name == name]
    visit = lane.latest.stages.get(name) if lane.latest else None
    return _present(
        stageName=name,
        inboundExecution=_stage_execution(waiting[-1].id, "InProgress") if waiting else None,
        inboundExecutions=[_stage_execution(execution.id, "InProgress") for execution in waiting],
        inboundTransitionState=_transition(pipeline, name),
        actionStates=[_action_state(lane, action.name) for action in stage.actions],
        latestExecution=_stage_execution(lane.latest.id, visit.status) if lane.latest and visit else None,
        retryStageMetadata=_retries(visit) if visit else None,
    )


def _stage_execution(execution_id: str, status: str) -> View:
    return {"pipelineExecutionId": execution_id, "status": status, "type": "STANDARD"}


def _transition(pipeline: Pipeline, stage: str) -> View:
    transition = pipeline.transition(stage)
    changed = None if transition.changed_at is None else moment(transition.changed_at)
    return {
        "enabled": transition.enabled,
        **_present(
            lastChangedBy=transition.changed_by,
            lastChangedAt=changed,
            disabledReason="" if transition.enabled else transition.reason,
        ),
    }


def _retries(visit: StageRun) -> View | None:
    if not visit.manual_retries and not visit.automatic_retries:
        return None
    by_hand = visit.manual_retries > 0
    return _present(
        manualStageRetryAttempt=visit.manual_retries or None,
        autoStageRetryAttempt=visit.automatic_retries or None,
        latestRetryTrigger="ManualStageRetry" if by_hand else "AutomatedStageRetry",
    )


def _action_state(lane: Lane, name: str) -> View:
    run = lane.runs.get(name)
    if run is None:
        return {"actionName": name}
    revision = run.revision
    return _present(
        actionName=name,
        currentRevision=None
        if revision is None
        else {
            "revisionId": revision.id,
            "revisionChangeId": revision.change_id,
            "created": moment(revision.created),
        },
        latestExecution=_action_execution(run),
        entityUrl=run.entity_url,
        revisionUrl=revision.url if revision else None,
    )


def _action_execution(run: ActionRun) -> View:
    return _present(
        actionExecutionId=run.id,
        status=run.status,
        summary=run.summary,
        lastStatusChange=moment(run.updated),
        token=run.token,
        lastUpdatedBy=run.updated_by,
        externalExecutionId=run.external_id,
        externalExecutionUrl=run.external_url,
        percentComplete=run.percent if run.status == "InProgress" else None,
        errorDetails=_error(run),
    )


def action_execution_detail(run: ActionRun, region: str) -> View:
    """One entry of ListActionExecutions."""
    return _present(
        pipelineExecutionId=run.execution_id,
        actionExecutionId=run.id,
        pipelineVersion=run.version,
        stageName=run.stage,
        actionName=run.action.name,
        startTime=moment(run.started),
        lastUpdateTime=moment(run.updated),
        updatedBy=run.updated_by,
        status=run.status,
        input=_input(run, region),
        output=_output(run),
    )


def _input(run: ActionRun, region: str) -> View:
    action = run.action
    return _present(
        actionTypeId=action_type(action.type),
        configuration=mask_secrets(action.configuration),
        resolvedConfiguration=mask_secrets(run.resolved),
        roleArn=action.role_arn,
        region=action.region or region,
        inputArtifacts=[_artifact(artifact) for artifact in run.inputs],
        namespace=action.namespace,
    )


def _output(run: ActionRun) -> View:
    result = _present(
        # In PARALLEL mode this is where an approval's token is found (API reference: PutApprovalResult).
        externalExecutionId=run.external_id or run.token,
        externalExecutionSummary=run.summary,
        externalExecutionUrl=run.external_url,
        errorDetails=_error(run),
    )
    return _present(
        outputArtifacts=[_artifact(artifact) for artifact in run.outputs],
        executionResult=result or None,
        outputVariables=dict(run.variables),
    )


def action_type(type_id: ActionTypeId) -> View:
    return {
        "category": type_id.category,
        "owner": type_id.owner,
        "provider": type_id.provider,
        "version": type_id.version,
    }


def tags(found: Mapping[str, str]) -> list[View]:
    return [{"key": key, "value": value} for key, value in found.items()]


def _artifact(artifact: Artifact) -> View:
    return {"name": artifact.name, "s3location": {"bucket": artifact.bucket, "key": artifact.key}}


def _error(run: ActionRun) -> View | None:
    return None if run.error is None else {"code": run.error.code, "message": run.error.message}


def _present(**members: Any) -> View:
    """Only the members that have a value: AWS leaves out what is empty text or unknown."""
    return {name: value for name, value in members.items() if value is not None and value != ""}
