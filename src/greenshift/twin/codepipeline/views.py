"""State as the API shows it: one function per response member, all of them pure."""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.twin.codepipeline import condition_views, run_views
from greenshift.twin.codepipeline.run_views import View, moment, present
from greenshift.twin.codepipeline.state import (
    ActionRun,
    Artifact,
    Execution,
    Lane,
    Pipeline,
    SourceRevision,
    StageRun,
)


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


def execution(found: Execution, pipeline: Pipeline) -> View:
    return present(
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
        executionType=_execution_type(found),
        rollbackMetadata=_rollback(found),
    )


def _execution_type(found: Execution) -> str:
    return "STANDARD" if found.rollback_of is None else "ROLLBACK"


def _rollback(found: Execution) -> View | None:
    return None if found.rollback_of is None else {"rollbackTargetPipelineExecutionId": found.rollback_of}


def _artifact_revision(artifact: Artifact, revision: SourceRevision) -> View:
    return present(
        name=artifact.name,
        revisionId=revision.id,
        revisionChangeIdentifier=revision.change_id,
        revisionSummary=revision.summary,
        created=moment(revision.created),
        revisionUrl=revision.url,
    )


def execution_summary(found: Execution) -> View:
    sources = [
        present(
            actionName=run.action.name,
            revisionId=revision.id,
            revisionSummary=revision.summary,
            revisionUrl=revision.url,
        )
        for run, revision in found.revisions()
    ]
    return present(
        pipelineExecutionId=found.id,
        status=found.status,
        statusSummary=found.summary,
        startTime=moment(found.started),
        lastUpdateTime=moment(found.updated),
        sourceRevisions=sources,
        trigger={"triggerType": found.trigger.type, "triggerDetail": found.trigger.detail},
        stopTrigger=None if found.stop_reason is None else {"reason": found.stop_reason},
        executionMode=found.declaration.mode,
        executionType=_execution_type(found),
        rollbackMetadata=_rollback(found),
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
    return present(
        stageName=name,
        inboundExecution=_stage_execution(waiting[-1], "InProgress") if waiting else None,
        inboundExecutions=[_stage_execution(execution, "InProgress") for execution in waiting],
        inboundTransitionState=_transition(pipeline, name),
        actionStates=[_action_state(lane, action.name) for action in stage.actions],
        latestExecution=_stage_execution(lane.latest, visit.status) if lane.latest and visit else None,
        retryStageMetadata=_retries(visit) if visit else None,
        **condition_views.states(visit),
    )


def _stage_execution(found: Execution, status: str) -> View:
    return {"pipelineExecutionId": found.id, "status": status, "type": _execution_type(found)}


def _transition(pipeline: Pipeline, stage: str) -> View:
    transition = pipeline.transition(stage)
    changed = None if transition.changed_at is None else moment(transition.changed_at)
    return {
        "enabled": transition.enabled,
        **present(
            lastChangedBy=transition.changed_by,
            lastChangedAt=changed,
            disabledReason="" if transition.enabled else transition.reason,
        ),
    }


def _retries(visit: StageRun) -> View | None:
    if not visit.manual_retries and not visit.automatic_retries:
        return None
    by_hand = visit.manual_retries > 0
    return present(
        manualStageRetryAttempt=visit.manual_retries or None,
        autoStageRetryAttempt=visit.automatic_retries or None,
        latestRetryTrigger="ManualStageRetry" if by_hand else "AutomatedStageRetry",
    )


def _action_state(lane: Lane, name: str) -> View:
    run = lane.runs.get(name)
    if run is None:
        return {"actionName": name}
    revision = run.revision
    return present(
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
    return present(
        actionExecutionId=run.id,
        status=run.status,
        summary=run.summary,
        lastStatusChange=moment(run.updated),
        token=run.token,
        lastUpdatedBy=run.updated_by,
        externalExecutionId=run.external_id,
        externalExecutionUrl=run.external_url,
        percentComplete=run.percent if run.status == "InProgress" else None,
        errorDetails=run_views.error(run),
    )


def tags(found: Mapping[str, str]) -> list[View]:
    return [{"key": key, "value": value} for key, value in found.items()]
