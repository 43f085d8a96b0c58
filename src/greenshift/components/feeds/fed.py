"""Whom a feed feeds, and what lets a feed invoke it."""

from __future__ import annotations

from typing import Protocol

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext


class Fed(Protocol):
    """Whom all this feeds: a `ServiceFunction`, which makes what is below."""

    @property
    def key(self) -> str: ...
    @property
    def context(self) -> StackContext: ...
    @property
    def physical_name(self) -> str: ...
    @property
    def role_name(self) -> pulumi.Output[str]: ...
    @property
    def function(self) -> aws.lambda_.Function: ...
    @property
    def alias(self) -> aws.lambda_.Alias: ...
    @property
    def invoke_arn(self) -> pulumi.Output[str]: ...


class InvokeGrant(pulumi.ComponentResource):
    """A principal may invoke the alias."""

    def __init__(
        self,
        name: str,
        *,
        function: Fed,
        principal: pulumi.Input[str],
        source_arn: pulumi.Input[str] | None = None,
        source_account: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("greenshift:index:InvokeGrant", name, None, opts)
        self.permission = aws.lambda_.Permission(
            f"{name}-permission",
            action="lambda:InvokeFunction",
            function=function.function.name,
            qualifier=function.alias.name,
            principal=principal,
            source_arn=source_arn,
            source_account=source_account,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
