"""Deployments on a clock moved by hand: what reaches Lambda, when, and how each ends."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from greenshift.twin.service import ServiceError

BEFORE = "Hooks: [{BeforeAllowTraffic: CodeDeployHook_before}]"
AFTER = "Hooks: [{AfterAllowTraffic: CodeDeployHook_after}]"


def error(code: str) -> ServiceError:
    return ServiceError(code, "refused by the test", 400)


async def test_a_canary_moves_ten_percent_then_everything_after_five_minutes(bench: Any) -> None:
    await bench.group()
    deployment = await bench.deploy()

    assert bench.aws.moves == [("1", {"2": 0.1})]
    assert (await bench.target(deployment))["lambdaFunctionInfo"]["targetVersionWeight"] == 0.1
    await bench.clock.advance(299)
    assert len(bench.aws.moves) == 1
    await bench.clock.advance(1)

    assert bench.aws.moves == [("1", {"2": 0.1}), ("2", {})]
    assert (await bench.info(deployment))["status"] == "Succeeded"


async def test_linear_weights_arrive_in_order_one_minute_apart(bench: Any) -> None:
    await bench.group(deploymentConfigName="CodeDeployDefault.LambdaLinear10PercentEvery1Minute")
    start, times = bench.clock.time(), []
    bench.aws.on_move = lambda: times.append(bench.clock.time() - start)
    deployment = await bench.deploy()
    await bench.clock.advance(10 * 60)

    weights = [weights.get("2", 1.0) for _, weights in bench.aws.moves]
    assert weights == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert times == [60.0 * n for n in range(10)]
    assert bench.aws.moves[-1] == ("2", {})
    assert (await bench.info(deployment))["status"] == "Succeeded"


async def test_events_and_triggers_tell_of_start_and_success(bench: Any, topic: str) -> None:
    trigger = {
        "triggerName": "t",
        "triggerTargetArn": topic,
        "triggerEvents": ["DeploymentStart", "DeploymentSuccess", "DeploymentFailure"],
    }
    await bench.group(triggerConfigurations=[trigger])
    deployment = await bench.deploy(deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce")

    details = [event.detail for event in bench.events]
    group_id = (await bench.call("GetDeploymentGroup", applicationName="app", deploymentGroupName="g"))[
        "deploymentGroupInfo"
    ]["deploymentGroupId"]
    assert [detail["state"] for detail in details] == ["START", "SUCCESS"]
    assert details[0] == {
        "instanceGroupId": group_id,
        "region": "us-east-1",
        "application": "app",
        "deploymentId": deployment,
        "state": "START",
        "deploymentGroup": "g",
    }
    assert bench.events[0].resources == (
        "arn:aws:codedeploy:us-east-1:123456789012:application:app",
        "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:app/g",
    )
    messages = [json.loads(request["Message"]) for request in bench.aws.published]
    assert [message["status"] for message in messages] == ["InProgress", "Succeeded"]
    assert messages[0]["eventTriggerName"] == "t"
    assert messages[1]["deploymentOverview"]["Succeeded"] == "1"


async def test_a_topic_that_cannot_be_reached_changes_nothing(bench: Any, topic: str) -> None:
    trigger = {"triggerName": "t", "triggerTargetArn": topic, "triggerEvents": ["DeploymentStart"]}
    await bench.group(triggerConfigurations=[trigger])
    bench.aws.refuse["Publish"] = [error("NotFound")]

    deployment = await bench.deploy(deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce")

    assert (await bench.info(deployment))["status"] == "Succeeded"


# --- hooks ----------------------------------------------------------------------------------------------


async def test_a_hook_holds_all_traffic_until_it_reports(bench: Any) -> None:
    await bench.group()
    deployment = await bench.deploy(hooks=BEFORE)
    await bench.clock.advance(600)
    assert bench.aws.moves == []
    ((function, payload),) = bench.aws.hooks
    assert function == "CodeDeployHook_before"
    assert set(payload) == {"DeploymentId", "LifecycleEventHookExecutionId"}
    assert payload["DeploymentId"] == deployment

    await bench.report("Succeeded")
    await bench.clock.advance(0)

    assert bench.aws.moves == [("1", {"2": 0.1})]
    statuses = [e["status"] for e in (await bench.target(deployment))["lifecycleEvents"]]
    assert statuses == ["Succeeded", "InProgress", "Pending"]


async def test_a_failed_hook_fails_the_deployment_and_rolls_back(bench: Any) -> None:
    await bench.group()
    deployment = await bench.deploy(hooks=BEFORE)
    await bench.report("Failed")
    await bench.clock.advance(0)

    info = await bench.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "HOOK_EXECUTION_FAILURE")
    assert (await bench.info(info["rollbackInfo"]["rollbackDeploymentId"]))["status"] == "Succeeded"
    assert (bench.aws.version, bench.aws.weights) == ("1", {})


async def test_a_failed_hook_after_traffic_goes_back_from_full_exposure(bench: Any) -> None:
    await bench.group(deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce")
    deployment = await bench.deploy(hooks=AFTER)
    assert (bench.aws.version, bench.aws.weights) == ("2", {})

    await bench.report("Failed")
    await bench.clock.advance(0)

    assert (await bench.info(deployment))["status"] == "Failed"
    assert (bench.aws.version, bench.aws.weights) == ("1", {})


async def test_a_silent_hook_fails_after_an_hour(bench: Any) -> None:
    await bench.group()
    deployment = await bench.deploy(hooks=BEFORE)
    await bench.clock.advance(3599)
    assert (await bench.info(deployment))["status"] == "InProgress"
    await bench.clock.advance(1)

    info = await bench.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "HOOK_EXECUTION_FAILURE")
    with pytest.raises(ServiceError, match="LifecycleEventAlreadyCompletedException"):
        await bench.report("Succeeded")


async def test_only_the_first_report_of_a_hook_counts(bench: Any) -> None:
    await bench.group()
    deployment = await bench.deploy(hooks=BEFORE)
    await bench.report("Succeeded")

    with pytest.raises(ServiceError, match="LifecycleEventAlreadyCompletedException"):
        await bench.report("Failed")  # before the first was looked at
    await bench.clock.advance(0)
    with pytest.raises(ServiceError, match="LifecycleEventAlreadyCompletedException"):
        await bench.report("Failed")  # and after

    assert (await bench.info(deployment))["status"] == "InProgress"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "Skipped"}, "InvalidLifecycleEventHookExecutionStatusException"),
        ({"status": None}, "InvalidLifecycleEventHookExecutionStatusException"),
        ({"lifecycleEventHookExecutionId": "no"}, "InvalidLifecycleEventHookExecutionIdException"),
        ({"lifecycleEventHookExecutionId": None}, "InvalidLifecycleEventHookExecutionIdException"),
        ({"deploymentId": None}, "DeploymentIdRequiredException"),
        ({"deploymentId": "x"}, "InvalidDeploymentIdException"),
        ({"deploymentId": "d-000000000"}, "DeploymentDoesNotExistException"),
    ],
)
async def test_a_wrong_report_is_refused_and_the_hook_still_waited_for(
    bench: Any, changes: dict[str, Any], code: str
) -> None:
    await bench.group()
    await bench.deploy(hooks=BEFORE)

    with pytest.raises(ServiceError, match=code):
        await bench.report(**changes)
    await bench.report("Succeeded")
    await bench.clock.advance(0)

    assert len(bench.aws.moves) == 1


async def test_a_hook_codedeploy_may_not_invoke_fails_at_once(bench: Any, role: str) -> None:
    await bench.group()
    bench.aws.refuse["Invoke"] = [error("AccessDeniedException")]

    info = await bench.info(await bench.deploy(hooks=BEFORE))

    assert info["status"] == "Failed"
    assert info["errorInformation"]["code"] == "IAM_ROLE_PERMISSIONS"
    assert f"The IAM role {role} does not give you permission" in info["errorInformation"]["message"]
    assert "AWSLambda" in info["errorInformation"]["message"]


# --- alarms ---------------------------------------------------------------------------------------------


async def test_an_alarm_in_alarm_at_the_start_stops_it_before_any_traffic(bench: Any) -> None:
    await bench.group()
    bench.aws.alarms["a"] = "ALARM"

    info = await bench.info(await bench.deploy(hooks=BEFORE))

    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert "a." in info["errorInformation"]["message"]
    assert bench.aws.hooks == []
    assert all(weights == {} for _, weights in bench.aws.moves)


async def test_an_override_lets_a_fix_pass_the_alarm_that_still_fires(bench: Any) -> None:
    await bench.group()
    bench.aws.alarms["a"] = "ALARM"

    deployment = await bench.deploy(overrideAlarmConfiguration={"enabled": False})
    await bench.clock.advance(300)

    info = await bench.info(deployment)
    assert info["status"] == "Succeeded"
    assert info["overrideAlarmConfiguration"] == {
        "enabled": False,
        "ignorePollAlarmFailure": False,
        "alarms": [],
    }


async def test_an_alarm_during_the_shift_is_seen_within_ten_seconds(bench: Any) -> None:
    await bench.group()
    deployment = await bench.deploy()
    await bench.clock.advance(15)
    bench.aws.alarms["a"] = "ALARM"
    await bench.clock.advance(5)

    info = await bench.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert bench.aws.moves == [("1", {"2": 0.1}), ("1", {})]


async def test_an_alarm_that_fires_just_before_a_step_prevents_it(bench: Any) -> None:
    await bench.group()
    await bench.deploy()
    await bench.clock.advance(295)
    bench.aws.alarms["a"] = "ALARM"
    await bench.clock.advance(5)

    assert ("2", {}) not in bench.aws.moves
    assert (bench.aws.version, bench.aws.weights) == ("1", {})


async def test_an_alarm_while_the_last_hook_runs_goes_back_from_full_exposure(bench: Any) -> None:
    await bench.group(deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce")
    deployment = await bench.deploy(hooks=AFTER)
    bench.aws.alarms["a"] = "ALARM"
    await bench.clock.advance(10)

    assert (await bench.info(deployment))["status"] == "Stopped"
    assert bench.aws.version == "1"


async def test_an_alarm_without_data_does_not_stop_it(bench: Any) -> None:
    await bench.group()
    bench.aws.alarms["a"] = "INSUFFICIENT_DATA"
    deployment = await bench.deploy()
    await bench.clock.advance(300)

    assert (await bench.info(deployment))["status"] == "Succeeded"


async def test_alarms_and_rollback_that_are_listed_but_disabled_do_nothing(bench: Any) -> None:
    await bench.group(
        alarmConfiguration={"enabled": False, "alarms": [{"name": "a"}]},
        autoRollbackConfiguration={"enabled": False, "events": ["DEPLOYMENT_STOP_ON_REQUEST"]},
    )
    bench.aws.alarms["a"] = "ALARM"
    deployment = await bench.deploy()
    assert (await bench.info(deployment))["status"] == "InProgress"
    await bench.call("StopDeployment", deploymentId=deployment)
    await bench.clock.advance(0)

    assert bench.aws.weights == {"2": 0.1}


@pytest.mark.parametrize("ignore", [True, False])
async def test_a_missing_alarm_stops_it_unless_told_to_ignore(bench: Any, ignore: bool) -> None:
    alarms = {"enabled": True, "ignorePollAlarmFailure": ignore, "alarms": [{"name": "gone"}]}
    await bench.group(alarmConfiguration=alarms)

    info = await bench.info(await bench.deploy())

    assert info["status"] == ("InProgress" if ignore else "Stopped")
    if not ignore:
        assert info["errorInformation"]["code"] == "CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND"
        assert "gone does not exist" in info["errorInformation"]["message"]


async def test_alarms_the_role_may_not_read_stop_it_with_the_permission_named(bench: Any) -> None:
    await bench.group()
    bench.aws.refuse["DescribeAlarms"] = [error("AccessDenied")]

    info = await bench.info(await bench.deploy())

    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "IAM_ROLE_PERMISSIONS")
    assert "AmazonCloudWatch" in info["errorInformation"]["message"]


# --- rollback and stop ----------------------------------------------------------------------------------


async def test_a_rollback_is_a_deployment_of_its_own_that_points_both_ways(bench: Any) -> None:
    await bench.group()
    deployment = await bench.deploy()
    bench.aws.alarms["a"] = "ALARM"
    await bench.clock.advance(10)

    stopped = await bench.info(deployment)
    rollback = await bench.info(stopped["rollbackInfo"]["rollbackDeploymentId"])
    assert rollback["creator"] == "codeDeployRollback"
    assert rollback["rollbackInfo"]["rollbackTriggeringDeploymentId"] == deployment
    assert rollback["status"] == "Succeeded"
    assert stopped["status"] == "Stopped"
    assert stopped["rollbackInfo"]["rollbackMessage"] == rollback["rollbackInfo"]["rollbackMessage"]
    assert stopped["rollbackInfo"]["rollbackMessage"].endswith("succeeded.")
    states = [(event.detail["deploymentId"], event.detail["state"]) for event in bench.events]
    assert states == [
        (deployment, "START"),
        (deployment, "STOP"),
        (rollback["deploymentId"], "START"),
        (rollback["deploymentId"], "SUCCESS"),
    ]


@pytest.mark.parametrize("asked", [True, False])
async def test_a_stop_goes_back_or_leaves_the_alias_split(bench: Any, asked: bool) -> None:
    await bench.group()
    deployment = await bench.deploy()
    answer = await bench.call("StopDeployment", deploymentId=deployment, autoRollbackEnabled=asked)
    await bench.clock.advance(0)

    assert answer["status"] == "Pending"
    info = await bench.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "MANUAL_STOP")
    assert bench.aws.weights == ({} if asked else {"2": 0.1})
    with pytest.raises(ServiceError, match="DeploymentAlreadyCompletedException"):
        await bench.call("StopDeployment", deploymentId=deployment)


async def test_after_a_split_alias_the_next_deployment_fails_until_it_is_reset(bench: Any) -> None:
    await bench.group()
    await bench.call("StopDeployment", deploymentId=await bench.deploy(), autoRollbackEnabled=False)
    await bench.clock.advance(0)

    refused = await bench.info(await bench.deploy())
    bench.aws.move("1")
    accepted = await bench.info(await bench.deploy())

    assert "already routes traffic to two versions" in refused["errorInformation"]["message"]
    assert accepted["status"] == "InProgress"


async def test_after_a_rollback_the_same_release_may_be_tried_again(bench: Any) -> None:
    await bench.group()
    bench.aws.alarms["a"] = "ALARM"
    await bench.deploy()
    bench.aws.alarms["a"] = "OK"

    deployment = await bench.deploy()
    await bench.clock.advance(300)

    assert (await bench.info(deployment))["status"] == "Succeeded"


async def test_one_group_runs_one_deployment_and_names_it_to_the_next(bench: Any) -> None:
    await bench.group()
    first = await bench.deploy()

    with pytest.raises(ServiceError) as caught:
        await bench.deploy()

    assert caught.value.code == "DeploymentLimitExceededException"
    assert caught.value.message == f"The Deployment Group 'g' already has an active Deployment '{first}'"


async def test_a_group_is_never_free_between_an_end_and_its_rollback(bench: Any) -> None:
    await bench.group()
    first = await bench.deploy()
    await bench.call("StopDeployment", deploymentId=first, autoRollbackEnabled=True)
    refused = 0
    for _ in range(200):
        await asyncio.sleep(0)
        if bench.aws.version == "1" and bench.aws.weights == {}:
            break
        with pytest.raises(ServiceError, match="DeploymentLimitExceededException"):
            await bench.call("CreateDeployment", **_again())
        refused += 1

    assert refused
    assert (bench.aws.version, bench.aws.weights) == ("1", {})


def _again() -> dict[str, Any]:
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": "x"}}
    return {"applicationName": "app", "deploymentGroupName": "g", "revision": revision}


async def test_an_alias_moved_by_someone_else_is_left_to_them(bench: Any) -> None:
    await bench.group()
    deployment = await bench.deploy()
    bench.aws.move("7")
    await bench.clock.advance(300)

    info = await bench.info(deployment)
    assert info["status"] == "Failed"
    assert "was changed by someone else" in info["errorInformation"]["message"]
    assert "cannot be rolled back" in info["rollbackInfo"]["rollbackMessage"]
    assert bench.aws.version == "7"


async def test_a_new_description_of_the_alias_does_not_disturb_the_shift(bench: Any) -> None:
    await bench.group()
    deployment = await bench.deploy()
    bench.aws.move("1", v2=0.1)  # the same routing under a new RevisionId
    await bench.clock.advance(300)

    assert (await bench.info(deployment))["status"] == "Succeeded"


# --- refusals of Lambda, S3 and IAM ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["TooManyRequestsException", "ResourceConflictException", "ServiceException"]
)
async def test_a_passing_refusal_is_tried_again_on_the_clock(bench: Any, code: str) -> None:
    await bench.group()
    bench.aws.refuse["UpdateAlias"] = [error(code), error(code)]
    deployment = await bench.deploy()
    assert bench.aws.moves == []
    await bench.clock.advance(3)

    assert bench.aws.moves == [("1", {"2": 0.1})]
    assert (await bench.info(deployment))["status"] == "InProgress"


async def test_a_throttle_that_does_not_pass_fails_it(bench: Any) -> None:
    await bench.group()
    bench.aws.refuse["UpdateAlias"] = [error("TooManyRequestsException")] * 5
    deployment = await bench.deploy()
    await bench.clock.advance(15)

    assert (await bench.info(deployment))["errorInformation"]["code"] == "THROTTLED"


@pytest.mark.parametrize(
    ("operation", "refusal", "code"),
    [
        ("GetAlias", "ResourceNotFoundException", "INVALID_LAMBDA_FUNCTION"),
        ("GetAlias", "AccessDeniedException", "IAM_ROLE_PERMISSIONS"),
        ("UpdateAlias", "AccessDeniedException", "IAM_ROLE_PERMISSIONS"),
        ("UpdateAlias", "ResourceNotFoundException", "INVALID_LAMBDA_FUNCTION"),
        ("UpdateAlias", "InvalidParameterValueException", "INVALID_LAMBDA_CONFIGURATION"),
        ("UpdateAlias", "SomethingElse", "INTERNAL_ERROR"),
    ],
)
async def test_each_refusal_of_lambda_has_its_code(
    bench: Any, operation: str, refusal: str, code: str
) -> None:
    await bench.group()
    bench.aws.refuse[operation] = [error(refusal)]

    info = await bench.info(await bench.deploy())

    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", code)


async def test_a_role_that_went_away_is_reported_as_missing(bench: Any) -> None:
    await bench.group()
    bench.aws.roles.clear()

    info = await bench.info(await bench.deploy())

    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "IAM_ROLE_MISSING")


async def test_a_fault_of_the_twin_ends_the_deployment(bench: Any) -> None:
    await bench.group()
    bench.aws.refuse["GetAlias"] = [RuntimeError("boom")]

    info = await bench.info(await bench.deploy())

    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "INTERNAL_ERROR")


async def test_an_appspec_in_s3_is_read_when_the_deployment_starts(bench: Any) -> None:
    await bench.group()
    bench.aws.objects["specs/a.yaml"] = (
        b"version: 0.0\nResources: [{f: {Type: 'AWS::Lambda::Function', Properties: "
        b"{Name: f, Alias: live, CurrentVersion: '1', TargetVersion: '2'}}}]"
    )

    found = await bench.info(await bench.deploy(revision=s3("specs/a.yaml")))
    await bench.clock.advance(300)
    missing = await bench.info(await bench.deploy(revision=s3("specs/none.yaml")))

    assert found["status"] == "InProgress"
    assert missing["errorInformation"]["code"] == "REVISION_MISSING"


def s3(key: str) -> dict[str, Any]:
    return {"revisionType": "S3", "s3Location": {"bucket": "b", "key": key, "bundleType": "YAML"}}


async def test_a_group_deleted_before_the_start_fails_the_deployment(bench: Any) -> None:
    await bench.group()
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": "x"}}
    request = {"applicationName": "app", "deploymentGroupName": "g", "revision": revision}
    deployment = (await bench.call("CreateDeployment", **request))["deploymentId"]
    with pytest.raises(ServiceError, match="DeploymentNotStartedException"):
        await bench.call("ListDeploymentTargets", deploymentId=deployment)
    await bench.call("DeleteDeploymentGroup", applicationName="app", deploymentGroupName="g")
    await bench.clock.advance(0)

    info = await bench.info(deployment)
    assert info["errorInformation"]["code"] == "DEPLOYMENT_GROUP_MISSING"


async def test_a_running_deployment_ends_in_order_although_its_group_was_deleted(bench: Any) -> None:
    await bench.group()
    deployment = await bench.deploy()
    await bench.call("DeleteApplication", applicationName="app")
    await bench.clock.advance(300)

    assert (await bench.info(deployment))["status"] == "Succeeded"
    assert bench.service.resources() == []


async def test_nothing_runs_on_after_the_last_deployment_ended(bench: Any) -> None:
    await bench.group()
    await bench.deploy(hooks=BEFORE)
    await bench.report("Failed")
    await bench.clock.advance(0)

    assert bench.tasks._running == set()
