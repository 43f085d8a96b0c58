"""Deployments of a real function on a real twin, through boto3: every way they end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError


def test_all_at_once_moves_the_alias_and_the_next_call_runs_the_new_version(release: Any) -> None:
    release.group("AllAtOnce")
    deployment = release.deploy()

    assert release.status(deployment) == "Succeeded"
    assert release.routing() == ("2", {})
    answer = release.lambda_.invoke(FunctionName=release.function, Qualifier=release.name)
    assert json.load(answer["Payload"]) == {"version": "2"}
    release.codedeploy.get_waiter("deployment_successful").wait(deploymentId=deployment)


def test_a_canary_splits_traffic_then_moves_all_of_it(release: Any) -> None:
    release.group("Canary10Percent5Minutes")
    deployment = release.deploy()
    assert release.routing() == ("1", {"2": 0.1})
    release.twin.advance(299)
    assert release.routing() == ("1", {"2": 0.1})
    release.twin.advance(1)

    assert release.routing() == ("2", {})
    info = release.info(deployment)
    assert info["status"] == "Succeeded"
    assert (info["completeTime"] - info["startTime"]).total_seconds() == 300
    assert info["deploymentOverview"]["Succeeded"] == 1


def test_linear_weights_are_seen_in_order_on_alias_and_target(release: Any) -> None:
    release.group("Linear10PercentEvery1Minute")
    deployment = release.deploy()
    seen = []
    for _ in range(9):
        version, weights = release.routing()
        info = release.target(deployment)["lambdaFunctionInfo"]
        seen.append((version, weights.get("2"), info["targetVersionWeight"]))
        release.twin.advance(60)

    assert seen == [("1", n / 10, n / 10) for n in range(1, 10)]
    assert release.routing() == ("2", {})
    assert release.target(deployment)["lambdaFunctionInfo"]["targetVersionWeight"] == 1.0
    assert release.status(deployment) == "Succeeded"


def test_a_second_deployment_follows_a_first(release: Any) -> None:
    release.group("AllAtOnce")
    release.deploy("1", "2")
    back = release.deploy("2", "1")

    assert release.status(back) == "Succeeded"
    assert release.routing() == ("1", {})
    group = release.codedeploy.get_deployment_group(
        applicationName=release.name, deploymentGroupName=release.name
    )["deploymentGroupInfo"]
    assert group["lastSuccessfulDeployment"]["deploymentId"] == back


# --- what a deployment may start from -------------------------------------------------------------------

BAD_START = "The deployment failed because the AppSpec file that specifies the AWS Lambda deployment"


@pytest.mark.parametrize(
    ("current", "target", "weights", "ending"),
    [
        (
            "2",
            "1",
            {},
            "The Lambda function alias version does not match the current version in AppSpec file.",
        ),
        ("1", "1", {}, "missing or has an invalid configuration."),
        ("1", "2", {"2": 0.3}, "already routes traffic to two versions: 1 and 2."),
    ],
    ids=["mismatch", "equal", "weighted"],
)
def test_a_wrong_start_fails_after_creation_and_leaves_the_alias(
    release: Any, current: str, target: str, weights: dict[str, float], ending: str
) -> None:
    release.group()
    release.move("1", **{f"v{version}": weight for version, weight in weights.items()})
    info = release.info(release.deploy(current, target))

    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "INVALID_LAMBDA_CONFIGURATION")
    assert info["errorInformation"]["message"].startswith(BAD_START)
    assert info["errorInformation"]["message"].endswith(ending)
    assert "rollbackDeploymentId" not in info["rollbackInfo"]
    assert release.routing() == ("1", weights)


def test_a_version_lambda_does_not_have_fails_it_and_the_alias_is_back(release: Any) -> None:
    release.group()
    info = release.info(release.deploy("1", "99"))

    assert info["status"] == "Failed"
    assert info["errorInformation"]["code"] in ("INVALID_LAMBDA_CONFIGURATION", "INVALID_LAMBDA_FUNCTION")
    assert release.routing() == ("1", {})


def test_a_busy_group_refuses_a_second_deployment_and_names_the_first(release: Any) -> None:
    release.group()
    first = release.deploy()

    with pytest.raises(release.codedeploy.exceptions.DeploymentLimitExceededException) as caught:
        release.deploy()

    message = caught.value.response["Error"]["Message"]
    assert message == f"The Deployment Group '{release.name}' already has an active Deployment '{first}'"


# --- hooks ----------------------------------------------------------------------------------------------


def test_both_hooks_run_once_and_the_deployment_succeeds(release: Any) -> None:
    release.group("AllAtOnce")
    before, after = release.hook("before"), release.hook("after")
    deployment = release.deploy(hooks={"BeforeAllowTraffic": before, "AfterAllowTraffic": after})
    release.until_ended(deployment)

    assert release.status(deployment) == "Succeeded"
    events = release.target(deployment)["lifecycleEvents"]
    assert [(e["lifecycleEventName"], e["status"]) for e in events] == [
        ("BeforeAllowTraffic", "Succeeded"),
        ("AllowTraffic", "Succeeded"),
        ("AfterAllowTraffic", "Succeeded"),
    ]
    assert [e.get("diagnostics", {}).get("scriptName") for e in events] == [before, "", after]


def test_a_hook_may_be_named_by_its_arn(release: Any) -> None:
    release.group("AllAtOnce")
    arn = release.lambda_.get_function_configuration(FunctionName=release.hook())["FunctionArn"]
    deployment = release.deploy(hooks={"BeforeAllowTraffic": arn})
    release.until_ended(deployment)

    assert release.status(deployment) == "Succeeded"


@pytest.mark.parametrize("event", ["BeforeAllowTraffic", "AfterAllowTraffic"])
def test_a_hook_that_reports_failed_fails_it_and_rolls_back(release: Any, event: str) -> None:
    release.group("AllAtOnce")
    deployment = release.deploy(hooks={event: release.hook(status="Failed")})
    release.until_ended(deployment)

    info = release.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "HOOK_EXECUTION_FAILURE")
    assert event in info["errorInformation"]["message"]
    assert release.status(info["rollbackInfo"]["rollbackDeploymentId"]) == "Succeeded"
    assert release.routing() == ("1", {})
    assert release.status(release.deploy()) == "Succeeded"


@pytest.mark.parametrize("mode", ["wrong id", "twice"])
def test_a_wrong_or_second_report_is_refused_to_the_hook_and_changes_nothing(release: Any, mode: str) -> None:
    release.group("AllAtOnce")
    deployment = release.deploy(hooks={"BeforeAllowTraffic": release.hook(mode)})
    release.until_ended(deployment)

    assert release.status(deployment) == "Succeeded"


@pytest.mark.parametrize("mode", ["silent", "throws"])
def test_a_hook_that_never_reports_is_waited_for_one_hour(release: Any, mode: str) -> None:
    release.group("AllAtOnce")
    deployment = release.deploy(hooks={"BeforeAllowTraffic": release.hook(mode)})
    release.twin.advance(3599)
    assert release.status(deployment) == "InProgress"
    release.twin.advance(1)

    info = release.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "HOOK_EXECUTION_FAILURE")
    assert release.routing() == ("1", {})


def test_a_hook_that_does_not_exist_fails_it_at_once(release: Any) -> None:
    release.group()
    info = release.info(release.deploy(hooks={"BeforeAllowTraffic": "CodeDeployHook_nobody"}))

    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", "HOOK_EXECUTION_FAILURE")
    assert "CodeDeployHook_nobody" in info["errorInformation"]["message"]


# --- alarms ---------------------------------------------------------------------------------------------


def test_an_alarm_at_the_start_stops_it_and_an_override_lets_the_fix_through(release: Any) -> None:
    release.group("AllAtOnce")
    release.set_alarm("ALARM")
    stopped = release.info(release.deploy())
    fixed = release.deploy(overrideAlarmConfiguration={"enabled": False})

    assert (stopped["status"], stopped["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert release.alarm in stopped["errorInformation"]["message"]
    assert release.status(fixed) == "Succeeded"
    assert release.routing() == ("2", {})


def test_an_alarm_in_mid_shift_rolls_back_within_one_poll(release: Any) -> None:
    release.group("Linear10PercentEvery1Minute")
    deployment = release.deploy()
    release.twin.advance(130)
    assert release.routing() == ("1", {"2": 0.3})
    release.set_alarm("ALARM")
    release.twin.advance(10)

    info = release.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert release.routing() == ("1", {})
    release.set_alarm("OK")
    assert release.status(release.deploy()) == "InProgress"


def test_an_alarm_during_the_last_hook_rolls_back_from_full_exposure(release: Any) -> None:
    release.group("AllAtOnce")
    deployment = release.deploy(hooks={"AfterAllowTraffic": release.hook("silent")})
    assert release.routing() == ("2", {})
    release.set_alarm("ALARM")
    release.twin.advance(10)

    assert release.status(deployment) == "Stopped"
    assert release.routing() == ("1", {})


@pytest.mark.parametrize(("ignore", "status"), [(True, "Succeeded"), (False, "Stopped")])
def test_an_alarm_nobody_made_stops_it_unless_ignored(release: Any, ignore: bool, status: str) -> None:
    alarms = {"enabled": True, "ignorePollAlarmFailure": ignore, "alarms": [{"name": "nobody-made-me"}]}
    release.group("AllAtOnce", alarmConfiguration=alarms)

    assert release.status(release.deploy()) == status


# --- rollback on and off --------------------------------------------------------------------------------


def end_by_alarm(release: Any, deployment: str) -> None:
    release.set_alarm("ALARM")
    release.twin.advance(10)
    release.set_alarm("OK")


def end_by_request(release: Any, deployment: str) -> None:
    release.codedeploy.stop_deployment(deploymentId=deployment)
    release.twin.advance(0)


@pytest.mark.parametrize("rollback", [True, False], ids=["rollback", "no-rollback"])
@pytest.mark.parametrize(
    ("end", "status", "code"),
    [(end_by_alarm, "Stopped", "ALARM_ACTIVE"), (end_by_request, "Stopped", "MANUAL_STOP")],
    ids=["alarm", "request"],
)
def test_the_alias_goes_back_or_stays_split_as_configured(
    release: Any, end: Any, status: str, code: str, rollback: bool
) -> None:
    events = ["DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
    settings = {"enabled": rollback, "events": events}
    release.group(autoRollbackConfiguration=settings)
    deployment = release.deploy()
    end(release, deployment)

    info = release.info(deployment)
    assert (info["status"], info["errorInformation"]["code"]) == (status, code)
    assert release.routing() == (("1", {}) if rollback else ("1", {"2": 0.1}))
    following = release.info(release.deploy())
    assert following["status"] == ("InProgress" if rollback else "Failed")


@pytest.mark.parametrize("rollback", [True, False], ids=["rollback", "no-rollback"])
def test_a_failure_after_all_traffic_moved_goes_back_only_when_configured(
    release: Any, rollback: bool
) -> None:
    settings = {"enabled": rollback, "events": ["DEPLOYMENT_FAILURE"]}
    release.group("AllAtOnce", autoRollbackConfiguration=settings)
    deployment = release.deploy(hooks={"AfterAllowTraffic": release.hook(status="Failed")})
    release.until_ended(deployment)

    assert release.status(deployment) == "Failed"
    assert release.routing() == (("1", {}) if rollback else ("2", {}))
    assert release.status(release.deploy("1", "2")) == ("Succeeded" if rollback else "Failed")


def test_a_deployment_may_ask_for_its_own_rollback(release: Any) -> None:
    release.group(autoRollbackConfiguration={"enabled": False})
    own = {"enabled": True, "events": ["DEPLOYMENT_STOP_ON_REQUEST"]}
    end_by_request(release, release.deploy(autoRollbackConfiguration=own))

    assert release.routing() == ("1", {})


def test_the_rollback_and_the_stopped_deployment_point_to_each_other(release: Any) -> None:
    release.group()
    deployment = release.deploy()
    release.codedeploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
    release.twin.advance(0)

    stopped = release.info(deployment)
    rollback = release.info(stopped["rollbackInfo"]["rollbackDeploymentId"])
    assert rollback["rollbackInfo"]["rollbackTriggeringDeploymentId"] == deployment
    assert (rollback["creator"], rollback["status"]) == ("codeDeployRollback", "Succeeded")
    listed = release.codedeploy.list_deployments(
        applicationName=release.name, deploymentGroupName=release.name
    )["deployments"]
    assert listed == [rollback["deploymentId"], deployment]
    with pytest.raises(ClientError, match="DeploymentAlreadyCompletedException"):
        release.codedeploy.stop_deployment(deploymentId=deployment)


def test_an_alias_someone_moved_in_mid_shift_is_left_to_them(release: Any) -> None:
    release.group()
    deployment = release.deploy()
    release.move("2", v1=0.5)
    release.twin.advance(300)

    info = release.info(deployment)
    assert info["status"] == "Failed"
    assert "was changed by someone else" in info["errorInformation"]["message"]
    assert release.routing() == ("2", {"1": 0.5})
