"""Manual approvals: asked, announced, answered, refused, and left unanswered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenshift.twin.service import ServiceError

DAY = 24 * 3600.0


async def test_an_approval_passes_the_stage_and_names_who_gave_it(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))

    await bench.answer("Stage1", "Ask", "Approved", "looks good")

    assert await bench.status(first) == "Succeeded"
    action = await bench.action("Stage1")
    assert action["status"] == "Succeeded"
    assert action["summary"] == "looks good"
    assert action["lastUpdatedBy"] == "arn:aws:iam::123456789012:root"
    assert "token" not in action


async def test_a_rejection_fails_the_execution_with_its_reason(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))

    await bench.answer("Stage1", "Ask", "Rejected", "not on a Friday")

    assert await bench.status(first) == "Failed"
    action = await bench.action("Stage1")
    assert action["errorDetails"] == {"code": "JobFailed", "message": "Rejected: not on a Friday"}
    found = await bench.call("GetPipelineExecution", pipelineName="p", pipelineExecutionId=first)
    assert "not on a Friday" in found["pipelineExecution"]["statusSummary"]


@pytest.mark.parametrize(("members", "patience"), [({}, 7 * DAY), ({"timeoutInMinutes": 5}, 300.0)])
async def test_an_unanswered_approval_fails_when_its_time_is_up(
    bench: Any, documents: Any, members: dict[str, int], patience: float
) -> None:
    first = await bench.create(documents.pipeline([documents.approval(**members)]))

    await bench.clock.advance(patience - 1)
    assert await bench.status(first) == "InProgress"
    await bench.clock.advance(1)

    assert await bench.status(first) == "Failed"
    assert "not answered in time" in (await bench.action("Stage1"))["errorDetails"]["message"]


async def test_the_topic_hears_who_is_asked_for_what(bench: Any, documents: Any) -> None:
    configuration = {
        "NotificationArn": "arn:aws:sns:us-east-1:123456789012:releases",
        "CustomData": "ship #{SourceVariables.VersionId}?",
        "ExternalEntityLink": "https://example.com/review",
    }
    source = documents.source(namespace="SourceVariables")
    document = documents.pipeline([documents.approval(configuration=configuration)])
    document["stages"][0]["actions"] = [source]
    await bench.create(document)

    [published] = bench.aws.made("Publish")

    message = json.loads(published["Message"])
    token = (await bench.action("Stage1"))["token"]
    assert published["TopicArn"] == configuration["NotificationArn"]
    assert published["Subject"] == "APPROVAL NEEDED: AWS CodePipeline p for action Ask"
    assert message["region"] == "us-east-1"
    approval = message["approval"]
    assert (approval["pipelineName"], approval["stageName"], approval["actionName"]) == ("p", "Stage1", "Ask")
    assert (approval["token"], approval["customData"]) == (token, "ship v1?")
    assert approval["expires"] == "2027-01-22T08:00Z"
    assert approval["externalEntityLink"] == "https://example.com/review"


async def test_an_approval_that_cannot_be_announced_fails(bench: Any, documents: Any) -> None:
    bench.aws.answers["Publish"] = lambda _: ServiceError("AuthorizationError", "no sns:Publish", 403)
    configuration = {"NotificationArn": "arn:aws:sns:us-east-1:123456789012:releases"}
    first = await bench.create(documents.pipeline([documents.approval(configuration=configuration)]))

    assert await bench.status(first) == "Failed"
    error = (await bench.action("Stage1"))["errorDetails"]
    assert error["code"] == "PermissionError"
    assert "no sns:Publish" in error["message"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"token": "00000000-0000-0000-0000-000000000000"}, "InvalidApprovalTokenException"),
        ({"actionName": "Other"}, "InvalidApprovalTokenException"),
        ({"actionName": "Nope"}, "ActionNotFoundException"),
        ({"stageName": "Nope"}, "StageNotFoundException"),
        ({"pipelineName": "nope"}, "PipelineNotFoundException"),
        ({"token": "short"}, "ValidationException"),
    ],
)
async def test_an_answer_must_fit_its_question(
    bench: Any, documents: Any, changed: dict[str, str], code: str
) -> None:
    await bench.create(documents.pipeline([documents.approval(), documents.approval("Other")]))
    token = (await bench.action("Stage1"))["token"]
    request = {
        "pipelineName": "p", "stageName": "Stage1", "actionName": "Ask", "token": token,
        "result": {"status": "Approved", "summary": ""},
    }  # fmt: skip

    assert (await bench.refused("PutApprovalResult", **{**request, **changed})).code == code


async def test_a_question_is_answered_once(bench: Any, documents: Any) -> None:
    await bench.create(documents.pipeline([documents.approval()]))
    token = (await bench.action("Stage1"))["token"]
    request = {
        "pipelineName": "p", "stageName": "Stage1", "actionName": "Ask", "token": token,
        "result": {"status": "Approved", "summary": ""},
    }  # fmt: skip
    await bench.call("PutApprovalResult", **request)

    error = await bench.refused("PutApprovalResult", **request)

    assert error.code == "ApprovalAlreadyCompletedException"
