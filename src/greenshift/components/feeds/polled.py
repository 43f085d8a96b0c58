"""Queues and streams, which Lambda polls for a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import pulumi
import pulumi_aws as aws

from greenshift.components.feeds.fed import Fed
from greenshift.components.policies.polling import polling_policy

# As a text: a program that feeds no function from a stream need not load the classes of streams.
Source: TypeAlias = "aws.sqs.Queue | aws.kinesis.Stream | aws.dynamodb.Table | pulumi.Input[str]"


class EventSource(pulumi.ComponentResource):
    """A queue or a stream that Lambda polls for the function, and the permission to do so."""

    def __init__(
        self,
        name: str,
        *,
        function: Fed,
        source: Source,
        starting_position: str | None = None,
        settings: Mapping[str, Any] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("greenshift:index:EventSource", name, None, opts)
        arn, is_stream = _arn_of(source)
        context = function.context
        inside = pulumi.ResourceOptions(parent=self)
        policy = aws.iam.Policy(
            f"{name}-policy",
            name=context.names.policy(name),
            description=f"Lambda polls {name} for {function.physical_name}",
            policy=pulumi.Output.from_input(arn).apply(polling_policy),
            tags=context.tags,
            opts=inside,
        )
        attachment = aws.iam.RolePolicyAttachment(
            f"{name}-attachment", role=function.role_name, policy_arn=policy.arn, opts=inside
        )
        self.mapping = aws.lambda_.EventSourceMapping(
            f"{name}-mapping",
            event_source_arn=arn,
            function_name=function.alias.arn,
            starting_position=starting_position or ("LATEST" if is_stream else None),
            tags=context.tags,
            **(settings or {}),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[attachment]),
        )
        self.register_outputs({})


def _arn_of(source: Source) -> tuple[pulumi.Input[str], bool]:
    """Its ARN, and whether it is known to be a stream."""
    if isinstance(source, aws.dynamodb.Table):
        return source.stream_arn, True
    if isinstance(source, aws.sqs.Queue | aws.kinesis.Stream):
        return source.arn, isinstance(source, aws.kinesis.Stream)
    return source, False
