"""The policy by which Lambda keeps the network interfaces of functions in a VPC; only where one has a VPC."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext
from greenshift.components.policies.network import network_policy


def network_access(
    context: StackContext, parent: pulumi.Resource, *, is_needed: bool = False
) -> pulumi.Output[str] | None:
    """The policy's ARN, one for all functions; None when no function is in a VPC.

    ``is_needed``: the program puts one there.
    """
    if not is_needed and not any(function.vpc for function in context.settings.functions.values()):
        return None
    return aws.iam.Policy(
        context.named("function-network-policy"),
        name=context.names.policy("function-network"),
        description="Lambda keeps the network interfaces of this stack's functions",
        policy=network_policy(context.names, context.arns),
        tags=context.tags,
        opts=pulumi.ResourceOptions(parent=parent),
    ).arn
