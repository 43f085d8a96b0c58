"""Policies as documents: what each principal may do, to what, and that the document fits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenshift.components.policies.build import build_policy
from greenshift.components.policies.controller import controller_policy
from greenshift.components.policies.hook import hook_policy
from greenshift.components.policies.ledger import function_policy
from greenshift.components.policies.logs import function_log_policy
from greenshift.components.policies.network import network_policy
from greenshift.components.policies.pipeline import pipeline_policy
from greenshift.components.policies.recorder import recorder_policy
from greenshift.components.policies.resource import topic_policy
from greenshift.components.policies.trust import build_trust, codedeploy_trust, lambda_trust, pipeline_trust
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names
from greenshift.contract.policies import LONGEST_MANAGED_POLICY
from greenshift.twin.iam.document import parse
from greenshift.twin.iam.evaluate import Access, Policies, Verdict, decide

NAMES = Names("payments", "prod")
ARNS = Arns("123456789012", "us-east-1")
HERE = "us-east-1:123456789012"
TABLE = f"arn:aws:dynamodb:{HERE}:table/payments-prod-ledger"
CODEDEPLOY = f"arn:aws:codedeploy:{HERE}"
PACKAGES = "arn:aws:s3:::payments-prod-artifacts-123456789012-us-east-1/packages/*"
CONFIG = "CodeDeployDefault.LambdaAllAtOnce"
CONFIGS = [CONFIG]

LONG = Names("a-project-with-quite-a-long-name-indeed", "a-long-stack-name")
MANY = [f"function-number-{number:03}-of-the-service" for number in range(200)]


def statements(document: str) -> dict[str, dict[str, Any]]:
    return {each["Sid"]: each for each in json.loads(document)["Statement"]}


def controller(keys: list[str], names: Names = NAMES) -> dict[str, dict[str, Any]]:
    return statements(controller_policy(names, ARNS, keys=keys, deployment_configs=CONFIGS))


def test_lambda_may_keep_network_interfaces_and_the_functions_own_code_may_not() -> None:
    policy = statements(network_policy(NAMES, ARNS))

    allowed = {*policy["SeeNetwork"]["Action"], *policy["Network"]["Action"]}
    assert allowed == {
        *("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"),
        *("ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"),
    }
    assert policy["Network"]["Resource"] == ["arn:aws:ec2:us-east-1:*:*/*"]
    assert set(policy["NotFromCode"]["Action"]) == allowed
    assert policy["NotFromCode"]["Condition"] == {
        "ArnLike": {"lambda:SourceFunctionArn": f"arn:aws:lambda:{HERE}:function:payments-prod-*"}
    }


def test_a_pipeline_may_put_artifacts_with_an_acl_and_look_who_owns_the_bucket() -> None:
    """CodePipeline user guide, "Minimum permissions"; a connection's upload names an ACL."""
    policy = json.loads(pipeline_policy(NAMES, ARNS, connection_arn="arn:c", source_bucket=None))

    allowed = {action for each in policy["Statement"] for action in each["Action"]}
    assert {"s3:PutObject", "s3:PutObjectAcl", "s3:GetBucketAcl", "s3:GetBucketVersioning"} <= allowed


def test_the_controller_reaches_exactly_its_functions() -> None:
    policy = controller(["refund", "charge"])

    assert policy["Publish"]["Resource"] == [
        f"arn:aws:lambda:{HERE}:function:payments-prod-charge",
        f"arn:aws:lambda:{HERE}:function:payments-prod-refund",
        f"arn:aws:lambda:{HERE}:function:payments-prod-charge:*",
        f"arn:aws:lambda:{HERE}:function:payments-prod-refund:*",
    ]
    assert policy["SmokeTest"]["Resource"] == policy["Publish"]["Resource"][2:]
    assert policy["PointAlarms"]["Resource"] == [
        f"arn:aws:cloudwatch:{HERE}:alarm:payments-prod-charge-errors",
        f"arn:aws:cloudwatch:{HERE}:alarm:payments-prod-refund-errors",
    ]


