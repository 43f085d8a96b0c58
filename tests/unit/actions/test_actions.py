"""What is sent to AWS for each deed, and what is said when it cannot be."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from greenshift.actions import Answer, ReleaseRequest, RollbackRequest, answer, start_release, start_rollback
from greenshift.errors import GreenshiftError


def stubbed(service: str) -> tuple[Any, Stubber]:
    client = boto3.client(
        service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
    )
    stub = Stubber(client)
    stub.activate()
    return client, stub


def test_a_release_tells_the_pipeline_who_why_and_how() -> None:
    client, stub = stubbed("codepipeline")
    variables = [
        {"name": "mode", "value": "now"},
        {"name": "by", "value": "Grace"},
        {"name": "why", "value": "refunds fail"},
    ]
    stub.add_response(
        "start_pipeline_execution", {"pipelineExecutionId": "e1"}, {"name": "p", "variables": variables}
    )

    assert start_release(client, "p", ReleaseRequest(now=True, by="Grace", why="refunds fail")) == "e1"


def test_an_ordinary_release_leaves_everything_to_the_pipeline() -> None:
    client, stub = stubbed("codepipeline")
    stub.add_response("start_pipeline_execution", {"pipelineExecutionId": "e1"}, {"name": "p"})

    assert start_release(client, "p", ReleaseRequest()) == "e1"


def test_a_pipeline_that_is_gone_is_said_with_what_to_do() -> None:
    client, stub = stubbed("codepipeline")
    stub.add_client_error("start_pipeline_execution", "PipelineNotFoundException")

    with pytest.raises(GreenshiftError) as raised:
        start_release(client, "p", ReleaseRequest())

    assert raised.value.hint == "deploy it with: greenshift up"


def test_values_are_cut_to_what_a_pipeline_variable_holds() -> None:
    (variable,) = ReleaseRequest(why="x" * 2000).variables()

    assert len(variable["value"]) == 1000


def test_a_rollback_is_an_errand_of_the_controller_that_lambda_repeats() -> None:
    client, stub = stubbed("lambda")
    asked = RollbackRequest(to="r1", by="Grace", why="refunds fail", id="rollback-1")
    errand = {"errand": "rollback", "id": "rollback-1", "to": "r1", "by": "Grace", "why": "refunds fail"}
    errand |= {"undo": ""}
    stub.add_response(
        "invoke",
        {"StatusCode": 202},
        {
            "FunctionName": "controller",
            "InvocationType": "Event",
            "Payload": json.dumps({"greenshift": errand}).encode(),
        },
    )

    assert start_rollback(client, "controller", asked) == "rollback-1"


def test_each_rollback_has_an_id_of_its_own() -> None:
    assert RollbackRequest().id != RollbackRequest().id
    assert RollbackRequest().id.startswith("rollback-")


def test_a_stack_from_before_the_controllers_name_was_an_output_is_told_to_deploy() -> None:
    with pytest.raises(GreenshiftError) as raised:
        start_rollback(None, "", RollbackRequest())

    assert raised.value.hint == "deploy it again with: greenshift up"


@pytest.mark.parametrize(("is_yes", "status"), [(True, "Approved"), (False, "Rejected")])
def test_an_answer_names_the_question_by_its_token(is_yes: bool, status: str) -> None:
    client, stub = stubbed("codepipeline")
    token = "11111111-2222-3333-4444-555555555555"
    stub.add_response(
        "put_approval_result",
        {},
        {
            "pipelineName": "p",
            "stageName": "Approve",
            "actionName": "Ask",
            "token": token,
            "result": {"status": status, "summary": "y" * 512},
        },
    )

    answer(client, "p", Answer("Approve", "Ask", token, is_yes, "y" * 600))

    stub.assert_no_pending_responses()
    assert token not in repr(Answer("Approve", "Ask", token, is_yes))


@pytest.mark.parametrize("code", ["ApprovalAlreadyCompletedException", "InvalidApprovalTokenException"])
def test_an_answer_that_comes_too_late_is_said(code: str) -> None:
    client, stub = stubbed("codepipeline")
    stub.add_client_error("put_approval_result", code)

    with pytest.raises(GreenshiftError, match="does not wait for this answer any more"):
        answer(client, "p", Answer("Approve", "Ask", "11111111-2222-3333-4444-555555555555", True))


def test_any_other_refusal_is_passed_on() -> None:
    client, stub = stubbed("codepipeline")
    stub.add_client_error("put_approval_result", "AccessDenied")

    with pytest.raises(ClientError, match="AccessDenied"):
        answer(client, "p", Answer("Approve", "Ask", "11111111-2222-3333-4444-555555555555", True))
