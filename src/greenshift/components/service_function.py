"""``ServiceFunction``: one Lambda function of the user, with all that shifting its traffic needs.

One owner for code and traffic: Pulumi creates the function and the alias, releases own what they point to.
So what a release changes is ignored here, and a second ``up`` after a release moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from greenshift.components import feeds
from greenshift.components.context import StackContext
from greenshift.components.deployment_group import DeploymentGroupArgs, deployment_group
from greenshift.components.error_alarm import error_alarm
from greenshift.components.function_args import FunctionArgs
from greenshift.components.function_code import RELEASED_CODE, code_arguments
from greenshift.components.function_images import FirstImage
from greenshift.components.function_role import FunctionRoleArgs, function_role
from greenshift.components.key_access import KeyAccess
from greenshift.components.log_group import log_group
from greenshift.components.service_role import ServiceRole
from greenshift.contract.names import ALIAS, lambda_log_group
from greenshift.contract.working_copy import AT_REST
from greenshift.settings.functions import VpcSettings

if TYPE_CHECKING:
    from pulumi_aws.lambda_ import FunctionVpcConfigArgsDict

# Of the alias everything that can change in place: whatever it is, the provider sends version and weights
# along (terraform-provider-aws, `resourceAliasUpdate`), from a state that knows nothing of the last release.
RELEASED_TRAFFIC = ["description", "function_version", "routing_config"]


@dataclass(frozen=True, kw_only=True)
class ServiceFunctionArgs:
    """What one function is made of; ``DeliveryPipeline`` gives it."""

    context: StackContext
    """What all components of a stack share: its settings, names and tags."""
    key: str
    """The function's key in the settings."""
    table_name: pulumi.Input[str]
    """The table of the ledger, for the function's own rows."""
    function_policy_arn: pulumi.Input[str]
    """The ledger's ``function_policy``."""
    log_policy_arn: pulumi.Input[str]
    """The policy by which functions write their logs."""
    application: pulumi.Input[str]
    """CodeDeploy's application."""
    codedeploy_role: ServiceRole
    """The role with which CodeDeploy moves the alias."""
    deployment_config: pulumi.Input[str]
    """How the function's traffic shifts."""
    ledger_access: KeyAccess = field(default_factory=dict)
    """What a role needs for the key of the table."""
    network_policy_arn: pulumi.Input[str] | None = None
    """Needed by a function in a VPC."""
    first_image: FirstImage | None = None
    """Needed by a function that is a container image."""
    given: FunctionArgs = field(default_factory=FunctionArgs)
    """What the program gives beside the settings."""


