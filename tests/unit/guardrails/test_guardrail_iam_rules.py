"""What a role may be given: policies that exist, narrow ones, never inline."""

from __future__ import annotations

import json

import pytest
from support.faults.guardrail_cases import AWS, resource, stack_of

from greenshift.guardrails import Resource, aws_types
from greenshift.guardrails.managed_policies import managed_policies
from greenshift.guardrails.resources import UNKNOWN
from greenshift.guardrails.rules.permissions import (
    INLINE_POLICY,
    MANAGED_POLICY_EXISTS,
    OVER_BROAD,
    OVER_BROAD_MANAGED_POLICY,
    WILDCARD_ACTION,
    WILDCARD_RESOURCE,
)
from greenshift.guardrails.rules.traffic import CODEDEPLOY_ROLE


def attachment(arn: object, role: Resource | None = None) -> Resource:
    comes_from = {"role": role} if role else None
    return resource(aws_types.ROLE_ATTACHMENT, "a", {"policyArn": arn, "role": "r"}, comes_from=comes_from)


def policy(*statements: dict[str, object]) -> Resource:
    return resource(aws_types.POLICY, inputs={"policy": json.dumps({"Statement": list(statements)})})


def allow(action: object, on: object = "arn:aws:s3:::b") -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": on}


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("AWSCodeDeployRoleForLambda", "service-role/AWSCodeDeployRoleForLambda"),
        ("AWSCodeDeployRole", "service-role/AWSCodeDeployRole"),
        ("service-role/AWSCodeDeployRoleForECS", "AWSCodeDeployRoleForECS"),
        ("AWSLambdaBasicExecutionRole", "service-role/AWSLambdaBasicExecutionRole"),
        ("AWSLambdaFullAccess", "AWSLambda_FullAccess"),
    ],
)
def test_a_managed_policy_that_does_not_exist_is_refused_with_the_nearest_that_does(
    wrong: str, nearest: str
) -> None:
    [reason] = MANAGED_POLICY_EXISTS.check(attachment(f"{AWS}/{wrong}"))

    assert f"{AWS}/{wrong} does not exist" in reason
    assert reason.endswith(f"the nearest that does is {AWS}/{nearest}")


@pytest.mark.parametrize(
    "arn",
    [
        f"{AWS}/service-role/AWSCodeDeployRoleForLambdaLimited",
        "arn:aws-cn:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda",
        "arn:aws:iam::123456789012:policy/AWSCodeDeployRoleForLambda",
        UNKNOWN,
    ],
)
def test_a_policy_that_exists_or_is_not_of_aws_or_not_known_yet_passes(arn: object) -> None:
    assert list(MANAGED_POLICY_EXISTS.check(attachment(arn))) == []


def test_policies_named_on_the_role_itself_are_looked_at_too() -> None:
    role = resource(
        aws_types.ROLE,
        inputs={"managedPolicyArns": [f"{AWS}/No"], "permissionsBoundary": f"{AWS}/Nor"},
    )

    assert len(list(MANAGED_POLICY_EXISTS.check(role))) == 2


def test_an_over_broad_policy_is_refused_and_says_what_it_gives() -> None:
    [reason] = OVER_BROAD_MANAGED_POLICY.check(attachment(f"{AWS}/AWSLambda_FullAccess"))

    assert "gives lambda:* and iam:PassRole on *" in reason


def test_a_broad_permissions_boundary_gives_nothing() -> None:
    role = resource(aws_types.ROLE, inputs={"permissionsBoundary": f"{AWS}/PowerUserAccess"})

    assert list(OVER_BROAD_MANAGED_POLICY.check(role)) == []


def test_every_over_broad_policy_exists() -> None:
    assert set() == set(OVER_BROAD) - managed_policies().paths - {
        "/AmazonDynamoDBFullAccess",  # replaced by ..._v2, and still found attached
        "/CloudWatchFullAccess",  # replaced by ...V2
    }


@pytest.mark.parametrize("action", ["s3:*", "*", "s3:Get*", ["s3:GetObject", "s3:Put?bject"]])
def test_a_wildcard_in_an_allowed_action_is_refused(action: object) -> None:
    assert len(list(WILDCARD_ACTION.check(policy(allow(action))))) == 1


