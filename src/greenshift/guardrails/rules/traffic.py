"""What moves traffic, and who calls: alias, published version, deployment group, application, role."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.aws_types import ALIAS, ATTACHMENTS, DEPLOYMENT_GROUP, FUNCTION, ROLE
from greenshift.guardrails.deployment_groups import (
    LAMBDA,
    application_of,
    has_lambda_configuration,
    is_for_lambda,
    platform,
    without_alias,
)
from greenshift.guardrails.invocations import has_alias, unqualified
from greenshift.guardrails.managed_policies import managed_path
from greenshift.guardrails.resources import Resource, Stack
from greenshift.guardrails.rule import ADVISORY, MANDATORY, AnyRule, Finding, StackRule

# Alias -> function -> version: an alias that CodeDeploy can shift points at a published version.
#
# CodeDeploy needs two numbered versions (user guide, "AppSpec resources section: Lambda"); an alias on
# ``$LATEST`` cannot have weights (API reference, CreateAlias).
LATEST = "$LATEST"


def _alias_version(stack: Stack) -> Iterator[Finding]:
    for alias in stack.of(ALIAS):
        if alias.inputs.text("functionVersion") == LATEST:
            yield Finding(alias, f"it points at {LATEST}, which changes under it and cannot be shifted")
        function = stack.target(alias, "functionName", FUNCTION, "name", "arn")
        # A publish that is not known yet is not a fault.
        if (
            function is not None
            and not function.inputs.flag("publish")
            and not function.inputs.is_unknown("publish")
        ):
            yield Finding(
                function, f"alias {alias.name} stands on it, and it publishes no version (publish is not set)"
            )


ALIAS_VERSION = StackRule(
    name="alias-version",
    why="Traffic shifts between two numbered versions; an unpublished function has none.",
    fix="set publish=True on the function and function_version=function.version on the alias",
    level=MANDATORY,
    check=_alias_version,
)


def _deployment_group_alias(stack: Stack) -> Iterator[Finding]:
    """Deployment group -> alias: CodeDeploy moves an alias, so without one there is nothing to move.

    Two groups on one alias would each move what the other is shifting.
    """
    for group in without_alias(stack):
        yield Finding(group, "it deploys Lambda functions, and no alias is left for it to shift")


DEPLOYMENT_GROUP_ALIAS = StackRule(
    name="deployment-group-alias",
    why="CodeDeploy shifts the traffic of an alias; a function without one is never shifted.",
    fix="add an aws.lambda_.Alias for each function to be shifted, with function_version=function.version, "
    "and let one group depend on it, and no other",
    level=MANDATORY,
    check=_deployment_group_alias,
)


def _codedeploy_platform(stack: Stack) -> Iterator[Finding]:
    """An application without ``compute_platform`` is one for servers (API reference, CreateApplication)."""
    for group in stack.of(DEPLOYMENT_GROUP):
        application = application_of(stack, group)
        if application is None or not has_lambda_configuration(stack, group):
            continue
        found = platform(application)
        if found and found != LAMBDA:
            yield Finding(
                group, f"it shifts Lambda functions, and its application {application.name} is for {found}"
            )


CODEDEPLOY_PLATFORM = StackRule(
    name="codedeploy-platform",
    why="CodeDeploy refuses a group whose configuration is for another platform than its application.",
    fix='set compute_platform="Lambda" on the application',
    level=MANDATORY,
    check=_codedeploy_platform,
)


# The role of a Lambda deployment group must be able to move an alias.
#
# Of CodeDeploy's managed policies only those ForLambda can (IAM managed policies: AWSCodeDeployRole is for
# EC2, AWSCodeDeployRoleForECS for ECS).
WRONG = {
    "AWSCodeDeployRole": "deploys to EC2",
    "AWSCodeDeployRoleForECS": "deploys to ECS",
    "AWSCodeDeployRoleForECSLimited": "deploys to ECS",
    "AWSCodeDeployRoleForCloudFormation": "deploys through CloudFormation",
    "AWSCodeDeployDeployerAccess": "is for those who start deployments",
    "AWSCodeDeployFullAccess": "is for those who start deployments",
}


def _codedeploy_role(stack: Stack) -> Iterator[Finding]:
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
    attachments = [item for item in stack.of(*ATTACHMENTS) if _is_to(stack, item, role)]
    single = [item.inputs.text("policyArn") for item in attachments]
    several = [arn for item in attachments for arn in item.inputs.texts("policyArns")]
    return [arn for arn in (*single, *several, *role.inputs.texts("managedPolicyArns")) if arn]


def _is_to(stack: Stack, attachment: Resource, role: Resource) -> bool:
    name = role.inputs.text("name")
    return (name is not None and name in attachment.inputs.texts("roles")) or any(
        stack.target(attachment, key, ROLE, "name") is role for key in ("role", "roleName", "roles")
    )


def _has_own_policies(stack: Stack, role: Resource) -> bool:
    """Something else gives it permissions, or may: an inline policy, one whose ARN is not known yet."""
    others = [item for item in stack.resources if item.type.startswith("aws:iam/") and item is not role]
    return role.inputs.has("inlinePolicies") or any(_is_to(stack, item, role) for item in others)


CODEDEPLOY_ROLE = StackRule(
    name="codedeploy-role",
    why="With another platform's policy CodeDeploy may not move the alias, and each deployment fails.",
    fix="attach service-role/AWSCodeDeployRoleForLambda, or ...ForLambdaLimited without triggers",
    level=MANDATORY,
    check=_codedeploy_role,
)


def _invoked_past_alias(stack: Stack) -> Iterator[Finding]:
    """What invokes a function past its alias gets $LATEST: no shift, no rollback, no alarm reaches it."""
    for resource, function in unqualified(stack):
        if has_alias(stack, function):
            yield Finding(resource, f"it invokes {function.name} itself, past the alias that is shifted")


INVOKED_PAST_ALIAS = StackRule(
    name="invoked-past-alias",
    why="Traffic that comes past the alias never follows a release, nor its rollback.",
    fix="give it the alias: its arn, or qualifier=alias.name",
    level=MANDATORY,
    check=_invoked_past_alias,
)


def _invoked_without_alias(stack: Stack) -> Iterator[Finding]:
    """A function without an alias can only be replaced under its callers."""
    for resource, function in unqualified(stack):
        if not has_alias(stack, function):
            yield Finding(
                resource, f"it invokes {function.name}, which has no alias: nothing can shift its traffic"
            )


INVOKED_WITHOUT_ALIAS = StackRule(
    name="invoked-without-alias",
    why="Without an alias a new version gets all traffic at once, and the way back is another deployment.",
    fix="add an aws.lambda_.Alias for the function, and let everything invoke that",
    level=ADVISORY,
    check=_invoked_without_alias,
)

RULES: tuple[AnyRule, ...] = (
    ALIAS_VERSION,
    DEPLOYMENT_GROUP_ALIAS,
    CODEDEPLOY_PLATFORM,
    CODEDEPLOY_ROLE,
    INVOKED_PAST_ALIAS,
    INVOKED_WITHOUT_ALIAS,
)
