"""Operations that only tell: what may be used in a pipeline, on which images, what an application knows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from greenshift.testing import RunningTwin

APPSPEC = '{"version":0.0,"Resources":[]}'


def test_the_providers_of_actions_are_told_with_their_keys(twin: RunningTwin) -> None:
    client = twin.client("codepipeline")
    told = {each["id"]["provider"]: each for each in client.list_action_types()["actionTypes"]}
    github = {each["name"]: each for each in told["GitHub"]["actionConfigurationProperties"]}

    assert {"CodeBuild", "CodeDeploy", "CodeStarSourceConnection", "GitHub", "Lambda", "Manual", "S3"} == set(
        told
    )
    assert github["OAuthToken"]["secret"] and github["OAuthToken"]["required"]
    assert told["GitHub"]["inputArtifactDetails"] == {"minimumCount": 0, "maximumCount": 0}
    only = client.list_action_types(actionOwnerFilter="ThirdParty")["actionTypes"]
    assert [each["id"]["provider"] for each in only] == ["GitHub"]


def test_the_images_of_builds_are_told_by_platform_and_language(twin: RunningTwin) -> None:
    platforms = twin.client("codebuild").list_curated_environment_images()["platforms"]
    images = {
        image["name"]
        for platform in platforms
        for language in platform["languages"]
        for image in language["images"]
    }

    assert {"UBUNTU", "AMAZON_LINUX"} == {platform["platform"] for platform in platforms}
    assert {"aws/codebuild/standard:7.0", "aws/codebuild/amazonlinux-aarch64-standard:4.0"} <= images


def test_a_predefined_configuration_was_not_made_in_1970(twin: RunningTwin) -> None:
    told = twin.client("codedeploy").get_deployment_config(
        deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce"
    )["deploymentConfigInfo"]

    assert datetime(2017, 11, 28, tzinfo=UTC) <= told["createTime"]


@pytest.fixture(scope="module")
def application(twin: RunningTwin) -> str:
    client = twin.client("codedeploy")
    client.create_application(applicationName="told", computePlatform="Lambda")
    for key in ("b/one.json", "a/two.json"):
        location = {"bucket": "revisions", "key": key, "bundleType": "JSON"}
        client.register_application_revision(
            applicationName="told", revision={"revisionType": "S3", "s3Location": location}
        )
    inline = {"revisionType": "AppSpecContent", "appSpecContent": {"content": APPSPEC}}
    client.register_application_revision(applicationName="told", revision=inline)
    return "told"


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ["b/one.json", "a/two.json", "inline"]),
        ({"sortBy": "registerTime", "sortOrder": "descending"}, ["inline", "a/two.json", "b/one.json"]),
        ({"s3Bucket": "revisions"}, ["b/one.json", "a/two.json"]),
        ({"s3Bucket": "revisions", "s3KeyPrefix": "a/"}, ["a/two.json"]),
        ({"deployed": "include"}, []),
        ({"deployed": "exclude"}, ["b/one.json", "a/two.json", "inline"]),
    ],
)
def test_the_revisions_of_an_application_are_listed(
    twin: RunningTwin, application: str, parameters: dict[str, Any], expected: list[str]
) -> None:
    client = twin.client("codedeploy")
    found = client.list_application_revisions(applicationName=application, **parameters)["revisions"]

    assert expected == [each.get("s3Location", {}).get("key", "inline") for each in found]
