"""Pipelines and executions as a whole: creating, starting, updating, deleting, failing, listing, events."""

from __future__ import annotations

from typing import Any

import pytest

from greenshift.twin.service import ServiceError

ROLE = "arn:aws:iam::123456789012:role/pipeline"


async def test_creating_a_pipeline_starts_it(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))

    found = await bench.call("GetPipelineExecution", pipelineName="p", pipelineExecutionId=first)

    execution = found["pipelineExecution"]
    assert execution["trigger"] == {
        "triggerType": "CreatePipeline", "triggerDetail": "arn:aws:iam::123456789012:root",
    }  # fmt: skip
    assert (execution["status"], execution["pipelineVersion"]) == ("InProgress", 1)
    [revision] = execution["artifactRevisions"]
    assert (revision["name"], revision["revisionId"]) == ("SourceOutput", "v1")
    assert "Amazon S3 version id" in revision["revisionSummary"]


async def test_a_name_is_used_once(bench: Any, documents: Any) -> None:
    await bench.create(documents.pipeline([documents.approval()]))

    error = await bench.refused("CreatePipeline", pipeline=documents.pipeline([documents.approval()]))

    assert error.code == "PipelineNameInUseException"


@pytest.mark.parametrize("operation", ["CreatePipeline", "UpdatePipeline"])
async def test_a_role_that_cannot_be_assumed_is_refused(bench: Any, documents: Any, operation: str) -> None:
    document = documents.pipeline([documents.approval()])
    if operation == "UpdatePipeline":
        await bench.create(document)
    bench.aws.refused_roles.add(ROLE)

    error = await bench.refused(operation, pipeline=document)

    assert error.code == "InvalidStructureException"
    assert f"not authorized to perform AssumeRole on role {ROLE}" in error.message


async def test_a_start_is_idempotent_by_its_token(bench: Any, documents: Any) -> None:
    await bench.create(documents.pipeline([documents.approval()], executionMode="QUEUED"))

    same = {await bench.start(clientRequestToken="token-1") for _ in range(2)}
    other = await bench.start(clientRequestToken="token-2")

    assert len(same) == 1
    assert other not in same


async def test_variables_of_a_start_override_the_declared(bench: Any, documents: Any) -> None:
    variables = [{"name": "stage", "defaultValue": "dev"}, {"name": "note", "defaultValue": "none"}]
    ask = documents.approval(configuration={"CustomData": "#{variables.stage}/#{variables.note}"})
    await bench.create(documents.pipeline([ask], variables=variables, executionMode="QUEUED"))
    assert await resolved(bench, bench.newest()) == "dev/none"
    await bench.answer("Stage1", "Ask")

    started = await bench.start(variables=[{"name": "stage", "value": "prod"}])

    assert await resolved(bench, started) == "prod/none"
    found = await bench.call("GetPipelineExecution", pipelineName="p", pipelineExecutionId=started)
    assert found["pipelineExecution"]["variables"] == [
        {"name": "stage", "resolvedValue": "prod"}, {"name": "note", "resolvedValue": "none"},
    ]  # fmt: skip


async def resolved(bench: Any, execution_id: str) -> str:
    wanted = {"pipelineExecutionId": execution_id}
    runs = await bench.call("ListActionExecutions", pipelineName="p", filter=wanted)
    text: str = runs["actionExecutionDetails"][0]["input"]["resolvedConfiguration"]["CustomData"]
    return text


@pytest.mark.parametrize(
    ("request_members", "words"),
    [
        ({"variables": [{"name": "nope", "value": "x"}]}, "declares no variable 'nope'"),
        ({}, "'must' has no default"),
        (
            {
                "variables": [{"name": "must", "value": "x"}],
                "sourceRevisions": [
                    {"actionName": "Ask", "revisionType": "COMMIT_ID", "revisionValue": "abc"}
                ],
            },
            "no source action",
        ),
    ],
)
async def test_a_start_that_does_not_fit_the_pipeline_is_refused(
    bench: Any, documents: Any, request_members: dict[str, Any], words: str
) -> None:
    document = documents.pipeline([documents.approval()], variables=[{"name": "must"}])
    await bench.create(document)

    error = await bench.refused("StartPipelineExecution", name="p", **request_members)

    assert error.code == "ValidationException"
    assert words in error.message