@pytest.mark.parametrize(
    ("sid", "action", "resources"),
    [
        ("Execution", "codepipeline:GetPipelineExecution", [f"arn:aws:codepipeline:{HERE}:payments-prod"]),
        ("Deployments", "codedeploy:CreateDeployment", [f"{CODEDEPLOY}:deploymentgroup:payments-prod/*"]),
        ("Deployments", "codedeploy:StopDeployment", [f"{CODEDEPLOY}:deploymentgroup:payments-prod/*"]),
        ("Revisions", "codedeploy:RegisterApplicationRevision", [f"{CODEDEPLOY}:application:payments-prod"]),
        ("DeploymentConfigs", "codedeploy:GetDeploymentConfig", [f"{CODEDEPLOY}:deploymentconfig:{CONFIG}"]),
        ("Packages", "s3:PutObject", [PACKAGES]),
        ("Packages", "s3:GetObject", [PACKAGES]),
        ("Ledger", "dynamodb:UpdateItem", [TABLE, f"{TABLE}/index/*"]),
        ("ReadAlarms", "cloudwatch:DescribeAlarms", ["*"]),
        ("JobResult", "codepipeline:PutJobSuccessResult", ["*"]),
    ],
)
def test_the_controller_may(sid: str, action: str, resources: list[str]) -> None:
    statement = controller(["charge"])[sid]

    assert action in statement["Action"]
    assert statement["Resource"] == resources


@pytest.mark.parametrize("names", [NAMES, LONG], ids=["short", "long"])
@pytest.mark.parametrize("count", [1, 20, 24, 200])
def test_policies_fit_into_a_managed_policy_however_many_functions(names: Names, count: int) -> None:
    keys = MANY[:count]

    assert (
        len(controller_policy(names, ARNS, keys=keys, deployment_configs=CONFIGS)) <= LONGEST_MANAGED_POLICY
    )
    assert len(recorder_policy(names, ARNS, keys=keys, deployment_configs=CONFIGS)) <= LONGEST_MANAGED_POLICY
    assert len(hook_policy(names, ARNS, keys=keys)) <= LONGEST_MANAGED_POLICY
    assert len(function_log_policy(names, ARNS, keys=keys)) <= LONGEST_MANAGED_POLICY


def test_two_hundred_functions_are_reached_by_prefix_and_the_control_functions_are_not() -> None:
    policy = controller(MANY)

    assert policy["Publish"]["Resource"] == [f"arn:aws:lambda:{HERE}:function:payments-prod-*"]
    assert policy["PointAlarms"]["Resource"] == [f"arn:aws:cloudwatch:{HERE}:alarm:payments-prod-*-errors"]
    assert policy["NotItself"]["Effect"] == "Deny"
    assert f"arn:aws:lambda:{HERE}:function:payments-prod-controller" in policy["NotItself"]["Resource"]
    assert "lambda:UpdateFunctionCode" in policy["NotItself"]["Action"]


def test_the_controller_reads_its_functions_roles_and_no_further() -> None:
    boundary = "arn:aws:iam::123456789012:policy/developers"
    policy = statements(
        controller_policy(NAMES, ARNS, keys=["charge"], deployment_configs=CONFIGS, boundary=boundary)
    )

    assert policy["ReadRoles"]["Resource"] == ["arn:aws:iam::123456789012:role/payments-prod-charge-function"]
    assert policy["ReadPolicies"]["Resource"] == [
        "arn:aws:iam::123456789012:policy/payments-prod-*",
        "arn:aws:iam::aws:policy/*",
        boundary,
    ]
    assert all(":Get" in action or ":List" in action for sid in ("ReadRoles", "ReadPolicies")
               for action in policy[sid]["Action"])  # fmt: skip
    assert controller(MANY)["ReadRoles"]["Resource"] == ["arn:aws:iam::123456789012:role/payments-prod-*"]


