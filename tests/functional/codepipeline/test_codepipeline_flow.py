"""A pipeline from end to end: a commit, a real function that reports its jobs, a person who approves."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

Eventually = Callable[..., None]

# Works twice: the first invocation asks to be continued, the second reads its artifact and answers.
WORKER = """
import io, json, zipfile
import boto3

def handler(event, context):
    job = event["CodePipeline.job"]
    pipeline = boto3.client("codepipeline")
    parameters = json.loads(job["data"]["actionConfiguration"]["configuration"]["UserParameters"])
    if parameters.get("fail"):
        failure = {"type": "JobFailed", "message": parameters["fail"]}
        pipeline.put_job_failure_result(jobId=job["id"], failureDetails=failure)
        return
    if "continuationToken" not in job["data"]:
        pipeline.put_job_success_result(
            jobId=job["id"], continuationToken="second",
            executionDetails={"summary": "working", "percentComplete": 50},
        )
        return
    context = pipeline.get_job_details(jobId=job["id"])["jobDetails"]["data"]["pipelineContext"]
    place = job["data"]["inputArtifacts"][0]["location"]["s3Location"]
    given = job["data"]["artifactCredentials"]
    s3 = boto3.client(
        "s3", aws_access_key_id=given["accessKeyId"], aws_secret_access_key=given["secretAccessKey"],
        aws_session_token=given["sessionToken"],
    )
    body = s3.get_object(Bucket=place["bucketName"], Key=place["objectKey"])["Body"].read()
    names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    pipeline.put_job_success_result(
        jobId=job["id"],
        outputVariables={
            "Files": ",".join(sorted(names)),
            "Token": job["data"]["continuationToken"],
            "SameExecution": str(context["pipelineExecutionId"] == parameters["execution"]),
        },
    )
"""


@pytest.fixture
def worker(project: Any) -> str:
    """A Python function on the twin's Lambda."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("index.py", WORKER)
    functions = project.twin.client("lambda")
    name = f"worker-{project.name}"
    functions.create_function(
        FunctionName=name, Runtime="python3.13", Handler="index.handler", Timeout=30,
        Role=project.make_role("lambda.amazonaws.com"), Code={"ZipFile": body.getvalue()},
    )  # fmt: skip
    functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    return name


def call(function: str, **parameters: str) -> dict[str, Any]:
    parameters["execution"] = "#{codepipeline.PipelineExecutionId}"
    return {
        "name": "Call",
        "actionTypeId": {"category": "Invoke", "owner": "AWS", "provider": "Lambda", "version": "1"},
        "inputArtifacts": [{"name": "SourceOutput"}],
        "namespace": "CallVariables",
        "configuration": {"FunctionName": function, "UserParameters": json.dumps(parameters)},
    }


def test_a_commit_goes_through_a_function_and_an_approval(
    project: Any, approval: Any, worker: str, eventually: Eventually
) -> None:
    project.checkout.commit("one", app_py="1", notes_txt="2")
    topic, queue = listening_queue(project)
    approval["configuration"] = {"NotificationArn": topic, "CustomData": "#{CallVariables.Files}"}

    execution = project.create(project.document([call(worker)], [approval]))
    eventually(lambda: project.action("Stage2", "Ask").get("token"))

    variables = project.runs(execution)["Call"]["output"]["outputVariables"]
    assert variables == {"Files": "app.py,notes.txt", "Token": "second", "SameExecution": "True"}
    heard: list[dict[str, Any]] = []
    sqs = project.twin.client("sqs")
    eventually(lambda: heard.extend(sqs.receive_message(QueueUrl=queue).get("Messages", [])) or heard)
    question = json.loads(json.loads(heard[0]["Body"])["Message"])["approval"]
    assert question["customData"] == "app.py,notes.txt"
    project.codepipeline.put_approval_result(
        pipelineName=project.name, stageName="Stage2", actionName="Ask", token=question["token"],
        result={"status": "Approved", "summary": "ship it"},
    )  # fmt: skip
    assert project.finish(execution)["status"] == "Succeeded"
    [summary] = project.executions()
    assert summary["trigger"]["triggerType"] == "CreatePipeline"


