"""Projects and the finding of builds: the control plane, through boto3."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

SPEC = "version: 0.2\nphases: {build: {commands: [echo hi]}}\n"


def refusal(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def test_a_project_comes_back_with_its_defaults(builds: Any) -> None:
    name = builds.project(SPEC, tags=[{"key": "team", "value": "pay"}], description="d")
    [project] = builds.codebuild.batch_get_projects(names=[name])["projects"]

    assert project["arn"] == f"arn:aws:codebuild:us-east-1:123456789012:project/{name}"
    assert project["tags"] == [{"key": "team", "value": "pay"}]
    assert (project["timeoutInMinutes"], project["queuedTimeoutInMinutes"]) == (60, 480)
    assert project["encryptionKey"] == "arn:aws:kms:us-east-1:123456789012:alias/aws/s3"
    assert project["badge"] == {"badgeEnabled": False}
    assert project["arn"] in builds.twin.resources()["codebuild"]


def test_an_update_replaces_what_it_names(builds: Any) -> None:
    name = builds.project(SPEC, tags=[{"key": "a", "value": "1"}])
    builds.codebuild.update_project(name=name, timeoutInMinutes=9, tags=[{"key": "b", "value": "2"}])
    [project] = builds.codebuild.batch_get_projects(names=[name])["projects"]

    assert (project["timeoutInMinutes"], project["tags"]) == (9, [{"key": "b", "value": "2"}])
    assert project["source"]["buildspec"] == SPEC
    assert project["lastModified"] > project["created"]


@pytest.mark.parametrize("by_arn", [False, True])
def test_a_project_is_deleted_by_name_or_arn_and_its_builds_stay(builds: Any, by_arn: bool) -> None:
    build = builds.run(SPEC)
    name = build["projectName"]
    builds.codebuild.delete_project(
        name=f"arn:aws:codebuild:us-east-1:123456789012:project/{name}" if by_arn else name
    )

    assert builds.codebuild.batch_get_projects(names=[name])["projectsNotFound"] == [name]
    assert builds.get(build["id"])["buildStatus"] == "SUCCEEDED"
    builds.codebuild.delete_project(name=name)  # again: not an error


def test_a_second_project_of_one_name_is_refused(builds: Any) -> None:
    name = builds.project(SPEC)
    [project] = builds.codebuild.batch_get_projects(names=[name])["projects"]
    with pytest.raises(ClientError) as error:
        builds.codebuild.create_project(
            name=name,
            source=project["source"],
            artifacts=project["artifacts"],
            environment=project["environment"],
            serviceRole=project["serviceRole"],
        )

    assert refusal(error) == ("ResourceAlreadyExistsException", f"Project already exists: {project['arn']}")


def test_a_role_codebuild_cannot_assume_is_refused_at_once(builds: Any) -> None:
    name = builds.project(SPEC)
    with pytest.raises(ClientError) as error:
        builds.codebuild.update_project(name=name, serviceRole="arn:aws:iam::123456789012:role/nobody")

    code, message = refusal(error)
    assert code == "InvalidInputException"
    assert "not authorized to perform: sts:AssumeRole on arn:aws:iam::123456789012:role/nobody" in message


def test_unknown_names_and_ids(builds: Any) -> None:
    missing = builds.codebuild.batch_get_builds(ids=["no:build"])
    with pytest.raises(ClientError) as start:
        builds.codebuild.start_build(projectName="nothing")
    with pytest.raises(ClientError) as stop:
        builds.codebuild.stop_build(id="no:build")

    assert (missing["builds"], missing["buildsNotFound"]) == ([], ["no:build"])
    arn = "arn:aws:codebuild:us-east-1:123456789012:project/nothing"
    assert refusal(start) == ("ResourceNotFoundException", f"Project cannot be found: {arn}")
    assert refusal(stop)[0] == "ResourceNotFoundException"


def test_a_time_out_above_aws_maximum_is_refused(builds: Any) -> None:
    with pytest.raises(ClientError) as error:
        builds.project(SPEC, timeoutInMinutes=2161)

    assert refusal(error)[0] == "InvalidInputException"


def test_builds_are_listed_newest_first(builds: Any) -> None:
    project = builds.project(SPEC)
    ids = [builds.wait(builds.start(project))["id"] for _ in range(2)]

    listed = builds.codebuild.list_builds_for_project(projectName=project)["ids"]
    ascending = builds.codebuild.list_builds_for_project(projectName=project, sortOrder="ASCENDING")["ids"]

    assert (listed, ascending) == (ids[::-1], ids)
    assert builds.codebuild.list_builds()["ids"][:2] == ids[::-1]
    assert project in builds.codebuild.list_projects()["projects"]


def test_an_idempotency_token_starts_one_build(builds: Any) -> None:
    project = builds.project(SPEC)
    first = builds.start(project, idempotencyToken="t")
    again = builds.start(project, idempotencyToken="t")
    with pytest.raises(ClientError) as error:
        builds.start(project, idempotencyToken="t", sourceVersion="other")
    builds.wait(first)

    assert first == again
    assert refusal(error)[0] == "InvalidInputException"


def test_a_build_can_be_retried(builds: Any) -> None:
    first = builds.run(SPEC)
    second = builds.wait(builds.codebuild.retry_build(id=first["id"])["build"]["id"])

    assert (second["buildStatus"], second["buildNumber"]) == ("SUCCEEDED", 2)


def test_a_concurrent_build_limit_is_kept(builds: Any) -> None:
    project = builds.project(
        "version: 0.2\nphases: {build: {commands: [sleep 60]}}\n", concurrentBuildLimit=1
    )
    running = builds.start(project)
    with pytest.raises(ClientError) as error:
        builds.start(project)
    builds.codebuild.stop_build(id=running)
    builds.wait(running)

    assert refusal(error)[0] == "AccountLimitExceededException"


def test_a_pipeline_project_is_not_started_by_hand(builds: Any) -> None:
    project = builds.project(source={"type": "CODEPIPELINE"}, artifacts={"type": "CODEPIPELINE"})
    with pytest.raises(ClientError) as error:
        builds.start(project)

    assert "takes its source from CodePipeline" in refusal(error)[1]
