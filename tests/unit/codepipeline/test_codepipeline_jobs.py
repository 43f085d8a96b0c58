"""Lambda invoke actions: the job, its event, its reports, continuations and limits."""

from __future__ import annotations

from typing import Any

import pytest

from greenshift.twin.service import ServiceError


@pytest.fixture
def document(bench: Any, documents: Any) -> Any:
    bench.aws.answers["Invoke"] = lambda _: {"StatusCode": 202}
    call = documents.invoke(
        inputArtifacts=[{"name": "SourceOutput"}],
        outputArtifacts=[{"name": "Result"}],
        configuration={"UserParameters": '{"id":"#{codepipeline.PipelineExecutionId}"}'},
        namespace="CallVariables",
    )
    return documents.pipeline([call])


async def test_the_function_is_invoked_asynchronously_as_the_pipelines_role(
    bench: Any, document: Any
) -> None:
    execution_id = await bench.create(document)

    [invocation] = bench.aws.made("Invoke")
    [job] = bench.jobs()

    assert (invocation["FunctionName"], invocation["InvocationType"]) == ("worker", "Event")
    assert bench.aws.callers[-1].arn == document["roleArn"]
    assert job["accountId"] == "123456789012"
    data = job["data"]
    assert set(data) == {"actionConfiguration", "inputArtifacts", "outputArtifacts", "artifactCredentials"}
    assert data["actionConfiguration"]["configuration"] == {
        "FunctionName": "worker", "UserParameters": f'{{"id":"{execution_id}"}}',
    }  # fmt: skip
    [artifact] = data["inputArtifacts"]
    [stored] = bench.aws.made("PutObject")
    assert (artifact["name"], artifact["revision"], artifact["location"]["type"]) == (
        "SourceOutput",
        None,
        "S3",
    )
    assert artifact["location"]["s3Location"] == {"bucketName": "artifacts", "objectKey": stored["Key"]}
    assert stored["Key"].startswith("p/SourceOutp/")
    assert data["outputArtifacts"][0]["location"]["s3Location"]["objectKey"].startswith("p/Result/")
    assert data["artifactCredentials"] == {
        "accessKeyId": "AKIA", "secretAccessKey": "secret", "sessionToken": "token",
    }  # fmt: skip


async def test_a_customer_key_is_used_for_artifacts_and_named_in_the_job(bench: Any, document: Any) -> None:
    document["artifactStore"]["encryptionKey"] = {"id": "key-1", "type": "KMS"}
    await bench.create(document)

    assert bench.jobs()[0]["data"]["encryptionKey"] == {"id": "key-1", "type": "KMS"}
    assert bench.aws.made("PutObject")[0]["SSEKMSKeyId"] == "key-1"


async def test_job_details_know_the_pipeline_and_the_execution(bench: Any, document: Any) -> None:
    execution_id = await bench.create(document)
    [job] = bench.jobs()

    details = (await bench.call("GetJobDetails", jobId=job["id"]))["jobDetails"]

    assert details["id"] == job["id"]
    context = details["data"]["pipelineContext"]
    assert context["pipelineName"] == "p"
    assert context["pipelineArn"] == "arn:aws:codepipeline:us-east-1:123456789012:p"
    assert context["pipelineExecutionId"] == execution_id
    assert (context["stage"]["name"], context["action"]["name"]) == ("Stage1", "Call")
    assert details["data"]["actionTypeId"]["provider"] == "Lambda"
    assert details["data"]["actionConfiguration"] == job["data"]["actionConfiguration"]


async def test_a_success_ends_the_action_with_its_variables(bench: Any, document: Any) -> None:
    first = await bench.create(document)

    await bench.call(
        "PutJobSuccessResult", jobId=bench.jobs()[0]["id"], outputVariables={"Version": "7"},
        executionDetails={"summary": "published", "externalExecutionId": "x-1"},
    )  # fmt: skip

    assert await bench.status(first) == "Succeeded"
    action = await bench.action("Stage1")
    assert (action["summary"], action["externalExecutionId"]) == ("published", "x-1")
    run = (await bench.call("ListActionExecutions", pipelineName="p"))["actionExecutionDetails"][0]
    assert run["output"]["outputVariables"] == {"Version": "7"}


async def test_a_later_action_can_use_the_variables(bench: Any, document: Any, documents: Any) -> None:
    user = documents.invoke("Use", configuration={"UserParameters": "v#{CallVariables.Version}"})
    document["stages"].append({"name": "Stage2", "actions": [user]})
    await bench.create(document)

    await bench.call("PutJobSuccessResult", jobId=bench.jobs()[0]["id"], outputVariables={"Version": "7"})

    assert bench.jobs()[1]["data"]["actionConfiguration"]["configuration"]["UserParameters"] == "v7"


async def test_a_failure_ends_the_action_with_its_reason(bench: Any, document: Any) -> None:
    first = await bench.create(document)

    details = {"type": "ConfigurationError", "message": "no such thing", "externalExecutionId": "x-1"}
    await bench.call("PutJobFailureResult", jobId=bench.jobs()[0]["id"], failureDetails=details)

    assert await bench.status(first) == "Failed"
    error = {"code": "ConfigurationError", "message": "no such thing"}
    assert (await bench.action("Stage1"))["errorDetails"] == error
    run = (await bench.call("ListActionExecutions", pipelineName="p"))["actionExecutionDetails"][0]
    assert run["output"]["executionResult"]["errorDetails"] == error
    event = bench.events[-3].detail
    assert event["execution-result"] == {
        "error-code": "ConfigurationError", "external-execution-summary": "no such thing",
        "external-execution-id": "x-1",
    }  # fmt: skip


