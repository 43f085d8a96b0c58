"""A log group of the stack: made before anything writes to it, or the service makes one outside the stack."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext


def log_group(
    context: StackContext, word: str, name: str, parent: pulumi.Resource, *, retention: int | None = None
) -> aws.cloudwatch.LogGroup:
    """``retention`` in days, when it is not everybody's."""
    logs = context.settings.logs
    return aws.cloudwatch.LogGroup(
        word,
        name=name,
        retention_in_days=retention or logs.retention_days,
        kms_key_id=logs.kms_key_arn,
        tags=context.tags,
        opts=pulumi.ResourceOptions(parent=parent),
    )