def test_denying_with_a_wildcard_is_fine() -> None:
    assert list(WILDCARD_ACTION.check(policy({**allow("s3:*", "*"), "Effect": "Deny"}))) == []


def test_allowing_all_but_some_is_refused() -> None:
    statement = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*", "Sid": "Most"}

    [reason] = WILDCARD_ACTION.check(policy(statement))

    assert reason == "Most allows everything but iam:* (NotAction)"


def test_every_resource_is_refused_for_the_actions_that_know_one_and_for_those_only() -> None:
    actions = ["dynamodb:PutItem", "codepipeline:PutJobSuccessResult", "ecr:GetAuthorizationToken"]

    [reason] = WILDCARD_RESOURCE.check(policy(allow(actions, "*")))

    assert reason == "statement 1 allows dynamodb:PutItem on every resource"


@pytest.mark.parametrize(
    "action",
    [
        "codepipeline:PutJobFailureResult",
        "cloudwatch:DescribeAlarms",
        "ecr:GetAuthorizationToken",
        "sts:GetCallerIdentity",
        "logs:DescribeLogGroups",
        "xray:PutTraceSegments",
        "s3:ListAllMyBuckets",
    ],
)
def test_an_action_that_knows_no_resource_may_have_all(action: str) -> None:
    assert list(WILDCARD_RESOURCE.check(policy(allow(action, ["*"])))) == []


def test_a_document_that_is_not_known_yet_or_no_document_is_left_alone() -> None:
    for text in (UNKNOWN, "no json", "[]", '"text"'):
        document = resource(aws_types.POLICY, inputs={"policy": text})
        assert [*WILDCARD_ACTION.check(document), *WILDCARD_RESOURCE.check(document)] == []


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        (aws_types.ROLE_POLICY, {}),
        (aws_types.USER_POLICY, {}),
        (aws_types.ROLE, {"inlinePolicies": [{"name": "a", "policy": "{}"}]}),
        (aws_types.ROLE, {"inlinePolicies": UNKNOWN}),
        (aws_types.ROLE_POLICIES_EXCLUSIVE, {"policyNames": ["a"]}),
    ],
)
def test_inline_policies_are_refused_in_every_form(type_: str, inputs: dict[str, object]) -> None:
    assert len(list(INLINE_POLICY.check(resource(type_, inputs=inputs)))) == 1


def test_saying_that_there_are_no_inline_policies_is_fine() -> None:
    role = resource(aws_types.ROLE, inputs={"inlinePolicies": [{}]})
    exclusive = resource(aws_types.ROLE_POLICIES_EXCLUSIVE, inputs={"policyNames": []})

    assert [*INLINE_POLICY.check(role), *INLINE_POLICY.check(exclusive)] == []


def deployment(*arns: object, platform: str = "Lambda") -> list[str]:
    role = resource(aws_types.ROLE, "deployer", {"name": "r"})
    application = resource(aws_types.APPLICATION, "app", {"name": "app", "computePlatform": platform})
    group = resource(
        aws_types.DEPLOYMENT_GROUP, "group", {"appName": "app"}, comes_from={"serviceRoleArn": role}
    )
    attachments = [attachment(arn, role) for arn in arns]
    found = CODEDEPLOY_ROLE.check(stack_of(role, application, group, *attachments))
    return [finding.reason for finding in found]


def test_the_role_of_a_lambda_deployment_group_needs_a_policy_for_lambda() -> None:
    [reason] = deployment(f"{AWS}/service-role/AWSCodeDeployRole")

    assert "which deploys to EC2 and cannot move an alias" in reason


def test_a_role_without_any_policy_cannot_move_an_alias() -> None:
    assert deployment() == ["its role deployer has no policy, so CodeDeploy cannot move an alias"]


@pytest.mark.parametrize(
    "arn",
    [
        f"{AWS}/service-role/AWSCodeDeployRoleForLambda",
        f"{AWS}/service-role/AWSCodeDeployRoleForLambdaLimited",
        "arn:aws:iam::123456789012:policy/mine",
        UNKNOWN,
    ],
)
def test_a_role_with_a_right_or_an_own_policy_passes(arn: object) -> None:
    assert deployment(arn) == []


def test_a_group_for_servers_may_have_the_role_for_servers() -> None:
    assert deployment(f"{AWS}/service-role/AWSCodeDeployRole", platform="Server") == []
