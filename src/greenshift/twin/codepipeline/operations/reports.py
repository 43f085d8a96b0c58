"""Operations by which the outside answers: jobs of functions, and approvals of people."""

from __future__ import annotations

from typing import Any, Literal

from greenshift.twin.codepipeline import errors, run_views
from greenshift.twin.codepipeline.actions.approval import action_arn
from greenshift.twin.codepipeline.actions.lambda_invoke import job_data
from greenshift.twin.codepipeline.approvals import Answer
from greenshift.twin.codepipeline.declaration import RULE, ActionTypeId
from greenshift.twin.codepipeline.jobs import ActionPlace, Job, JobFailed, JobSucceeded
from greenshift.twin.codepipeline.operations.base import Operations
from greenshift.twin.codepipeline.pipelines import stage_of
from greenshift.twin.service import CallContext, Request, Response, operation


class ReportOperations(Operations):
    @operation
    def put_approval_result(self, context: CallContext, request: Request) -> Response:
        pipeline = self.pipelines.get(request["pipelineName"])
        stage, name = stage_of(pipeline, request["stageName"]), request["actionName"]
        if stage.action(name) is None:
            raise errors.action_not_found(stage.name, name)
        result = request["result"]
        status: Literal["Approved", "Rejected"] = result["status"]
        answer = Answer(status, result["summary"], context.principal.arn)
        self.approvals.answer(request["token"], action_arn(pipeline.arn, stage.name, name), answer)
        return {"approvedAt": run_views.moment(self.now())}

    @operation
    def put_job_success_result(self, context: CallContext, request: Request) -> Response:
        details = request.get("executionDetails") or {}
        report = JobSucceeded(
            continuation_token=request.get("continuationToken"),
            variables=request.get("outputVariables") or {},
            summary=details.get("summary") or "",
            external_id=details.get("externalExecutionId") or "",
            percent=details.get("percentComplete"),
        )
        self.jobs.succeed(request["jobId"], report)
        return {}

    @operation
    def put_job_failure_result(self, context: CallContext, request: Request) -> Response:
        details = request["failureDetails"]
        external_id = details.get("externalExecutionId") or ""
        self.jobs.fail(request["jobId"], JobFailed(details["type"], details["message"], external_id))
        return {}

    @operation
    def get_job_details(self, context: CallContext, request: Request) -> Response:
        job = self.jobs.get(request["jobId"])
        return {"jobDetails": {"id": job.id, "accountId": context.account, "data": _details(job)}}


def _details(job: Job) -> dict[str, Any]:
    """What the event says, and what it does not: the action's type and its place in the pipeline."""
    return {
        **job_data(job),
        "actionTypeId": run_views.action_type(_type_of(job)),
        "pipelineContext": _pipeline_context(job.work.place),
    }


def _type_of(job: Job) -> ActionTypeId:
    """A rule that invokes a function is told as the action that does: the answer has no word for rules."""
    kind = job.work.type
    return ActionTypeId("Invoke", kind.owner, "Lambda") if kind.category == RULE else kind


def _pipeline_context(place: ActionPlace) -> dict[str, Any]:
    return {
        "pipelineName": place.pipeline,
        "pipelineArn": place.pipeline_arn,
        "pipelineExecutionId": place.execution_id,
        "stage": {"name": place.stage},
        "action": {"name": place.action, "actionExecutionId": place.action_execution_id},
    }
