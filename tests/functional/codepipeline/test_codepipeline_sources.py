"""Sources read for real: a git repository on disk, and an object in a bucket."""

from __future__ import annotations

import json
import stat
from typing import Any

import pytest


def test_the_head_of_the_branch_becomes_the_artifact(project: Any, approval: Any) -> None:
    checkout = project.checkout
    checkout.commit("old", app_py="print(1)")
    (checkout.path / "run.sh").write_text("#!/bin/sh\n")
    (checkout.path / "run.sh").chmod(0o755)
    head = checkout.commit("Second release\n\nwith a body", app_py="print(2)")

    execution = project.create(project.document([approval]))
    run = project.settled(execution)

    with project.artifact(run) as archive:
        assert sorted(archive.namelist()) == ["app.py", "run.sh"]
        assert archive.read("app.py") == b"print(2)"
        mode = archive.getinfo("run.sh").external_attr >> 16
        assert mode & stat.S_IXUSR
    variables = run["output"]["outputVariables"]
    assert variables.pop("AuthorDate").startswith("20")
    assert variables == {
        "BranchName": "main",
        "CommitId": head,
        "CommitMessage": "Second release\n\nwith a body",
        "ConnectionArn": project.connection,
        "FullRepositoryName": checkout.id,
    }
    [revision] = project.execution(execution)["artifactRevisions"]
    assert (revision["name"], revision["revisionId"]) == ("SourceOutput", head)
    assert revision["revisionSummary"] == (
        '{"ProviderType":"GitHub","CommitMessage":"Second release\\n\\nwith a body"}'
    )
    assert f"Commit={head}" in revision["revisionUrl"]


def test_a_very_long_message_is_cut_to_valid_json(project: Any, approval: Any) -> None:
    project.checkout.commit('"' * 3000)

    execution = project.create(project.document([approval]))
    run = project.settled(execution)

    [revision] = project.execution(execution)["artifactRevisions"]
    assert json.loads(revision["revisionSummary"])["CommitMessage"].startswith('"""')
    assert len(run["output"]["outputVariables"]["CommitMessage"]) == 3000


def test_a_start_can_ask_for_an_earlier_commit(project: Any, approval: Any) -> None:
    earlier = project.checkout.commit("one", app_py="1")
    project.checkout.commit("two", app_py="2")
    document = project.document([approval])
    document["executionMode"] = "PARALLEL"
    project.create(document)

    override = {"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": earlier}
    started = project.codepipeline.start_pipeline_execution(name=project.name, sourceRevisions=[override])
    execution = started["pipelineExecutionId"]
    run = project.settled(execution)

    assert run["output"]["outputVariables"]["CommitId"] == earlier
    with project.artifact(run) as archive:
        assert archive.read("app.py") == b"1"


def test_the_older_form_of_a_connection_arn_works(project: Any, approval: Any) -> None:
    project.checkout.commit("one")
    older = project.connection.replace("codeconnections", "codestar-connections")
    source = project.source(ConnectionArn=older)

    execution = project.create(project.document([approval], source=source))

    assert project.settled(execution)["status"] == "Succeeded"


def break_nothing(project: Any) -> None:
    """Nothing was committed yet."""


def break_branch(project: Any) -> None:
    project.checkout.commit("one")
    project.checkout.git("branch", "--move", "main", "trunk")


def break_repository(project: Any) -> None:
    (project.checkout.path / ".git").rename(project.checkout.path / "git")


def break_directory(project: Any) -> None:
    project.checkout.path.rename(project.checkout.path.with_name("gone"))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (break_nothing, "has no commits yet"),
        (break_branch, "has no branch main; it has: trunk"),
        (break_repository, "is not a git repository"),
        (break_directory, "is not a directory"),
    ],
)
def test_a_repository_that_cannot_be_read_fails_the_source_clearly(
    project: Any, approval: Any, spoil: Any, words: str
) -> None:
    spoil(project)

    execution = project.finish(project.create(project.document([approval])))

    assert execution["status"] == "Failed"
    assert words in execution["statusSummary"]
    assert words in project.action("Source", "Source")["errorDetails"]["message"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"FullRepositoryId": "me/unknown"}, "Repository me/unknown is not registered with the twin"),
        (
            {"ConnectionArn": "arn:aws:codeconnections:us-east-1:123456789012:connection/nope"},
            "Could not find connection",
        ),
        ({"OutputArtifactFormat": "CODEBUILD_CLONE_REF"}, "CODEBUILD_CLONE_REF is not supported"),
    ],
)
def test_a_source_that_names_the_wrong_thing_fails_clearly(
    project: Any, approval: Any, changed: dict[str, str], words: str
) -> None:
    project.checkout.commit("one")

    execution = project.finish(project.create(project.document([approval], source=project.source(**changed))))

    assert execution["status"] == "Failed"
    assert words in execution["statusSummary"]