async def test_a_start_can_ask_for_a_version_of_the_source(bench: Any, documents: Any) -> None:
    await bench.create(documents.pipeline([documents.approval()]))
    override = {"actionName": "Source", "revisionType": "S3_OBJECT_VERSION_ID", "revisionValue": "old"}

    await bench.start(sourceRevisions=[override])

    assert [call.get("VersionId") for call in bench.aws.made("GetObject")] == [None, "old"]


async def test_a_variable_without_a_value_fails_the_action_before_it_starts(
    bench: Any, documents: Any
) -> None:
    ask = documents.approval(configuration={"CustomData": "#{Nope.Tag}"})
    first = await bench.create(documents.pipeline([ask]))

    assert await bench.status(first) == "Failed"
    error = (await bench.action("Stage1"))["errorDetails"]
    assert error["code"] == "ConfigurationError"
    assert "#{Nope.Tag} cannot be resolved" in error["message"]


@pytest.mark.parametrize(
    ("operation", "answer", "code", "words"),
    [
        ("GetBucketVersioning", {}, "ConfigurationError", "not versioned"),
        ("GetBucketVersioning", ServiceError("NoSuchBucket", ""), "ConfigurationError", "does not exist"),
        ("GetObject", ServiceError("NoSuchKey", ""), "RevisionUnavailable", "app.zip does not exist"),
        ("GetObject", ServiceError("AccessDenied", "denied", 403), "PermissionError", "denied"),
        ("PutObject", ServiceError("NoSuchBucket", "gone"), "JobFailed", "NoSuchBucket: gone"),
        ("GetObject", RuntimeError("boom"), "SystemUnavailable", "boom"),
    ],
)
async def test_a_source_that_cannot_be_read_fails_with_the_reason(
    bench: Any, documents: Any, operation: str, answer: Any, code: str, words: str
) -> None:
    bench.aws.answers[operation] = lambda _: answer
    first = await bench.create(documents.pipeline([documents.approval()]))

    found = await bench.call("GetPipelineExecution", pipelineName="p", pipelineExecutionId=first)
    assert found["pipelineExecution"]["status"] == "Failed"
    assert words in found["pipelineExecution"]["statusSummary"]
    error = (await bench.action("Source"))["errorDetails"]
    assert error["code"] == code
    assert words in error["message"]
    assert "latestExecution" not in await bench.stage("Stage1")


async def test_run_order_groups_run_one_after_the_other(bench: Any, documents: Any) -> None:
    actions = [
        documents.approval("Last", runOrder=5),
        documents.approval("First"),
        documents.approval("Also"),
    ]
    await bench.create(documents.pipeline(actions))

    statuses = [(await bench.action("Stage1", index)).get("status") for index in range(3)]
    assert statuses == [None, "InProgress", "InProgress"]


async def test_an_update_cancels_what_runs_and_counts_the_version(bench: Any, documents: Any) -> None:
    document = documents.pipeline([documents.approval()])
    first = await bench.create(document)

    updated = await bench.call("UpdatePipeline", pipeline=document)

    assert updated["pipeline"]["version"] == 2
    assert await bench.status(first) == "Cancelled"
    assert (await bench.stage("Stage1"))["latestExecution"]["status"] == "Cancelled"
    assert bench.states("Action")[-1] == "CANCELED"
    assert bench.states("Pipeline")[-1] == "CANCELED"
    again = await bench.start()
    found = await bench.call("GetPipelineExecution", pipelineName="p", pipelineExecutionId=again)
    assert found["pipelineExecution"]["pipelineVersion"] == 2
    old = await bench.call("GetPipeline", name="p", version=1)
    assert old["pipeline"]["version"] == 1
    assert (
        await bench.refused("GetPipeline", name="p", version=9)
    ).code == "PipelineVersionNotFoundException"