class ServiceFunction(pulumi.ComponentResource):
    """One function of the settings: ``pipeline.functions["charge"]``.

    ``function``, ``alias``, ``role``, ``alarm`` and ``deployment_group`` are its resources. Whoever calls the
    function calls the alias: ``invoke_arn`` and all helpers below mean it.
    """

    role: aws.iam.Role
    role_name: pulumi.Output[str]
    """For policies of your own: ``aws.iam.RolePolicyAttachment(..., role=function.role_name)``."""
    function: aws.lambda_.Function
    alias: aws.lambda_.Alias
    """What callers use; CodeDeploy moves it from one version to the next."""
    invoke_arn: pulumi.Output[str]
    """What an API invokes: the alias."""
    alarm: aws.cloudwatch.MetricAlarm
    """On the function's errors; it ends a bad release."""
    deployment_group: aws.codedeploy.DeploymentGroup
    physical_name: str
    """The function's name on AWS."""

    def __init__(
        self, name: str, args: ServiceFunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("greenshift:index:ServiceFunction", name, None, opts)
        self._args, self._context = args, args.context
        self.context = args.context
        self.key = args.key
        self._settings = args.context.settings.functions[args.key]
        self.physical_name = args.context.names.function(args.key)
        made = function_role(self._role_args(), self)
        assert made.role is not None
        self.role = made.role
        self.role_name = self.role.name
        self.function = self._function(made)
        self.alias = aws.lambda_.Alias(
            self._context.named(f"{args.key}-alias"),
            name=ALIAS,
            description=AT_REST,
            function_name=self.function.name,
            # Not "1": a function made again under an old name goes on counting where it stopped.
            function_version=self.function.version,
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=RELEASED_TRAFFIC),
        )
        self.invoke_arn = self.alias.invoke_arn
        self.alarm = error_alarm(args.context, args.key, function=self.function, parent=self)
        self.deployment_group = deployment_group(
            args.context,
            args.key,
            DeploymentGroupArgs(
                application=args.application,
                role=args.codedeploy_role,
                config=args.deployment_config,
                alarm=self.alarm,
                alias=self.alias,
            ),
            self,
        )
        watch = args.context.settings.watches[args.key]
        self.summary: dict[str, pulumi.Input[str | int]] = {
            "name": self.function.name,
            "aliasArn": self.alias.arn,
            "alarm": self.alarm.name,
            "deploymentGroup": self.deployment_group.deployment_group_name,
            "rollout": watch.rollout,
            "shiftMinutes": watch.shifting,
            "bakeMinutes": watch.bake,
        }
        self.register_outputs(dict(self.summary))

    def _role_args(self) -> FunctionRoleArgs:
        args = self._args
        network = args.network_policy_arn if self._settings.vpc or args.given.subnet_ids else None
        return FunctionRoleArgs(
            context=args.context,
            key=args.key,
            attached={
                "logs": args.log_policy_arn,
                "ledger": args.function_policy_arn,
                **args.ledger_access,
                **({"network": network} if network is not None else {}),
            },
            tracing=self._settings.tracing,
            given=args.given.policies,
        )

    def _function(self, role: ServiceRole) -> aws.lambda_.Function:
        key, settings, name = self._args.key, self._settings, lambda_log_group(self.physical_name)
        first = self._args.first_image
        logs = log_group(self._context, f"{key}-log-group", name, self, retention=settings.log_retention_days)
        return aws.lambda_.Function(
            self._context.named(f"{key}-function"),
            name=self.physical_name,
            description=f"{key}; code is owned by releases",
            role=role.arn,
            **code_arguments(key, settings, first),
            memory_size=settings.memory,
            timeout=settings.timeout,
            architectures=[settings.architecture],
            ephemeral_storage={"size": settings.ephemeral_storage},
            reserved_concurrent_executions=settings.reserved_concurrency,
            layers=[*settings.layers, *self._args.given.layers] or None,
            vpc_config=_network(settings.vpc, self._args.given),
            tracing_config={"mode": "Active"} if settings.tracing else None,
            # The alias needs a numbered version from the first moment.
            publish=True,
            environment={"variables": self._environment(settings.environment)},
            tags=self._context.tags,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[logs, *role.attachments, *(first.waits_for if first else ())],
                ignore_changes=RELEASED_CODE,
            ),
        )

    def _environment(self, configured: dict[str, str]) -> dict[str, pulumi.Input[str]]:
        """Values stay secret when the functions were configured as a secret."""
        values = {name: self._context.guarded("functions", text) for name, text in configured.items()}
        own = {"DEPLOYMENT_TABLE_NAME": self._args.table_name}
        return {**values, **self._args.given.environment, **own}

    def grant_invoke(
        self,
        principal: pulumi.Input[str],
        source_arn: pulumi.Input[str] | None = None,
        *,
        name: str = "",
        source_account: pulumi.Input[str] | None = None,
    ) -> feeds.InvokeGrant:
        """Let a principal (``events.amazonaws.com``, an account) invoke the alias."""
        word = principal.partition(".")[0] if isinstance(principal, str) else "grant"
        return feeds.InvokeGrant(
            name or self._named(word),
            function=self,
            principal=principal,
            source_arn=source_arn,
            source_account=source_account,
            opts=self._beside,
        )

    def add_event_source(
        self, source: feeds.Source, *, name: str = "", starting_position: str | None = None, **settings: Any
    ) -> feeds.EventSource:
        """Feed the alias from a queue, a stream or a table's stream; ``settings`` are the mapping's own."""
        return feeds.EventSource(
            name or self._named("source"),
            function=self,
            source=source,
            starting_position=starting_position,
            settings=settings,
            opts=self._beside,
        )

    def add_http_api(
        self, *routes: str, name: str = "", cors: Mapping[str, Any] | None = None
    ) -> feeds.HttpApi:
        """Put an HTTP API in front of the alias; without routes it answers everything."""
        return feeds.HttpApi(
            name or self._named("http"),
            function=self,
            routes=routes or ("$default",),
            cors=cors,
            opts=self._beside,
        )

    def add_schedule(
        self,
        expression: pulumi.Input[str],
        *,
        name: str = "",
        payload: pulumi.Input[str] | None = None,
        timezone: str = "UTC",
    ) -> feeds.FunctionSchedule:
        """Invoke the alias by the clock: ``rate(5 minutes)`` or ``cron(0 3 * * ? *)``."""
        return feeds.FunctionSchedule(
            name or self._named("clock"),
            function=self,
            expression=expression,
            payload=payload,
            timezone=timezone,
            opts=self._beside,
        )

    def add_bucket_notification(
        self,
        bucket: aws.s3.Bucket,
        *events: str,
        name: str = "",
        prefix: str | None = None,
        suffix: str | None = None,
    ) -> feeds.BucketTrigger:
        """Tell the alias of a bucket's objects; without events, of each that is created."""
        return feeds.BucketTrigger(
            name or self._named("bucket"),
            function=self,
            bucket=bucket,
            events=events or ("s3:ObjectCreated:*",),
            prefix=prefix,
            suffix=suffix,
            opts=self._beside,
        )

    def function_url(
        self, *, name: str = "", authorization: str = "AWS_IAM", cors: Mapping[str, Any] | None = None
    ) -> feeds.PublicUrl:
        """Give the alias a URL of its own."""
        return feeds.PublicUrl(
            name or self._named("url"),
            function=self,
            authorization=authorization,
            cors=cors,
            opts=self._beside,
        )

    def _named(self, what: str) -> str:
        return self._context.named(f"{self._args.key}-{what}")

    @property
    def _beside(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self)


def _network(vpc: VpcSettings, given: FunctionArgs) -> FunctionVpcConfigArgsDict | None:
    if given.subnet_ids:
        return {
            "subnet_ids": list(given.subnet_ids),
            "security_group_ids": list(given.security_group_ids),
        }
    if not vpc:
        return None
    return {"subnet_ids": list(vpc.subnet_ids), "security_group_ids": list(vpc.security_group_ids)}
