"""Everything CodeDeploy refuses at once, with the exception AWS names for it."""

from __future__ import annotations

from typing import Any

import pytest

from greenshift.twin.codedeploy.deployments import hook_timeout
from greenshift.twin.codedeploy.names import is_deployment_id, new_deployment_id, new_execution_id
from greenshift.twin.service import ServiceError

TOPIC = "arn:aws:sns:us-east-1:123456789012:releases"


def trigger(name: str = "t", **changes: Any) -> dict[str, Any]:
    return {
        "triggerName": name,
        "triggerTargetArn": TOPIC,
        "triggerEvents": ["DeploymentStart"],
        **changes,
    }


def alarms(*names: str, enabled: bool = True) -> dict[str, Any]:
    return {"enabled": enabled, "alarms": [{"name": name} for name in names]}


GROUP_REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "no alarm": ({"alarmConfiguration": alarms()}, "InvalidAlarmConfigException"),
    "one alarm twice": ({"alarmConfiguration": alarms("a", "a")}, "InvalidAlarmConfigException"),
    "an empty alarm name": ({"alarmConfiguration": alarms("")}, "InvalidAlarmConfigException"),
    "a long alarm name": ({"alarmConfiguration": alarms("a" * 256)}, "InvalidAlarmConfigException"),
    "eleven alarms": (
        {"alarmConfiguration": alarms(*map(str, range(11)))},
        "AlarmsLimitExceededException",
    ),
    "a rollback for nothing": (
        {"autoRollbackConfiguration": {"enabled": True}},
        "InvalidAutoRollbackConfigException",
    ),
    "a rollback for something unknown": (
        {"autoRollbackConfiguration": {"enabled": True, "events": ["RAIN"]}},
        "ValidationException",
    ),
    "a trigger without events": (
        {"triggerConfigurations": [trigger(triggerEvents=[])]},
        "InvalidTriggerConfigException",
    ),
    "a trigger without a name": ({"triggerConfigurations": [trigger("")]}, "InvalidTriggerConfigException"),
    "a trigger to a queue": (
        {"triggerConfigurations": [trigger(triggerTargetArn="arn:aws:sqs:us-east-1:123456789012:q")]},
        "InvalidTriggerConfigException",
    ),
    "one trigger twice": (
        {"triggerConfigurations": [trigger(), trigger()]},
        "InvalidTriggerConfigException",
    ),
    "eleven triggers": (
        {"triggerConfigurations": [trigger(str(n)) for n in range(11)]},
        "TriggerTargetsLimitExceededException",
    ),
    "in place": (
        {"deploymentStyle": {"deploymentType": "IN_PLACE", "deploymentOption": "WITH_TRAFFIC_CONTROL"}},
        "InvalidDeploymentStyleException",
    ),
    "without traffic control": (
        {"deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"}},
        "InvalidDeploymentStyleException",
    ),
    "no such config": ({"deploymentConfigName": "none"}, "DeploymentConfigDoesNotExistException"),
    "the config of servers": (
        {"deploymentConfigName": "CodeDeployDefault.OneAtATime"},
        "InvalidDeploymentConfigNameException",
    ),
    "no role": ({"serviceRoleArn": "deployer"}, "InvalidRoleException"),
    "auto scaling": ({"autoScalingGroups": ["g"]}, "InvalidAutoScalingGroupException"),
    "instances by tag": ({"ec2TagFilters": [{"Key": "a"}]}, "InvalidEC2TagException"),
    "a load balancer": (
        {"loadBalancerInfo": {"elbInfoList": [{"name": "e"}]}},
        "InvalidLoadBalancerInfoException",
    ),
    "ECS": ({"ecsServices": [{"serviceName": "s"}]}, "InvalidECSServiceException"),
    "a tag of AWS": ({"tags": [{"Key": "aws:x", "Value": ""}]}, "InvalidTagsToAddException"),
    "a name with a slash": ({"deploymentGroupName": "a/b"}, "ValidationException"),
    "no application": ({"applicationName": "none"}, "ApplicationDoesNotExistException"),
}


@pytest.mark.parametrize(("settings", "code"), GROUP_REFUSALS.values(), ids=GROUP_REFUSALS.keys())
async def test_a_group_that_cannot_work_is_refused(bench: Any, settings: dict[str, Any], code: str) -> None:
    with pytest.raises(ServiceError) as caught:
        await bench.group(**settings)

    assert caught.value.code == code
    listed = await bench.call("ListDeploymentGroups", applicationName="app")
    assert listed["deploymentGroups"] == []


async def test_a_group_without_a_config_is_told_to_name_one(bench: Any, role: str) -> None:
    await bench.call("CreateApplication", applicationName="app", computePlatform="Lambda")
    request = {"applicationName": "app", "deploymentGroupName": "g", "serviceRoleArn": role}

    with pytest.raises(ServiceError, match="name a Lambda config"):
        await bench.call("CreateDeploymentGroup", **request)


