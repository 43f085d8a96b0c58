"""``Ledger``: the table that can say what is live, since when, and why it went back."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext
from greenshift.components.ledger_schema import HASH_KEY, TTL_ATTRIBUTE, attributes, indexes
from greenshift.components.policies.ledger import function_policy


@dataclass(frozen=True, kw_only=True)
class LedgerArgs:
    context: StackContext


class Ledger(pulumi.ComponentResource):
    """The table, and the one policy by which user functions keep rows of their own in it."""

    def __init__(self, name: str, *, args: LedgerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("greenshift:index:Ledger", name, None, opts)
        context, options = args.context, pulumi.ResourceOptions(parent=self)
        self.table = aws.dynamodb.Table(
            "table",
            name=context.names.ledger,
            billing_mode="PAY_PER_REQUEST",
            hash_key=HASH_KEY,
            attributes=attributes(),
            global_secondary_indexes=indexes(),
            ttl={"attribute_name": TTL_ATTRIBUTE, "enabled": True},
            point_in_time_recovery={"enabled": context.settings.ledger.point_in_time_recovery},
            deletion_protection_enabled=False,
            tags=context.tags,
            opts=options,
        )
        self.function_policy = aws.iam.Policy(
            "function-policy",
            name=context.names.policy("function"),
            description="What the functions of this stack may do beside logging",
            policy=function_policy(context.names, context.arns),
            tags=context.tags,
            opts=options,
        )
        self.register_outputs({"table": self.table.name})
