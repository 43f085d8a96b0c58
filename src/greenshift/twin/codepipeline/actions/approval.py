"""Manual approval: ask, tell whoever listens, and wait for PutApprovalResult."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from greenshift.twin.codepipeline.actions.contract import ActionContext, ActionFailed, Outcome, Progress
from greenshift.twin.codepipeline.actions.waiting import wait_for

# User guide: "JSON data format for manual approval notifications".
_SUBJECT = "APPROVAL NEEDED: AWS CodePipeline {pipeline} for action {action}"


async def ask_for_approval(context: ActionContext) -> Outcome:
    clock, place = context.world.clock, context.place
    request = context.approvals.asked(place.action_execution_id)
    is_new = request is None
    if request is None:
        arn = action_arn(place.pipeline_arn, place.stage, place.action)
        expires = clock.time() + _patience(context)
        request = context.approvals.ask(arn, place.action_execution_id, expires)
        context.progress(Progress(token=request.token))
    try:
        if is_new:
            await _notify(context, request.token, request.expires)
        answer = await wait_for(clock, context.approvals.answer_to(request), request.expires)
    finally:
        context.approvals.close(request)
    if answer is None:
        raise ActionFailed("JobFailed", "The approval was not answered in time")
    if answer.status == "Rejected":
        raise ActionFailed(
            "JobFailed", f"Rejected: {answer.summary or 'no reason given'}", updated_by=answer.answered_by
        )
    return Outcome(summary=answer.summary, updated_by=answer.answered_by)


def action_arn(pipeline_arn: str, stage: str, action: str) -> str:
    return f"{pipeline_arn}/{stage}/{action}"


def _patience(context: ActionContext) -> float:
    minutes = context.timeout_in_minutes
    return context.timing.approval if minutes is None else minutes * 60.0


async def _notify(context: ActionContext, token: str, expires: float) -> None:
    topic = context.configuration.get("NotificationArn")
    if topic:
        place = context.place
        subject = _SUBJECT.format(pipeline=place.pipeline, action=place.action)[:100]
        message = json.dumps(_message(context, token, expires))
        await context.call("sns", "Publish", TopicArn=topic, Subject=subject, Message=message)


def _message(context: ActionContext, token: str, expires: float) -> dict[str, object]:
    place, configuration = context.place, context.configuration
    console = f"https://console.aws.amazon.com/codepipeline/home?region={context.world.region}#/view/"
    return {
        "region": context.world.region,
        "consoleLink": console + place.pipeline,
        "approval": {
            "pipelineName": place.pipeline,
            "stageName": place.stage,
            "actionName": place.action,
            "token": token,
            "expires": datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%MZ"),
            "externalEntityLink": configuration.get("ExternalEntityLink"),
            "approvalReviewLink": f"{console}{place.pipeline}/{place.stage}/{place.action}/approve/{token}",
            "customData": configuration.get("CustomData"),
        },
    }