async def test_a_continuation_comes_back_later_as_a_new_job_with_the_token(bench: Any, document: Any) -> None:
    first = await bench.create(document)
    [job] = bench.jobs()

    await bench.call(
        "PutJobSuccessResult", jobId=job["id"], continuationToken="step-2",
        executionDetails={"summary": "half way", "percentComplete": 50},
    )  # fmt: skip

    action = await bench.action("Stage1")
    assert (action["status"], action["summary"], action["percentComplete"]) == ("InProgress", "half way", 50)
    await bench.clock.advance(29.9)
    assert len(bench.jobs()) == 1
    await bench.clock.advance(0.1)
    again = bench.jobs()[1]
    assert again["id"] != job["id"]
    assert again["data"]["continuationToken"] == "step-2"
    assert again["data"]["actionConfiguration"] == job["data"]["actionConfiguration"]
    await bench.call("PutJobSuccessResult", jobId=again["id"])
    assert await bench.status(first) == "Succeeded"
    assert "percentComplete" not in await bench.action("Stage1")


@pytest.mark.parametrize("second", ["PutJobSuccessResult", "PutJobFailureResult"])
async def test_a_job_is_reported_once(bench: Any, document: Any, second: str) -> None:
    await bench.create(document)
    job_id = bench.jobs()[0]["id"]
    await bench.call("PutJobSuccessResult", jobId=job_id, continuationToken="more")

    failure = {"failureDetails": {"type": "JobFailed", "message": "late"}}
    error = await bench.refused(second, jobId=job_id, **(failure if "Failure" in second else {}))

    assert error.code == "InvalidJobStateException"


async def test_an_unknown_job_is_not_found(bench: Any) -> None:
    job_id = "00000000-0000-0000-0000-000000000000"

    assert (await bench.refused("PutJobSuccessResult", jobId=job_id)).code == "JobNotFoundException"
    assert (await bench.refused("GetJobDetails", jobId=job_id)).code == "JobNotFoundException"


async def test_variables_do_not_go_with_a_continuation_and_have_a_size(bench: Any, document: Any) -> None:
    first = await bench.create(document)
    job_id = bench.jobs()[0]["id"]

    both = await bench.refused(
        "PutJobSuccessResult", jobId=job_id, continuationToken="t", outputVariables={"a": "b"}
    )
    large = await bench.refused("PutJobSuccessResult", jobId=job_id, outputVariables={"a": "b" * 122_880})

    assert both.code == "ValidationException"
    assert large.code == "OutputVariablesSizeExceededException"
    assert await bench.status(first) == "InProgress"


async def test_silence_for_twenty_minutes_fails_the_action(bench: Any, document: Any) -> None:
    first = await bench.create(document)

    await bench.clock.advance(20 * 60 - 1)
    assert await bench.status(first) == "InProgress"
    await bench.clock.advance(1)

    assert await bench.status(first) == "Failed"
    assert "within 20 minutes" in (await bench.action("Stage1"))["errorDetails"]["message"]
    late = await bench.refused("PutJobSuccessResult", jobId=bench.jobs()[0]["id"])
    assert late.code == "InvalidJobStateException"


async def test_each_sign_of_life_starts_the_twenty_minutes_again(bench: Any, document: Any) -> None:
    first = await bench.create(document)

    for turn in range(4):
        await bench.clock.advance(19 * 60)
        await bench.call("PutJobSuccessResult", jobId=bench.jobs()[turn]["id"], continuationToken="more")
        await bench.clock.advance(30)

    assert await bench.status(first) == "InProgress"


async def test_twenty_four_hours_is_the_end_whatever_the_signs_of_life(bench: Any, document: Any) -> None:
    first = await bench.create(document)

    for turn in range(80):
        await bench.clock.advance(18 * 60)
        if await bench.status(first) != "InProgress":
            break
        await bench.call("PutJobSuccessResult", jobId=bench.jobs()[turn]["id"], continuationToken="more")
        await bench.clock.advance(30)

    assert "24 hours" in (await bench.action("Stage1"))["errorDetails"]["message"]


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (ServiceError("AccessDeniedException", "not lambda:InvokeFunction", 403), "PermissionError"),
        (ServiceError("ResourceNotFoundException", "Function not found", 404), "ConfigurationError"),
        (ServiceError("TooManyRequestsException", "Rate exceeded", 429), "JobFailed"),
    ],
)
async def test_a_function_that_cannot_be_invoked_fails_the_action_at_once(
    bench: Any, document: Any, refusal: ServiceError, code: str
) -> None:
    bench.aws.answers["Invoke"] = lambda _: refusal
    first = await bench.create(document)

    assert await bench.status(first) == "Failed"
    error = (await bench.action("Stage1"))["errorDetails"]
    assert error["code"] == code
    assert refusal.message in error["message"]


async def test_a_retry_writes_to_the_same_output_place(bench: Any, document: Any) -> None:
    first = await bench.create(document)
    failure = {"type": "JobFailed", "message": "again"}
    await bench.call("PutJobFailureResult", jobId=bench.jobs()[0]["id"], failureDetails=failure)

    await bench.call(
        "RetryStageExecution", pipelineName="p", stageName="Stage1", pipelineExecutionId=first,
        retryMode="FAILED_ACTIONS",
    )  # fmt: skip

    before, after = bench.jobs()
    assert before["id"] != after["id"]
    assert before["data"]["outputArtifacts"] == after["data"]["outputArtifacts"]