@pytest.mark.parametrize("keys", [["charge"], MANY], ids=["by name", "by prefix"])
def test_the_recorder_deletes_versions_and_no_function(keys: list[str]) -> None:
    text = recorder_policy(NAMES, ARNS, keys=keys, deployment_configs=CONFIGS)
    arn = ARNS.function(NAMES.function(keys[0]))

    def may(resource: str) -> bool:
        access = Access("lambda:DeleteFunction", resource, "arn:aws:iam::1:role/r", "s")
        return decide(Policies([parse(text)]), access) is Verdict.ALLOWED

    assert may(f"{arn}:3")
    assert not may(arn)
    assert not may(ARNS.function(NAMES.recorder))
    assert not may(f"{ARNS.function(NAMES.recorder)}:3")


def test_without_pruning_nobody_may_delete() -> None:
    kept = recorder_policy(NAMES, ARNS, keys=["charge"], deployment_configs=CONFIGS, prune=False)

    assert "Delete" not in kept
    assert "SeeVersions" not in kept


def test_a_function_reaches_the_ledger_table_only() -> None:
    (statement,) = statements(function_policy(NAMES, ARNS)).values()

    assert statement["Resource"] == [TABLE]
    assert statement["Action"] == [
        f"dynamodb:{each}" for each in ("GetItem", "PutItem", "Query", "UpdateItem")
    ]


def test_a_function_writes_the_logs_of_functions_and_makes_no_log_group() -> None:
    policy = statements(function_log_policy(NAMES, ARNS, keys=["refund", "charge"]))

    assert policy["Log"]["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert policy["Log"]["Resource"] == [
        f"arn:aws:logs:{HERE}:log-group:/aws/lambda/payments-prod-{key}:*" for key in ("charge", "refund")
    ]


def test_two_hundred_functions_write_logs_by_prefix_and_not_those_of_the_control_functions() -> None:
    policy = statements(function_log_policy(NAMES, ARNS, keys=MANY))
    group = f"arn:aws:logs:{HERE}:log-group:/aws/lambda/payments-prod"

    assert policy["Log"]["Resource"] == [f"{group}-*:*"]
    assert policy["NotOurs"]["Effect"] == "Deny"
    assert policy["NotOurs"]["Resource"] == [f"{group}-controller:*", f"{group}-recorder:*"]


def test_the_build_can_deploy_nothing() -> None:
    actions = {action for each in statements(build_policy(NAMES, ARNS)).values() for action in each["Action"]}

    assert {action.split(":")[0] for action in actions} == {"codebuild", "logs", "s3"}
    assert "logs:CreateLogGroup" not in actions


def test_a_build_fills_the_stacks_report_group_and_makes_none() -> None:
    policy = statements(build_policy(NAMES, ARNS))

    assert "Reports" not in policy
    assert policy["Tests"]["Resource"] == [f"arn:aws:codebuild:{HERE}:report-group/payments-prod-build-tests"]
    assert policy["Tests"]["Action"] == [
        "codebuild:BatchPutTestCases",
        "codebuild:CreateReport",
        "codebuild:UpdateReport",
    ]


def test_a_build_with_a_buildspec_of_its_own_may_report_on_its_tests_and_on_no_other_projects() -> None:
    policy = statements(build_policy(NAMES, ARNS, own_buildspec=True))

    assert policy["Reports"]["Resource"] == [f"arn:aws:codebuild:{HERE}:report-group/payments-prod-build-*"]
    assert {action.split(":")[0] for action in policy["Reports"]["Action"]} == {"codebuild"}


def test_a_hook_reports_on_deployments_of_its_application_and_invokes_versions() -> None:
    policy = statements(hook_policy(NAMES, ARNS, keys=["charge"]))

    assert policy["Report"]["Resource"] == [f"arn:aws:codedeploy:{HERE}:deploymentgroup:payments-prod/*"]
    assert "codedeploy:PutLifecycleEventHookExecutionStatus" in policy["Report"]["Action"]
    assert policy["TryVersion"]["Resource"] == [f"arn:aws:lambda:{HERE}:function:payments-prod-charge:*"]
    assert "Ledger" not in policy


