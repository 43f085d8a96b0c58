"""The permissions the documentation lists are enough to find and to fix, and looking alone fixes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
import pytest

from greenshift.checks.deployed import check_stack, reading
from greenshift.repair import Fixed, Patience, fix, runner

TRUST = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "sts:AssumeRole",
}


def person(shop: Any, name: str, actions: tuple[str, ...]) -> Callable[[str], Any]:
    """Clients of somebody who may do these things and no others."""
    iam, sts = shop.client("iam"), shop.client("sts")
    allow = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    policy = iam.create_policy(PolicyName=name, PolicyDocument=document(allow))["Policy"]["Arn"]
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(TRUST))["Role"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    credentials = sts.assume_role(RoleArn=role, RoleSessionName=name)["Credentials"]
    session = boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=shop.twin.region,
    )
    return cache(lambda service: session.client(service, endpoint_url=shop.twin.endpoint))


def document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def broken(shop: Any, until: Callable[..., Any]) -> None:
    """A version nobody uses, an end nobody heard of, a split alias and a deployment made by hand."""
    shop.write(
        "charge", "import nobody_packaged_it\n\ndef handler(event, context):\n    return 1\n", "Broken"
    )
    failed = shop.start()
    assert shop.ended(failed) == "Failed"
    shop.notified(failed)
    shop.deafen(deaf=True)
    shop.client("codepipeline").stop_pipeline_execution(
        pipelineName=shop.outputs.pipeline, pipelineExecutionId=(stopped := shop.start()), abandon=True
    )
    shop.ended(stopped)
    shop.time.jump(minutes=16)
    shop.client("lambda").update_alias(
        FunctionName=shop.name("refund"),
        Name="live",
        RoutingConfig={"AdditionalVersionWeights": {"1": 0.2}},
    )
    deploy(shop, "charge")
    until(lambda: "RoutingConfig" in shop.alias("charge"), "the first step of the canary")


def deploy(shop: Any, key: str) -> None:
    versions = {"CurrentVersion": shop.live(key), "TargetVersion": "1"}
    function = {"Name": shop.name(key), "Alias": "live", **versions}
    resource = {"function": {"Type": "AWS::Lambda::Function", "Properties": function}}
    content = json.dumps({"version": 0.0, "Resources": [resource]})
    shop.client("codedeploy").create_deployment(
        applicationName=shop.outputs.pipeline,
        deploymentGroupName=shop.name(key),
        deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent30Minutes",
        revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}},
    )


def fixed_by(shop: Any, clients: Callable[[str], Any]) -> Fixed:
    patience = Patience(pause=0.05, again=0.5, longest=90)
    return fix(shop.outputs, clients, agree=lambda plan: True, tell=lambda outcome: None, patience=patience)


def test_the_listed_permissions_are_enough_and_looking_alone_fixes_nothing(shop: Any, broken: None) -> None:
    kinds = ["alias-split", "alias-split", "deployment-conflict", "missed-event", "orphan-version"]
    looker = person(shop, "looker", reading.OPERATIONS)
    fixer = person(shop, "fixer", (*reading.OPERATIONS, *runner.OPERATIONS))

    assert {finding.rule for finding in check_stack(shop.outputs, looker)} >= set(kinds)
    refused = fixed_by(shop, looker)
    assert refused.outcomes and not any(outcome.is_fixed for outcome in refused.outcomes)
    assert all("AccessDenied" in outcome.told for outcome in refused.outcomes)
    assert shop.rules() == kinds

    fixed = fixed_by(shop, fixer)

    assert [outcome.told for outcome in fixed.outcomes if not outcome.is_fixed] == []
    assert fixed.is_whole and shop.rules() == []
