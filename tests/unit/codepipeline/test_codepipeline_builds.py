"""CodeBuild actions: what StartBuild is told, and what becomes of the build."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenshift.twin.codepipeline.actions.codebuild import failure_message
from greenshift.twin.service import ServiceError


class Builds:
    """CodeBuild by script: every build takes two looks to finish."""

    def __init__(self, bench: Any, **end: Any) -> None:
        self.looks = 0
        self.end = {"buildStatus": "SUCCEEDED", **end}
        bench.aws.answers["StartBuild"] = lambda _: {
            "build": {"id": "project:1", "buildStatus": "IN_PROGRESS"}
        }
        bench.aws.answers["BatchGetBuilds"] = self._look

    def _look(self, _: Any) -> dict[str, Any]:
        self.looks += 1
        return {"builds": [{"id": "project:1", "buildStatus": "IN_PROGRESS"} if self.looks < 3 else self.end]}


@pytest.fixture
def document(documents: Any) -> Any:
    environment = '[{"name":"COMMIT","value":"#{Src.VersionId}","type":"PLAINTEXT"}]'
    build = documents.build(
        inputs=("Kit", "SourceOutput"),
        outputArtifacts=[{"name": "BuildOutput"}],
        configuration={"PrimarySource": "SourceOutput", "EnvironmentVariables": environment},
        namespace="BuildVars",
    )
    user = documents.approval(configuration={"CustomData": "image #{BuildVars.TAG}"})
    made = documents.pipeline([build], [user])
    made["stages"][0]["actions"] = [documents.source(namespace="Src"), documents.source("Kit", "Kit")]
    return made


async def test_the_build_is_told_where_its_artifacts_are(bench: Any, document: Any) -> None:
    Builds(bench)
    execution_id = await bench.create(document)

    [request] = bench.aws.made("StartBuild")

    assert (request["projectName"], request["sourceTypeOverride"]) == ("project", "CODEPIPELINE")
    assert request["sourceVersion"] == "v1"
    [own, hand_over] = request["environmentVariablesOverride"]
    assert own == {"name": "COMMIT", "value": "v1", "type": "PLAINTEXT"}
    assert hand_over["name"] == "GREENSHIFT_TWIN_ARTIFACTS"
    told = json.loads(hand_over["value"])
    stored = {call["Key"] for call in bench.aws.made("PutObject")}
    assert (told["pipeline"], told["executionId"]) == ("p", execution_id)
    assert (told["primary"], told["sourceRevision"]) == ("SourceOutput", "v1")
    assert set(told["inputs"]) == {"SourceOutput", "Kit"}
    assert {place["key"] for place in told["inputs"].values()} == stored
    assert told["outputs"]["BuildOutput"]["bucket"] == "artifacts"


async def test_exported_variables_become_output_variables(bench: Any, document: Any) -> None:
    Builds(bench, exportedEnvironmentVariables=[{"name": "TAG", "value": "t-9"}])
    await bench.create(document)
    action = await bench.action("Stage1")
    assert (action["status"], action["externalExecutionId"]) == ("InProgress", "project:1")

    await bench.clock.advance(2)

    assert (await bench.action("Stage1"))["status"] == "Succeeded"
    run = (await bench.call("ListActionExecutions", pipelineName="p"))["actionExecutionDetails"][0]
    assert run["input"]["resolvedConfiguration"] == {"CustomData": "image t-9"}


async def test_a_failed_build_fails_the_action_and_says_where(bench: Any, document: Any) -> None:
    phases = [
        {"phaseType": "INSTALL", "phaseStatus": "SUCCEEDED", "contexts": []},
        {
            "phaseType": "BUILD",
            "phaseStatus": "FAILED",
            "contexts": [{"statusCode": "COMMAND_EXECUTION_ERROR", "message": "npm test: exit status 1"}],
        },
    ]
    Builds(bench, buildStatus="FAILED", phases=phases)
    first = await bench.create(document)
    await bench.clock.advance(2)

    assert await bench.status(first) == "Failed"
    assert (await bench.action("Stage1"))["errorDetails"] == {
        "code": "JobFailed",
        "message": "Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, "
        "Message: npm test: exit status 1",
    }


def test_a_build_that_gives_no_reason_is_described_by_its_state() -> None:
    assert failure_message({"buildStatus": "STOPPED"}) == "Build terminated with state: STOPPED"


async def test_a_missing_project_fails_the_action(bench: Any, document: Any) -> None:
    bench.aws.answers["StartBuild"] = lambda _: ServiceError("ResourceNotFoundException", "no project")
    first = await bench.create(document)

    assert await bench.status(first) == "Failed"
    assert (await bench.action("Stage1"))["errorDetails"]["code"] == "ConfigurationError"


@pytest.mark.parametrize("text", ["not json", '{"name":"A"}', '[{"value":"B"}]', "[1]", "7"])
async def test_environment_variables_must_be_a_list_of_objects(bench: Any, document: Any, text: str) -> None:
    Builds(bench)
    document["stages"][1]["actions"][0]["configuration"]["EnvironmentVariables"] = text
    await bench.create(document)

    assert "not a JSON array" in (await bench.action("Stage1"))["errorDetails"]["message"]
    assert bench.aws.made("StartBuild") == []