def listening_queue(project: Any) -> tuple[str, str]:
    """An SNS topic, and a queue that hears it."""
    sns, sqs = project.twin.client("sns"), project.twin.client("sqs")
    topic = sns.create_topic(Name=project.name)["TopicArn"]
    queue = sqs.create_queue(QueueName=project.name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return topic, queue


def test_a_failed_job_can_be_retried_when_its_cause_is_gone(project: Any, worker: str) -> None:
    project.checkout.commit("one")
    document = project.document([call(worker, fail="the database is down")])

    execution = project.create(document)
    ended = project.finish(execution)

    assert ended["status"] == "Failed"
    assert ended["statusSummary"] == "Stage Stage1 failed. Call: the database is down"
    assert project.action("Stage1", "Call")["errorDetails"] == {
        "code": "JobFailed", "message": "the database is down",
    }  # fmt: skip
    retried = project.codepipeline.retry_stage_execution(
        pipelineName=project.name, stageName="Stage1", pipelineExecutionId=execution,
        retryMode="FAILED_ACTIONS",
    )  # fmt: skip
    assert retried["pipelineExecutionId"] == execution
    assert project.finish(execution)["status"] == "Failed"
    state = project.codepipeline.get_pipeline_state(name=project.name)["stageStates"][1]
    assert state["retryStageMetadata"]["manualStageRetryAttempt"] == 1


def test_a_function_that_is_not_there_fails_the_action_at_once(project: Any) -> None:
    project.checkout.commit("one")

    project.finish(project.create(project.document([call("nobody")])))

    error = project.action("Stage1", "Call")["errorDetails"]
    assert error["code"] == "ConfigurationError"
    assert "nobody" in error["message"]


def test_a_report_of_an_unknown_job_is_refused(project: Any) -> None:
    client = project.codepipeline
    with pytest.raises(client.exceptions.JobNotFoundException):
        client.put_job_success_result(jobId="00000000-0000-0000-0000-000000000000")


def test_deleting_the_pipeline_ends_an_execution_in_progress(
    project: Any, approval: Any, eventually: Eventually
) -> None:
    project.checkout.commit("one")
    project.create(project.document([approval]))
    eventually(lambda: project.action("Stage1", "Ask").get("token"))

    project.codepipeline.delete_pipeline(name=project.name)

    with pytest.raises(project.codepipeline.exceptions.PipelineNotFoundException):
        project.codepipeline.get_pipeline_state(name=project.name)
    assert not any(project.name in arn for arn in project.twin.resources().get("codepipeline", []))


def test_wrong_requests_get_the_errors_of_awss_model(project: Any, approval: Any) -> None:
    client, document = project.codepipeline, project.document([approval])
    with pytest.raises(client.exceptions.PipelineNotFoundException, match="does not have a pipeline"):
        client.start_pipeline_execution(name="nobody")
    with pytest.raises(
        client.exceptions.InvalidActionDeclarationException, match="not supported by the twin"
    ):
        document["stages"][1]["actions"][0]["actionTypeId"]["provider"] = "Carrier"
        client.create_pipeline(pipeline=document)
    with pytest.raises(
        client.exceptions.InvalidStructureException, match="not authorized to perform AssumeRole"
    ):
        fine = project.document(
            [{**approval, "actionTypeId": {**approval["actionTypeId"], "provider": "Manual"}}]
        )
        client.create_pipeline(pipeline={**fine, "roleArn": "arn:aws:iam::123456789012:role/nobody"})
    with pytest.raises(client.exceptions.ClientError, match="RollbackStage"):
        client.rollback_stage(
            pipelineName="p", stageName="s", targetPipelineExecutionId="00000000-0000-0000-0000-000000000000"
        )