def test_the_recorder_publishes_to_one_topic() -> None:
    policy = statements(recorder_policy(NAMES, ARNS, keys=["charge"], deployment_configs=CONFIGS))

    assert policy["Tell"]["Action"] == ["sns:Publish"]
    assert policy["Tell"]["Resource"] == [f"arn:aws:sns:{HERE}:payments-prod-releases"]


def test_the_recorder_takes_a_release_back_but_publishes_no_code() -> None:
    policy = statements(recorder_policy(NAMES, ARNS, keys=["charge"], deployment_configs=CONFIGS))
    actions = {action for each in policy.values() for action in each["Action"]}

    assert {"codedeploy:CreateDeployment", "codedeploy:StopDeployment", "lambda:GetAlias"} <= actions
    assert not actions & {"lambda:UpdateFunctionCode", "lambda:PublishVersion", "lambda:InvokeFunction"}
    assert not [action for action in actions if action.startswith("s3:")]


def test_the_pipeline_uses_a_connection_under_both_of_its_prefixes() -> None:
    policy = statements(pipeline_policy(NAMES, ARNS, connection_arn="arn:c", source_bucket=None))

    assert policy["Connection"]["Action"] == [
        "codeconnections:UseConnection",
        "codestar-connections:UseConnection",
    ]
    assert policy["Controller"]["Resource"] == [f"arn:aws:lambda:{HERE}:function:payments-prod-controller"]
    assert policy["Build"]["Resource"] == [f"arn:aws:codebuild:{HERE}:project/payments-prod-build"]


def test_the_pipeline_has_no_connection_it_does_not_use() -> None:
    policy = statements(pipeline_policy(NAMES, ARNS, connection_arn=None, source_bucket="drop-box"))

    assert "Connection" not in policy
    assert policy["SourceBucket"]["Resource"] == ["arn:aws:s3:::drop-box"]


@pytest.mark.parametrize(
    ("document", "service", "source"),
    [
        (lambda_trust(ARNS), "lambda.amazonaws.com", {}),
        (pipeline_trust(ARNS), "codepipeline.amazonaws.com", {}),
        (
            build_trust(ARNS, "payments-prod-build"),
            "codebuild.amazonaws.com",
            {"ArnLike": {"aws:SourceArn": f"arn:aws:codebuild:{HERE}:project/payments-prod-build"}},
        ),
        (
            codedeploy_trust(ARNS, "payments-prod"),
            "codedeploy.amazonaws.com",
            {"StringLike": {"aws:SourceArn": f"arn:aws:codedeploy:{HERE}:deploymentgroup:payments-prod/*"}},
        ),
    ],
)
def test_a_role_is_assumed_by_its_service_for_this_account(
    document: str, service: str, source: dict[str, Any]
) -> None:
    assert json.loads(document)["Statement"] == [
        {
            "Sid": "ServiceActsForThisAccount",
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": ["sts:AssumeRole"],
            "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}, **source},
        }
    ]


def test_only_those_who_tell_publish_and_only_over_tls() -> None:
    policy = statements(topic_policy("arn:topic", ["arn:recorder", "arn:controller"]))

    assert policy["ReleasesPublish"]["Principal"] == {"AWS": ["arn:recorder", "arn:controller"]}
    assert policy["TlsOnly"]["Effect"] == "Deny"


@pytest.mark.parametrize(
    ("region", "partition"), [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_an_arn_is_of_its_regions_partition(region: str, partition: str) -> None:
    arns = Arns("123456789012", region)

    assert arns.topic("t") == f"arn:{partition}:sns:{region}:123456789012:t"
    assert arns.bucket("b") == f"arn:{partition}:s3:::b"
    assert arns.managed_policy("p") == f"arn:{partition}:iam::aws:policy/p"
