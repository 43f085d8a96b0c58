"""The role of a Lambda deployment group must be able to move an alias.

Of CodeDeploy's managed policies only those ForLambda can (IAM managed policies: AWSCodeDeployRole is for
EC2, AWSCodeDeployRoleForECS for ECS).
"""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.aws_types import DEPLOYMENT_GROUP, ROLE, ROLE_ATTACHMENT
from greenshift.guardrails.deployment_groups import is_for_lambda
from greenshift.guardrails.managed_policies import managed_path
from greenshift.guardrails.resources import Resource, Stack
from greenshift.guardrails.rule import MANDATORY, Finding, StackRule

WRONG = {
    "AWSCodeDeployRole": "deploys to EC2",
    "AWSCodeDeployRoleForECS": "deploys to ECS",
    "AWSCodeDeployRoleForECSLimited": "deploys to ECS",
    "AWSCodeDeployRoleForCloudFormation": "deploys through CloudFormation",
    "AWSCodeDeployDeployerAccess": "is for those who start deployments",
    "AWSCodeDeployFullAccess": "is for those who start deployments",
}


def check(stack: Stack) -> Iterator[Finding]:
    for group in stack.of(DEPLOYMENT_GROUP):
        role = stack.target(group, "serviceRoleArn", ROLE, "arn", "name")
        if role is None or not is_for_lambda(stack, group):
            continue
        arns = _attached(stack, role)
        for arn in arns:
            name = (managed_path(arn) or "").rsplit("/", 1)[-1]
            if name in WRONG:
                yield Finding(
                    group, f"its role {role.name} has {arn}, which {WRONG[name]} and cannot move an alias"
                )
        if not arns and not _has_own_policies(stack, role):
            yield Finding(group, f"its role {role.name} has no policy, so CodeDeploy cannot move an alias")


def _attached(stack: Stack, role: Resource) -> list[str]:
    """ARNs known to be attached to the role."""
    attachments = [
        item for item in stack.of(ROLE_ATTACHMENT) if stack.target(item, "role", ROLE, "name") is role
    ]
    arns = [item.inputs.text("policyArn") for item in attachments]
    return [arn for arn in (*arns, *role.inputs.texts("managedPolicyArns")) if arn]


def _has_own_policies(stack: Stack, role: Resource) -> bool:
    """Something else gives it permissions, or may: an inline policy, one whose ARN is not known yet."""
    others = [item for item in stack.resources if item.type.startswith("aws:iam/") and item is not role]
    return role.inputs.has("inlinePolicies") or any(
        stack.target(item, key, ROLE, "name") is role
        for item in others
        for key in ("role", "roleName", "roles")
    )


RULE = StackRule(
    name="codedeploy-role",
    why="With another platform's policy CodeDeploy may not move the alias, and each deployment fails.",
    mend="attach service-role/AWSCodeDeployRoleForLambda, or ...ForLambdaLimited without triggers",
    level=MANDATORY,
    check=check,
)
