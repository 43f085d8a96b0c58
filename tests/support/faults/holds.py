"""What a stack of ours has where others went wrong, a function for each row of ``failures``."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from pydantic import SecretStr

from greenshift.buildkit.checks import check_sdk
from greenshift.buildkit.failure import BuildFailure
from greenshift.buildkit.manifest import Function
from greenshift.components.buildspec import buildspec
from greenshift.errors import SettingsError
from greenshift.settings import RUNTIMES
from greenshift.settings.source import GithubToken
from greenshift.verify import GROUPS, run
from support.faults.stack_faults import ACCOUNT, BASE, BUCKET, CHARGE, CHARGE_ROLE, MANAGED, TABLE
from support.stacks.released_stack import Deployed


def no_token_is_needed(stack: Deployed) -> None:
    source = stages(stack)[0]["actions"][0]
    assert source["actionTypeId"]["provider"] == "CodeStarSourceConnection"
    assert "OAuthToken" not in json.dumps(stages(stack))
    with pytest.raises(SettingsError, match="githubToken") as caught:
        GithubToken(SecretStr("placeholder"), "missing").refuse_placeholder()
    assert "pulumi config set --secret" in caught.value.hint


def codedeploy_has_lambdas_policy(stack: Deployed) -> None:
    assert attached(stack, f"{BASE}-codedeploy") == [
        f"{MANAGED}/service-role/AWSCodeDeployRoleForLambdaLimited"
    ]


def every_function_has_an_alias_on_a_version(stack: Deployed) -> None:
    for function in stack.outputs.functions:
        alias = stack.client("lambda").get_alias(FunctionName=function.name, Name="live")
        assert alias["FunctionVersion"].isdigit()
        group = stack.client("codedeploy").get_deployment_group(
            applicationName=BASE, deploymentGroupName=function.deployment_group
        )["deploymentGroupInfo"]
        assert group["deploymentStyle"]["deploymentOption"] == "WITH_TRAFFIC_CONTROL"


def the_build_refuses_it(stack: Deployed) -> None:
    function = Function("pay", "functions/pay", "nodejs22.x", "index.handler")
    with pytest.raises(BuildFailure, match=r"index.js:2 loads 'aws-sdk' \(version 2\)"):
        check_sdk(function, ["index.js"], lambda _: "'use strict';\nconst AWS = require('aws-sdk');\n")
    for each in stack.client("lambda").list_functions()["Functions"]:
        assert RUNTIMES[each["Runtime"]].deprecated > date(2027, 1, 1), each["FunctionName"]


def the_bucket_is_named_for_stack_account_and_region(stack: Deployed) -> None:
    assert stack.outputs.bucket == BUCKET == f"shop-local-artifacts-{ACCOUNT}-us-east-1"


def the_bucket_goes_with_what_is_in_it(stack: Deployed) -> None:
    held = stack.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    assert held, "a release leaves objects"
    assert stack.inputs("aws:s3/bucket:Bucket")["forceDestroy"] is True


def the_build_asks_each_function(stack: Deployed) -> None:
    (project,) = stack.client("codebuild").batch_get_projects(names=[f"{BASE}-build"])["projects"]
    assert project["source"]["buildspec"] == buildspec(["python3.13"])
    assert "npm" not in project["source"]["buildspec"]


def the_alarm_gets_data_and_knows_silence(stack: Deployed) -> None:
    (alarm,) = stack.client("cloudwatch").describe_alarms(AlarmNames=[f"{CHARGE}-errors"])["MetricAlarms"]
    assert alarm["TreatMissingData"] == "notBreaching"
    watched = [query["MetricStat"]["Metric"] for query in alarm["Metrics"] if "MetricStat" in query]
    names = {frozenset(each["Name"] for each in metric["Dimensions"]) for metric in watched}
    assert names == {frozenset({"FunctionName", "Resource", "ExecutedVersion"})}


def functions_know_their_table_and_may_write_it(stack: Deployed) -> None:
    found = stack.client("lambda").get_function_configuration(FunctionName=CHARGE)
    assert found["Environment"]["Variables"]["DEPLOYMENT_TABLE_NAME"] == TABLE
    assert attached(stack, CHARGE_ROLE) == [
        f"arn:aws:iam::{ACCOUNT}:policy/{BASE}-{name}" for name in ("function", "function-logs")
    ]


def the_source_is_a_connection(stack: Deployed) -> None:
    configuration = stages(stack)[0]["actions"][0]["configuration"]
    connection = stack.client("codeconnections").get_connection(ConnectionArn=configuration["ConnectionArn"])
    assert connection["Connection"]["ConnectionStatus"] == "AVAILABLE"
    assert "PollForSourceChanges" not in configuration


def the_suite_passes_on_what_is_deployed(stack: Deployed) -> None:
    report = run(stack.stack(), GROUPS)
    assert [(each.id, each.subject, each.found) for each in report.failures] == []
    assert {result.group for result in report.results} == {group.name for group in GROUPS}


def settings_reach_what_is_deployed(stack: Deployed) -> None:
    group = stack.client("codedeploy").get_deployment_group(applicationName=BASE, deploymentGroupName=CHARGE)[
        "deploymentGroupInfo"
    ]
    assert group["deploymentConfigName"] == "CodeDeployDefault.LambdaAllAtOnce", "not the default"


def every_policy_is_a_managed_one(stack: Deployed) -> None:
    iam = stack.client("iam")
    roles = [role["RoleName"] for role in iam.list_roles()["Roles"] if role["RoleName"].startswith(BASE)]
    assert len(roles) >= 9
    assert [name for role in roles for name in iam.list_role_policies(RoleName=role)["PolicyNames"]] == []


def nothing_holds_on_to_anything(stack: Deployed) -> None:
    kept = [each.name for each in stack.resources() if each.protect or each.retain_on_delete]
    assert kept == []


def stages(stack: Deployed) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.client("codepipeline").get_pipeline(name=BASE)["pipeline"]["stages"]
    return found


def attached(stack: Deployed, role: str) -> list[str]:
    found = stack.client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    return sorted(each["PolicyArn"] for each in found)