async def test_an_update_of_nothing_is_refused(bench: Any, documents: Any) -> None:
    error = await bench.refused("UpdatePipeline", pipeline=documents.pipeline([documents.approval()]))

    assert error.code == "InvalidStructureException"


async def test_deleting_a_pipeline_ends_what_runs_and_leaves_nothing(bench: Any, documents: Any) -> None:
    bench.aws.answers["Invoke"] = lambda _: {}
    await bench.create(documents.pipeline([documents.invoke()]))
    [job] = bench.jobs()
    assert bench.service.resources() == ["arn:aws:codepipeline:us-east-1:123456789012:p"]

    await bench.call("DeletePipeline", name="p")
    await bench.call("DeletePipeline", name="p")

    assert bench.service.resources() == []
    assert bench.states("Pipeline")[-1] == "CANCELED"
    assert (await bench.refused("PutJobSuccessResult", jobId=job["id"])).code == "JobNotFoundException"
    assert (await bench.refused("GetPipelineState", name="p")).code == "PipelineNotFoundException"
    await bench.clock.advance(3600)
    assert len(bench.jobs()) == 1


async def test_a_deleted_name_is_free_again(bench: Any, documents: Any) -> None:
    document = documents.pipeline([documents.approval()])
    first = await bench.create(document)
    await bench.call("DeletePipeline", name="p")

    second = await bench.create(document)

    assert await bench.status(second) == "InProgress"
    error = await bench.refused("GetPipelineExecution", pipelineName="p", pipelineExecutionId=first)
    assert error.code == "PipelineExecutionNotFoundException"


async def test_the_events_of_an_execution_tell_its_story(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))
    await bench.answer("Stage1", "Ask")

    story = [(event.detail_type.split()[1], event.detail["state"]) for event in bench.events]
    assert story == [
        ("Pipeline", "STARTED"),
        ("Stage", "STARTED"),
        ("Action", "STARTED"),
        ("Action", "SUCCEEDED"),
        ("Stage", "SUCCEEDED"),
        ("Stage", "STARTED"),
        ("Action", "STARTED"),
        ("Action", "SUCCEEDED"),
        ("Stage", "SUCCEEDED"),
        ("Pipeline", "SUCCEEDED"),
    ]
    assert {event.source for event in bench.events} == {"aws.codepipeline"}
    assert bench.events[0].resources == ("arn:aws:codepipeline:us-east-1:123456789012:p",)
    assert bench.events[0].detail == {
        "pipeline": "p",
        "execution-id": first,
        "version": 1,
        "state": "STARTED",
        "pipeline-execution-attempt": 1,
        "execution-trigger": {
            "trigger-type": "CreatePipeline",
            "trigger-detail": "arn:aws:iam::123456789012:root",
        },
    }
    source = bench.events[3].detail
    assert (source["stage"], source["action"], source["region"]) == ("Source", "Source", "us-east-1")
    assert source["type"] == {"owner": "AWS", "category": "Source", "provider": "S3", "version": "1"}
    [artifact] = source["output-artifacts"]
    assert (artifact["name"], artifact["s3location"]["bucket"]) == ("SourceOutput", "artifacts")
    assert source["execution-result"]["external-execution-id"] == "v1"


async def test_executions_are_listed_newest_first_in_pages(bench: Any, documents: Any) -> None:
    await bench.create(documents.pipeline([documents.approval()], executionMode="QUEUED"))
    ids = [bench.newest(), *[await bench.start() for _ in range(4)]]

    first = await bench.call("ListPipelineExecutions", pipelineName="p", maxResults=3)
    await bench.start()
    rest = await bench.call("ListPipelineExecutions", pipelineName="p", nextToken=first["nextToken"])

    pages = [*first["pipelineExecutionSummaries"], *rest["pipelineExecutionSummaries"]]
    assert [summary["pipelineExecutionId"] for summary in pages] == ids[::-1]
    assert not rest.get("nextToken")
    error = await bench.refused("ListPipelineExecutions", pipelineName="p", nextToken="nonsense")
    assert error.code == "InvalidNextTokenException"


