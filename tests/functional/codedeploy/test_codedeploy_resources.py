"""Applications, groups, configs, revisions and tags through boto3: made, read, changed, removed."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin

ARN = "arn:aws:codedeploy:us-east-1:123456789012"
CANARY = {
    "type": "TimeBasedCanary",
    "timeBasedCanary": {"canaryPercentage": 25, "canaryInterval": 7},
}
_numbers = itertools.count(1)


@pytest.fixture
def client(codedeploy_twin: RunningTwin) -> Any:
    return codedeploy_twin.client("codedeploy")


@pytest.fixture
def application(client: Any) -> Iterator[str]:
    name = f"app{next(_numbers)}"
    client.create_application(applicationName=name, computePlatform="Lambda")
    yield name
    client.delete_application(applicationName=name)


@pytest.fixture
def role(workshop: Any) -> str:
    return str(workshop.role)


def make_group(client: Any, application: str, role: str, name: str = "g", **settings: Any) -> None:
    request = {
        "applicationName": application,
        "deploymentGroupName": name,
        "serviceRoleArn": role,
        "deploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce",
        **settings,
    }
    client.create_deployment_group(**request)


def group_info(client: Any, application: str, name: str = "g") -> dict[str, Any]:
    answer = client.get_deployment_group(applicationName=application, deploymentGroupName=name)
    found: dict[str, Any] = answer["deploymentGroupInfo"]
    return found


def test_an_application_is_made_listed_renamed_and_removed(client: Any, codedeploy_twin: RunningTwin) -> None:
    client.create_application(applicationName="one", computePlatform="Lambda")
    assert client.get_application(applicationName="one")["application"]["computePlatform"] == "Lambda"
    with pytest.raises(client.exceptions.ApplicationAlreadyExistsException):
        client.create_application(applicationName="one", computePlatform="Lambda")
    client.update_application(applicationName="one", newApplicationName="uno")
    assert "uno" in client.list_applications()["applications"]
    assert f"{ARN}:application:uno" in codedeploy_twin.resources()["codedeploy"]
    with pytest.raises(client.exceptions.ApplicationDoesNotExistException):
        client.get_application(applicationName="one")
    client.delete_application(applicationName="uno")

    assert "uno" not in client.list_applications()["applications"]
    client.delete_application(applicationName="uno")


@pytest.mark.parametrize("platform", ["Server", "ECS", None])
def test_other_compute_platforms_are_refused_by_name(client: Any, platform: str | None) -> None:
    settings = {"computePlatform": platform} if platform else {}
    with pytest.raises(client.exceptions.InvalidComputePlatformException, match=platform or "Server"):
        client.create_application(applicationName="servers", **settings)


def test_a_group_keeps_all_it_was_given(client: Any, application: str, role: str) -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:releases"
    settings = {
        "alarmConfiguration": {
            "enabled": True,
            "ignorePollAlarmFailure": True,
            "alarms": [{"name": "a"}, {"name": "b"}],
        },
        "autoRollbackConfiguration": {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
        "triggerConfigurations": [
            {"triggerName": "t", "triggerTargetArn": topic, "triggerEvents": ["DeploymentFailure"]}
        ],
        "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
    }
    make_group(client, application, role, **settings)

    info = group_info(client, application)
    assert {key: info[key] for key in settings} == settings
    assert info["serviceRoleArn"] == role
    assert info["computePlatform"] == "Lambda"
    assert "lastAttemptedDeployment" not in info


def test_an_update_changes_what_it_names_and_nothing_else(client: Any, application: str, role: str) -> None:
    alarms = {"enabled": True, "ignorePollAlarmFailure": False, "alarms": [{"name": "a"}]}
    make_group(client, application, role, alarmConfiguration=alarms)
    client.update_deployment_group(
        applicationName=application,
        currentDeploymentGroupName="g",
        newDeploymentGroupName="h",
        deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
    )

    info = group_info(client, application, "h")
    assert info["deploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    assert info["alarmConfiguration"] == alarms
    assert client.list_deployment_groups(applicationName=application)["deploymentGroups"] == ["h"]
    client.update_deployment_group(
        applicationName=application,
        currentDeploymentGroupName="h",
        alarmConfiguration={"enabled": False, "alarms": []},
    )
    assert group_info(client, application, "h")["alarmConfiguration"]["enabled"] is False


def test_an_update_that_is_refused_changes_nothing(client: Any, application: str, role: str) -> None:
    make_group(client, application, role)
    with pytest.raises(client.exceptions.InvalidAlarmConfigException):
        client.update_deployment_group(
            applicationName=application,
            currentDeploymentGroupName="g",
            deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
            alarmConfiguration={"enabled": True, "alarms": []},
        )

    assert group_info(client, application)["deploymentConfigName"] == "CodeDeployDefault.LambdaAllAtOnce"


def test_a_role_codedeploy_may_not_assume_is_refused_when_the_group_is_made(
    client: Any, application: str, workshop: Any
) -> None:
    for role in (workshop.execution_role, "arn:aws:iam::123456789012:role/nobody", "nobody"):
        with pytest.raises(client.exceptions.InvalidRoleException, match=role.rsplit("/", 1)[-1]):
            make_group(client, application, role)

    assert client.list_deployment_groups(applicationName=application)["deploymentGroups"] == []


def test_a_group_is_removed_and_removing_it_again_does_nothing(
    client: Any, application: str, role: str, codedeploy_twin: RunningTwin
) -> None:
    make_group(client, application, role)
    assert f"{ARN}:deploymentgroup:{application}/g" in codedeploy_twin.resources()["codedeploy"]
    for _ in range(2):
        client.delete_deployment_group(applicationName=application, deploymentGroupName="g")

    with pytest.raises(client.exceptions.DeploymentGroupDoesNotExistException):
        group_info(client, application)


def test_many_groups_are_read_at_once_and_missing_ones_named(
    client: Any, application: str, role: str
) -> None:
    make_group(client, application, role)
    answer = client.batch_get_deployment_groups(
        applicationName=application, deploymentGroupNames=["g", "none"]
    )

    assert [info["deploymentGroupName"] for info in answer["deploymentGroupsInfo"]] == ["g"]
    assert "none" in answer["errorMessage"]


def test_a_custom_config_lives_until_no_group_uses_it(
    client: Any, application: str, role: str, codedeploy_twin: RunningTwin
) -> None:
    client.create_deployment_config(
        deploymentConfigName="slow", computePlatform="Lambda", trafficRoutingConfig=CANARY
    )
    make_group(client, application, role, deploymentConfigName="slow")
    info = client.get_deployment_config(deploymentConfigName="slow")["deploymentConfigInfo"]
    assert info["trafficRoutingConfig"] == CANARY
    assert f"{ARN}:deploymentconfig:slow" in codedeploy_twin.resources()["codedeploy"]
    with pytest.raises(client.exceptions.DeploymentConfigInUseException, match="group g"):
        client.delete_deployment_config(deploymentConfigName="slow")
    with pytest.raises(client.exceptions.DeploymentConfigAlreadyExistsException):
        client.create_deployment_config(
            deploymentConfigName="slow", computePlatform="Lambda", trafficRoutingConfig=CANARY
        )
    client.delete_deployment_group(applicationName=application, deploymentGroupName="g")
    client.delete_deployment_config(deploymentConfigName="slow")

    with pytest.raises(client.exceptions.DeploymentConfigDoesNotExistException):
        client.get_deployment_config(deploymentConfigName="slow")


def test_the_nine_predefined_configs_are_there_and_stay(client: Any) -> None:
    names = client.list_deployment_configs()["deploymentConfigsList"]
    assert len([name for name in names if name.startswith("CodeDeployDefault.Lambda")]) == 9
    linear = client.get_deployment_config(
        deploymentConfigName="CodeDeployDefault.LambdaLinear10PercentEvery1Minute"
    )["deploymentConfigInfo"]["trafficRoutingConfig"]
    assert linear == {
        "type": "TimeBasedLinear",
        "timeBasedLinear": {"linearPercentage": 10, "linearInterval": 1},
    }
    with pytest.raises(client.exceptions.InvalidOperationException):
        client.delete_deployment_config(deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce")


def test_a_registered_revision_is_known_and_another_is_not(client: Any, application: str) -> None:
    def revision(content: str) -> dict[str, Any]:
        sha256 = hashlib.sha256(content.encode()).hexdigest()
        return {
            "revisionType": "AppSpecContent",
            "appSpecContent": {"content": content, "sha256": sha256},
        }

    client.register_application_revision(
        applicationName=application, description="first", revision=revision('{"a": "ü"}')
    )
    known = client.get_application_revision(applicationName=application, revision=revision('{"a": "ü"}'))
    assert known["revisionInfo"]["description"] == "first"
    assert "firstUsedTime" not in known["revisionInfo"]
    with pytest.raises(client.exceptions.RevisionDoesNotExistException):
        client.get_application_revision(applicationName=application, revision=revision("b"))


def test_tags_stay_with_a_renamed_application_and_go_with_a_removed_one(client: Any) -> None:
    client.create_application(
        applicationName="tagged", computePlatform="Lambda", tags=[{"Key": "team", "Value": "pay"}]
    )
    client.update_application(applicationName="tagged", newApplicationName="labelled")
    arn = f"{ARN}:application:labelled"
    client.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "dev"}])
    client.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "stage", "Value": "dev"}]
    client.delete_application(applicationName="labelled")
    with pytest.raises(ClientError, match="ApplicationDoesNotExistException"):
        client.list_tags_for_resource(ResourceArn=arn)
    client.create_application(applicationName="labelled", computePlatform="Lambda")

    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == []
    client.delete_application(applicationName="labelled")


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("no-arn", "InvalidArnException"),
        ("arn:aws:s3:::bucket", "InvalidArnException"),
        (f"{ARN}:deploymentconfig:slow", "ArnNotSupportedException"),
        (f"{ARN}:deploymentgroup:none/g", "ApplicationDoesNotExistException"),
    ],
)
def test_only_applications_and_groups_that_exist_have_tags(client: Any, arn: str, code: str) -> None:
    with pytest.raises(ClientError, match=code):
        client.list_tags_for_resource(ResourceArn=arn)


def test_deployments_are_filtered_by_group_status_and_time(release: Any) -> None:
    release.group("AllAtOnce")
    first = release.deploy("1", "2")
    created = release.info(first)["createTime"]
    release.twin.advance(60)
    second = release.deploy("1", "2")
    listed = release.codedeploy.list_deployments
    where = {"applicationName": release.name, "deploymentGroupName": release.name}

    assert listed(**where)["deployments"] == [second, first]
    assert listed(**where, includeOnlyStatuses=["Succeeded"])["deployments"] == [first]
    assert listed(**where, createTimeRange={"start": created, "end": created})["deployments"] == [first]
    batch = release.codedeploy.batch_get_deployments(deploymentIds=[first, second, "d-000000000"])
    assert [info["status"] for info in batch["deploymentsInfo"]] == ["Succeeded", "Failed"]
    targets = release.codedeploy.batch_get_deployment_targets(
        deploymentId=first, targetIds=[release.target(first)["targetId"]]
    )["deploymentTargets"]
    assert targets[0]["lambdaTarget"]["lambdaFunctionInfo"]["targetVersion"] == "2"
