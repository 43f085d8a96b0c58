"""``Ledger``: the table that can say what is live, since when, and why it went back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext
from greenshift.components.key_access import KeyAccess, key_access
from greenshift.components.ledger_schema import HASH_KEY, TTL_ATTRIBUTE, attributes, indexes
from greenshift.components.policies.ledger import function_policy

if TYPE_CHECKING:
    from pulumi_aws.dynamodb import TableServerSideEncryptionArgsDict


@dataclass(frozen=True, kw_only=True)
class LedgerArgs:
    """What the ledger is made of."""

    context: StackContext
    """What all components of a stack share: its settings, names and tags."""


class Ledger(pulumi.ComponentResource):
    """The table, and the one policy by which user functions keep rows of their own in it."""

    table: aws.dynamodb.Table
    """A row for each release, and what is under way."""
    function_policy: aws.iam.Policy
    """By it a function reads and writes rows of its own, and no other."""
    access: KeyAccess
    """For roles that read or write the table: what its key asks for."""

    def __init__(self, name: str, args: LedgerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("greenshift:index:Ledger", name, None, opts)
        context, options = args.context, pulumi.ResourceOptions(parent=self)
        settings = context.settings.ledger
        self.access = key_access(context, "ledger", settings.kms_key_arn, self)
        """For roles that read or write the table: what its key asks for."""
        self.table = aws.dynamodb.Table(
            context.named("table"),
            name=context.names.ledger,
            billing_mode="PAY_PER_REQUEST",
            hash_key=HASH_KEY,
            attributes=attributes(),
            global_secondary_indexes=indexes(),
            ttl={"attribute_name": TTL_ATTRIBUTE, "enabled": True},
            point_in_time_recovery={"enabled": settings.point_in_time_recovery},
            server_side_encryption=_encryption(settings.kms_key_arn),
            deletion_protection_enabled=settings.deletion_protection,
            tags=context.tags,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=settings.deletion_protection),
        )
        self.function_policy = aws.iam.Policy(
            context.named("function-policy"),
            name=context.names.policy("function"),
            description="What the functions of this stack may do beside logging",
            policy=function_policy(context.names, context.arns),
            tags=context.tags,
            opts=options,
        )
        self.register_outputs({"table": self.table.name})


def _encryption(key_arn: str | None) -> TableServerSideEncryptionArgsDict | None:
    """None means the key DynamoDB owns: a table is never unencrypted."""
    return {"enabled": True, "kms_key_arn": key_arn} if key_arn is not None else None