async def test_executions_can_be_listed_by_the_stage_they_passed(bench: Any, documents: Any) -> None:
    first = await bench.create(documents.pipeline([documents.approval()]))
    await bench.answer("Stage1", "Ask")
    await bench.start()

    wanted = {"succeededInStage": {"stageName": "Stage1"}}
    listed = await bench.call("ListPipelineExecutions", pipelineName="p", filter=wanted)

    assert [e["pipelineExecutionId"] for e in listed["pipelineExecutionSummaries"]] == [first]
    assert listed["pipelineExecutionSummaries"][0]["sourceRevisions"][0]["actionName"] == "Source"


async def test_a_stage_that_never_ran_has_no_latest_execution(bench: Any, documents: Any) -> None:
    await bench.create(documents.pipeline([documents.approval()], [documents.approval("Later")]))

    state = await bench.stage("Stage2")

    assert state == {
        "stageName": "Stage2", "inboundExecutions": [], "inboundTransitionState": {"enabled": True},
        "actionStates": [{"actionName": "Later"}],
    }  # fmt: skip


async def test_pipelines_are_listed_with_their_version_and_mode(bench: Any, documents: Any) -> None:
    await bench.create(documents.pipeline([documents.approval()], name="b", executionMode="QUEUED"))
    await bench.create(documents.pipeline([documents.approval()], name="a"))

    listed = (await bench.call("ListPipelines"))["pipelines"]

    found = [(p["name"], p["version"], p["pipelineType"], p["executionMode"]) for p in listed]
    assert found == [("a", 1, "V1", "SUPERSEDED"), ("b", 1, "V2", "QUEUED")]


async def test_tags_can_be_added_changed_and_removed(bench: Any, documents: Any) -> None:
    tags = [{"key": "team", "value": "red"}]
    await bench.call("CreatePipeline", pipeline=documents.pipeline([documents.approval()]), tags=tags)
    arn = "arn:aws:codepipeline:us-east-1:123456789012:p"

    added = [{"key": "team", "value": "blue"}, {"key": "cost", "value": "1"}]
    await bench.call("TagResource", resourceArn=arn, tags=added)
    await bench.call("UntagResource", resourceArn=arn, tagKeys=["cost"])

    assert (await bench.call("ListTagsForResource", resourceArn=arn))["tags"] == [
        {"key": "team", "value": "blue"}
    ]


@pytest.mark.parametrize(
    ("arn", "tags", "code"),
    [
        ("arn:aws:codepipeline:us-east-1:123456789012:nope", [], "ResourceNotFoundException"),
        ("arn:aws:codepipeline:eu-west-1:123456789012:p", [], "InvalidArnException"),
        ("arn:aws:codepipeline:us-east-1:123456789012:p", ["aws:x"], "InvalidTagsException"),
        (
            "arn:aws:codepipeline:us-east-1:123456789012:p",
            [f"k{i}" for i in range(51)],
            "TooManyTagsException",
        ),
    ],
)
async def test_tags_that_cannot_be_are_refused(
    bench: Any, documents: Any, arn: str, tags: list[str], code: str
) -> None:
    await bench.create(documents.pipeline([documents.approval()]))

    error = await bench.refused(
        "TagResource", resourceArn=arn, tags=[{"key": key, "value": ""} for key in tags]
    )

    assert error.code == code


async def test_what_the_twin_leaves_out_is_named(bench: Any) -> None:
    error = await bench.refused("PollForJobs", pipelineName="p")

    assert (error.code, error.status) == ("NotImplementedException", 501)
    assert "PollForJobs" in error.message