@pytest.mark.parametrize("value", ["main", "--help", "0" * 40])
def test_an_override_that_is_no_commit_fails_the_source(project: Any, approval: Any, value: str) -> None:
    project.checkout.commit("one")
    document = project.document([approval])
    document["executionMode"] = "PARALLEL"
    project.create(document)
    override = {"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": value}

    started = project.codepipeline.start_pipeline_execution(name=project.name, sourceRevisions=[override])

    execution = project.finish(started["pipelineExecutionId"])
    assert execution["status"] == "Failed"
    assert value in execution["statusSummary"]


def test_a_repository_inside_another_is_not_taken_for_its_parent(project: Any, approval: Any) -> None:
    project.checkout.commit("one")
    inner = project.checkout.path / "functions"
    inner.mkdir()
    project.twin.register_repository(project.checkout.id, inner)

    execution = project.finish(project.create(project.document([approval])))

    assert "is not a git repository" in execution["statusSummary"]


def test_github_by_oauth_reads_the_same_repository_and_hides_its_token(project: Any, approval: Any) -> None:
    head = project.checkout.commit("one")
    owner, name = project.checkout.id.split("/")
    source = project.source()
    source["actionTypeId"] = {
        "category": "Source",
        "owner": "ThirdParty",
        "provider": "GitHub",
        "version": "1",
    }
    source["configuration"] = {
        "Owner": owner, "Repo": name, "Branch": "main", "OAuthToken": "hush", "PollForSourceChanges": "false",
    }  # fmt: skip
    execution = project.create(project.document([approval], source=source))
    run = project.settled(execution)

    variables = run["output"]["outputVariables"]
    assert (variables["CommitId"], variables["RepositoryName"]) == (head, name)
    assert variables["CommitUrl"].endswith(f"/commit/{head}")
    shown = project.codepipeline.get_pipeline(name=project.name)["pipeline"]
    assert shown["stages"][0]["actions"][0]["configuration"]["OAuthToken"] == "****"
    assert run["input"]["configuration"]["OAuthToken"] == "****"
    assert run["input"]["resolvedConfiguration"]["OAuthToken"] == "****"


def test_an_object_of_a_versioned_bucket_is_passed_on_as_it_is(project: Any, approval: Any) -> None:
    put = project.s3.put_object(Bucket=project.bucket, Key="kit/kit.zip", Body=b"anything")
    source = s3_source(project, "kit/kit.zip")
    execution = project.create(project.document([approval], source=source))
    run = project.settled(execution)

    place = run["output"]["outputArtifacts"][0]["s3location"]
    stored = project.s3.get_object(Bucket=place["bucket"], Key=place["key"])["Body"].read()
    assert stored == b"anything"
    assert place["key"].startswith(f"{project.name}/SourceOutp/")
    assert run["output"]["outputVariables"]["VersionId"] == put["VersionId"]
    assert run["output"]["outputVariables"]["ETag"] == put["ETag"].strip('"')


def test_a_bucket_without_versions_or_an_absent_object_fails_the_source(project: Any, approval: Any) -> None:
    plain = f"plain-{project.name}"
    project.s3.create_bucket(Bucket=plain)
    document = project.document([approval], source=s3_source(project, "kit.zip", plain))
    execution = project.finish(project.create(document))
    assert f"The bucket {plain} is not versioned" in execution["statusSummary"]

    document["stages"][0]["actions"] = [s3_source(project, "absent.zip")]
    project.codepipeline.update_pipeline(pipeline=document)
    started = project.codepipeline.start_pipeline_execution(name=project.name)
    execution = project.finish(started["pipelineExecutionId"])
    assert "The object absent.zip does not exist" in execution["statusSummary"]


def s3_source(project: Any, key: str, bucket: str | None = None) -> dict[str, Any]:
    return {
        "name": "Source",
        "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"},
        "outputArtifacts": [{"name": "SourceOutput"}],
        "configuration": {
            "S3Bucket": bucket or project.bucket, "S3ObjectKey": key, "PollForSourceChanges": "false",
        },
    }  # fmt: skip
