"""Invoke a Lambda function, and wait until it reports its job (user guide: "AWS Lambda" action reference).

Returning is not reporting, and neither is throwing: a function that does not call PutJobSuccessResult or
PutJobFailureResult leaves the action waiting until its time is up. A success with a continuation token
means "still working": the function is invoked again a little later, with that token.
"""

from __future__ import annotations

import json
from typing import Any

from greenshift.twin.codepipeline.actions.contract import ActionContext, ActionFailed, Outcome, Progress
from greenshift.twin.codepipeline.actions.waiting import wait_for
from greenshift.twin.codepipeline.jobs import Job, JobFailed, JobWork, Report
from greenshift.twin.codepipeline.state import Artifact
from greenshift.twin.service import ServiceError

_NOT_THERE = frozenset({"ResourceNotFoundException", "InvalidParameterValueException"})


async def invoke_function(context: ActionContext) -> Outcome:
    clock, work = context.world.clock, _work(context)
    deadline = clock.time() + context.timing.total
    token: str | None = None
    while True:
        report = await _one_job(context, work, token, deadline)
        if isinstance(report, JobFailed):
            raise ActionFailed(report.type, report.message, external_id=report.external_id)
        token = report.continuation_token
        if token is None:
            return Outcome(variables=report.variables, summary=report.summary, external_id=report.external_id)
        context.progress(Progress(report.summary, report.external_id, percent=report.percent))
        await clock.sleep(context.timing.continuation_interval)


async def _one_job(context: ActionContext, work: JobWork, token: str | None, deadline: float) -> Report:
    clock = context.world.clock
    job = context.jobs.open(work, token)
    answer = context.jobs.report_of(job)
    try:
        await _invoke(context, job)
        until = min(clock.time() + context.timing.silence_limit(clock), deadline)
        report = await wait_for(clock, answer, until)
    finally:
        context.jobs.give_up(job)
    if report is None:
        raise ActionFailed("JobFailed", _timed_out(context, is_total=until >= deadline))
    return report


def _timed_out(context: ActionContext, *, is_total: bool) -> str:
    function = context.configuration["FunctionName"]
    if is_total:
        return f"The Lambda function {function} did not finish within 24 hours"
    return (
        f"The Lambda function {function} reported no result in time: it must call PutJobSuccessResult or "
        "PutJobFailureResult within 20 minutes"
    )


async def _invoke(context: ActionContext, job: Job) -> None:
    function = context.configuration["FunctionName"]
    payload = json.dumps(job_event(job, context.world.account)).encode()
    try:
        await context.call("lambda", "Invoke", FunctionName=function, InvocationType="Event", Payload=payload)
    except ServiceError as error:
        if error.code in _NOT_THERE:
            raise ActionFailed(
                "ConfigurationError", f"The Lambda function {function} cannot be invoked: {error.message}"
            ) from error
        raise


def _work(context: ActionContext) -> JobWork:
    return JobWork(
        place=context.place,
        type=context.type,
        configuration=context.configuration,
        inputs=context.inputs,
        outputs=context.outputs,
        session=context.session,
        encryption_key=context.encryption_key,
    )


def job_event(job: Job, account: str) -> dict[str, Any]:
    """What the function receives (user guide: "Invoke an AWS Lambda function", JSON event example).

    It names neither pipeline nor execution: those come from GetJobDetails, or through UserParameters.
    """
    return {"CodePipeline.job": {"id": job.id, "accountId": account, "data": job_data(job)}}


def job_data(job: Job) -> dict[str, Any]:
    work, session = job.work, job.work.session
    data: dict[str, Any] = {
        "actionConfiguration": {"configuration": dict(work.configuration)},
        "inputArtifacts": [_artifact(artifact) for artifact in work.inputs],
        "outputArtifacts": [_artifact(artifact) for artifact in work.outputs],
        "artifactCredentials": {
            "accessKeyId": session.access_key_id,
            "secretAccessKey": session.secret_access_key,
            "sessionToken": session.session_token,
        },
    }
    if job.continuation_token is not None:
        data["continuationToken"] = job.continuation_token
    if work.encryption_key is not None:
        data["encryptionKey"] = {"id": work.encryption_key, "type": "KMS"}
    return data


def _artifact(artifact: Artifact) -> dict[str, Any]:
    location = {"bucketName": artifact.bucket, "objectKey": artifact.key}
    return {"name": artifact.name, "revision": None, "location": {"type": "S3", "s3Location": location}}