async def test_disabled_alarms_need_no_list(bench: Any) -> None:
    await bench.group(alarmConfiguration=alarms(enabled=False))
    info = (await bench.call("GetDeploymentGroup", applicationName="app", deploymentGroupName="g"))[
        "deploymentGroupInfo"
    ]

    assert info["alarmConfiguration"] == {"enabled": False, "ignorePollAlarmFailure": False, "alarms": []}


def inline(content: str = "x", **more: str) -> dict[str, Any]:
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": content, **more}}


def stored(**location: str) -> dict[str, Any]:
    return {"revisionType": "S3", "s3Location": location}


DEPLOYMENT_REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "no application": ({"applicationName": "none"}, "ApplicationDoesNotExistException"),
    "no group": ({"deploymentGroupName": "none"}, "DeploymentGroupDoesNotExistException"),
    "no group named": ({"deploymentGroupName": None}, "DeploymentGroupNameRequiredException"),
    "no revision": ({"revision": None}, "RevisionRequiredException"),
    "an empty AppSpec": ({"revision": inline("")}, "InvalidRevisionException"),
    "a wrong sha256": ({"revision": inline(sha256="0" * 64)}, "InvalidRevisionException"),
    "GitHub": ({"revision": {"revisionType": "GitHub"}}, "InvalidRevisionException"),
    "no type": ({"revision": {"appSpecContent": {"content": "x"}}}, "InvalidRevisionException"),
    "a zip": ({"revision": stored(bucket="b", key="k", bundleType="zip")}, "InvalidRevisionException"),
    "no key": ({"revision": stored(bucket="b", bundleType="YAML")}, "InvalidRevisionException"),
    "no config": ({"deploymentConfigName": "none"}, "DeploymentConfigDoesNotExistException"),
    "a long description": ({"description": "d" * 257}, "DescriptionTooLongException"),
    "an empty override": ({"overrideAlarmConfiguration": alarms()}, "InvalidAlarmConfigException"),
    "a rollback for nothing": (
        {"autoRollbackConfiguration": {"enabled": True, "events": []}},
        "InvalidAutoRollbackConfigException",
    ),
    "instances": (
        {"targetInstances": {"autoScalingGroups": ["g"]}},
        "InvalidTargetInstancesException",
    ),
    "outdated instances": (
        {"updateOutdatedInstancesOnly": True},
        "InvalidUpdateOutdatedInstancesOnlyValueException",
    ),
    "application stop": (
        {"ignoreApplicationStopFailures": True},
        "InvalidIgnoreApplicationStopFailuresValueException",
    ),
    "files": ({"fileExistsBehavior": "OVERWRITE"}, "InvalidFileExistsBehaviorException"),
}


@pytest.mark.parametrize(("settings", "code"), DEPLOYMENT_REFUSALS.values(), ids=DEPLOYMENT_REFUSALS.keys())
async def test_a_deployment_that_cannot_start_is_refused_and_leaves_the_group_free(
    bench: Any, settings: dict[str, Any], code: str
) -> None:
    await bench.group()

    with pytest.raises(ServiceError) as caught:
        await bench.deploy(**settings)

    assert caught.value.code == code
    assert await bench.call("ListDeployments") == {"deployments": []}
    assert (await bench.info(await bench.deploy()))["status"] == "InProgress"


async def test_what_clients_send_when_they_say_nothing_is_taken(bench: Any) -> None:
    await bench.group()
    nothing = {
        "fileExistsBehavior": "DISALLOW",
        "ignoreApplicationStopFailures": False,
        "updateOutdatedInstancesOnly": False,
    }

    assert (await bench.info(await bench.deploy(**nothing)))["status"] == "InProgress"


CONFIG_REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "a reserved name": (
        {"deploymentConfigName": "CodeDeployDefault.Mine"},
        "InvalidDeploymentConfigNameException",
    ),
    "no platform": ({"computePlatform": None}, "InvalidComputePlatformException"),
    "servers": ({"computePlatform": "Server"}, "InvalidComputePlatformException"),
    "no routing": ({"trafficRoutingConfig": None}, "InvalidTrafficRoutingConfigurationException"),
    "no type": ({"trafficRoutingConfig": {}}, "InvalidTrafficRoutingConfigurationException"),
    "no numbers": (
        {"trafficRoutingConfig": {"type": "TimeBasedCanary"}},
        "InvalidTrafficRoutingConfigurationException",
    ),
    "100 percent": (
        {
            "trafficRoutingConfig": {
                "type": "TimeBasedLinear",
                "timeBasedLinear": {"linearPercentage": 100, "linearInterval": 1},
            }
        },
        "InvalidTrafficRoutingConfigurationException",
    ),
    "two days and a minute": (
        {
            "trafficRoutingConfig": {
                "type": "TimeBasedCanary",
                "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": 2881},
            }
        },
        "InvalidTrafficRoutingConfigurationException",
    ),
    "hosts": (
        {"minimumHealthyHosts": {"type": "HOST_COUNT", "value": 1}},
        "InvalidMinimumHealthyHostValueException",
    ),
}


