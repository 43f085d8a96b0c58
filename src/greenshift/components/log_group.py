"""A log group of the stack: made before anything writes to it, or the service makes one outside the stack."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext
from greenshift.components.policies.logs import function_log_policy


def log_group(
    context: StackContext, word: str, name: str, parent: pulumi.Resource, *, retention: int | None = None
) -> aws.cloudwatch.LogGroup:
    """``retention`` in days, when it is not everybody's."""
    logs = context.settings.logs
    return aws.cloudwatch.LogGroup(
        context.named(word),
        name=name,
        retention_in_days=retention or logs.retention_days,
        kms_key_id=logs.kms_key_arn,
        tags=context.tags,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def log_policy(context: StackContext, parent: pulumi.Resource) -> aws.iam.Policy:
    """The policy that lets the user's functions write their logs."""
    return aws.iam.Policy(
        context.named("function-log-policy"),
        name=context.names.policy("function-logs"),
        description="The functions of this stack write their logs",
        policy=function_log_policy(context.names, context.arns, keys=sorted(context.settings.functions)),
        tags=context.tags,
        opts=pulumi.ResourceOptions(parent=parent),
    )