@pytest.mark.parametrize(("settings", "code"), CONFIG_REFUSALS.values(), ids=CONFIG_REFUSALS.keys())
async def test_a_config_that_is_not_for_lambda_is_refused(
    bench: Any, settings: dict[str, Any], code: str
) -> None:
    request = {
        "deploymentConfigName": "mine",
        "computePlatform": "Lambda",
        "trafficRoutingConfig": {"type": "AllAtOnce"},
        **settings,
    }

    with pytest.raises(ServiceError) as caught:
        await bench.call("CreateDeploymentConfig", **request)

    assert caught.value.code == code
    assert len((await bench.call("ListDeploymentConfigs"))["deploymentConfigsList"]) == 9


async def test_an_account_has_200_custom_configs_and_no_more(bench: Any) -> None:
    async def create(number: int) -> None:
        await bench.call(
            "CreateDeploymentConfig",
            deploymentConfigName=f"c{number}",
            computePlatform="Lambda",
            trafficRoutingConfig={"type": "AllAtOnce"},
        )

    for number in range(200):
        await create(number)

    with pytest.raises(ServiceError, match="DeploymentConfigLimitExceededException"):
        await create(200)


async def test_a_long_list_comes_in_pages_without_gaps_or_repeats(bench: Any) -> None:
    for number in range(250):
        await bench.call("CreateApplication", applicationName=f"a{number:03}", computePlatform="Lambda")
    names: list[str] = []
    request: dict[str, str] = {}
    for _ in range(5):
        answer = await bench.call("ListApplications", **request)
        names += answer["applications"]
        if "nextToken" not in answer:
            break
        request = {"nextToken": answer["nextToken"]}

    assert names == [f"a{number:03}" for number in range(250)]


@pytest.mark.parametrize("token", ["x", "-1", "9999", ""])
async def test_a_made_up_token_is_refused(bench: Any, token: str) -> None:
    with pytest.raises(ServiceError, match="InvalidNextTokenException"):
        await bench.call("ListApplications", nextToken=token)


async def test_continuing_a_lambda_deployment_is_refused(bench: Any) -> None:
    await bench.group()

    with pytest.raises(ServiceError, match="UnsupportedActionForDeploymentTypeException"):
        await bench.call("ContinueDeployment", deploymentId=await bench.deploy())


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"deploymentGroupName": "g"}, "ApplicationNameRequiredException"),
        ({"applicationName": "none"}, "ApplicationDoesNotExistException"),
        ({"applicationName": "app"}, "DeploymentGroupNameRequiredException"),
        (
            {"applicationName": "app", "deploymentGroupName": "none"},
            "DeploymentGroupDoesNotExistException",
        ),
        ({"createTimeRange": {"start": 2, "end": 1}}, "InvalidTimeRangeException"),
    ],
)
async def test_a_list_of_deployments_that_cannot_be_is_refused(
    bench: Any, request_: dict[str, Any], code: str
) -> None:
    await bench.group()

    with pytest.raises(ServiceError, match=code):
        await bench.call("ListDeployments", **request_)


async def test_a_target_of_another_deployment_is_refused(bench: Any) -> None:
    await bench.group()
    deployment = await bench.deploy()

    with pytest.raises(ServiceError, match="DeploymentTargetDoesNotExistException"):
        await bench.call("GetDeploymentTarget", deploymentId=deployment, targetId="other:live")
    with pytest.raises(ServiceError, match="InvalidTargetFilterNameException"):
        await bench.call(
            "ListDeploymentTargets", deploymentId=deployment, targetFilters={"ServerInstanceLabel": ["Blue"]}
        )
    filtered = await bench.call(
        "ListDeploymentTargets", deploymentId=deployment, targetFilters={"TargetStatus": ["Failed"]}
    )
    assert filtered == {"targetIds": []}


def test_ids_have_the_form_of_the_user_guide_and_do_not_repeat() -> None:
    ids = {new_deployment_id() for _ in range(200)}

    assert len(ids) == 200
    assert all(is_deployment_id(found) for found in ids)
    assert not is_deployment_id("d-75I7MBT7Cx")
    assert new_execution_id() != new_execution_id()


@pytest.mark.parametrize(("speed", "seconds"), [(1, 3600), (60, 3600), (61, 3660), (600, 36_000)])
def test_a_hook_has_an_hour_of_twin_time_and_at_least_a_real_minute(speed: float, seconds: float) -> None:
    assert hook_timeout(speed) == seconds
