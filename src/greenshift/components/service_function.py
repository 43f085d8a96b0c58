"""``ServiceFunction``: one Lambda function of the user, with all that shifting its traffic needs.

One owner for code and traffic: Pulumi creates the function and the alias, releases own what they point to.
So what a release changes is ignored here, and a second ``up`` after a release moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from greenshift.components.archives import text_archive
from greenshift.components.bootstrap import bootstrap_files
from greenshift.components.context import StackContext
from greenshift.components.error_alarm import error_alarm
from greenshift.components.key_access import KeyAccess
from greenshift.components.log_group import log_group
from greenshift.components.names import ALIAS, lambda_log_group
from greenshift.components.policies import managed
from greenshift.components.policies.trust import lambda_trust
from greenshift.components.service_role import ServiceRole, ServiceRoleArgs, service_role
from greenshift.settings.functions import VpcSettings

if TYPE_CHECKING:
    from pulumi_aws.lambda_ import FunctionVpcConfigArgsDict

RELEASED_CODE = ["code", "source_code_hash", "code_sha256", "s3_bucket", "s3_key", "s3_object_version"]
# Of the alias everything that can change in place: whatever it is, the provider sends version and weights
# along (terraform-provider-aws, `resourceAliasUpdate`), from a state that knows nothing of the last release.
RELEASED_TRAFFIC = ["description", "function_version", "routing_config"]
_ROLLBACK_EVENTS = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]


@dataclass(frozen=True, kw_only=True)
class ServiceFunctionArgs:
    context: StackContext
    key: str
    table_name: pulumi.Input[str]
    function_policy_arn: pulumi.Input[str]
    log_policy_arn: pulumi.Input[str]
    application: pulumi.Input[str]
    codedeploy_role: ServiceRole
    deployment_config: pulumi.Input[str]
    ledger_access: KeyAccess = field(default_factory=dict)
    network_policy_arn: pulumi.Input[str] | None = None
    """Needed by a function in a VPC."""


class ServiceFunction(pulumi.ComponentResource):
    def __init__(
        self, name: str, *, args: ServiceFunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("greenshift:index:ServiceFunction", name, None, opts)
        self._args, self._context = args, args.context
        self._settings = args.context.settings.functions[args.key]
        self.physical_name = args.context.names.function(args.key)
        self.function = self._function(self._role())
        self.alias = aws.lambda_.Alias(
            f"{args.key}-alias",
            name=ALIAS,
            description="What callers use; CodeDeploy moves it",
            function_name=self.function.name,
            # Not "1": a function made again under an old name goes on counting where it stopped.
            function_version=self.function.version,
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=RELEASED_TRAFFIC),
        )
        self.alarm = error_alarm(args.context, args.key, function=self.function, parent=self)
        self.deployment_group = self._deployment_group()
        self.summary: dict[str, pulumi.Input[str]] = {
            "name": self.function.name,
            "aliasArn": self.alias.arn,
            "alarm": self.alarm.name,
            "deploymentGroup": self.deployment_group.deployment_group_name,
        }
        self.register_outputs(dict(self.summary))

    def _role(self) -> ServiceRole:
        context, key = self._context, self._args.key
        return service_role(
            key,
            ServiceRoleArgs(
                context=context,
                name=context.names.function_role(key),
                description=f"Lambda: runs {self.physical_name}",
                trust=lambda_trust(context.arns, by_account=context.settings.trust_source_account),
                attached={
                    "logs": self._args.log_policy_arn,
                    "ledger": self._args.function_policy_arn,
                    **self._args.ledger_access,
                    **self._surroundings(),
                },
            ),
            self,
        )

    def _surroundings(self) -> dict[str, pulumi.Input[str]]:
        """What a function's surroundings ask of its role (developer guide, "Execution role")."""
        needed: dict[str, pulumi.Input[str]] = {}
        if self._settings.vpc and self._args.network_policy_arn is not None:
            needed["network"] = self._args.network_policy_arn
        if self._settings.tracing:
            needed["tracing"] = self._context.arns.managed_policy(managed.TRACING)
        return needed

    def _function(self, role: ServiceRole) -> aws.lambda_.Function:
        key, settings, name = self._args.key, self._settings, lambda_log_group(self.physical_name)
        logs = log_group(self._context, f"{key}-log-group", name, self, retention=settings.log_retention_days)
        return aws.lambda_.Function(
            f"{key}-function",
            name=self.physical_name,
            description=f"{key}; code is owned by releases",
            role=role.arn,
            runtime=settings.runtime,
            handler=settings.handler,
            code=text_archive(bootstrap_files(settings.runtime, settings.handler)),
            memory_size=settings.memory,
            timeout=settings.timeout,
            architectures=[settings.architecture],
            ephemeral_storage={"size": settings.ephemeral_storage},
            reserved_concurrent_executions=settings.reserved_concurrency,
            layers=list(settings.layers) or None,
            vpc_config=_network(settings.vpc),
            tracing_config={"mode": "Active"} if settings.tracing else None,
            # The alias needs a numbered version from the first moment.
            publish=True,
            environment={"variables": self._environment(settings.environment)},
            tags=self._context.tags,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[logs, *role.attachments], ignore_changes=RELEASED_CODE
            ),
        )

    def _environment(self, configured: dict[str, str]) -> dict[str, pulumi.Input[str]]:
        """Values stay secret when the functions were configured as a secret."""
        values = {name: self._context.guarded("functions", text) for name, text in configured.items()}
        return {**values, "DEPLOYMENT_TABLE_NAME": self._args.table_name}

    def _deployment_group(self) -> aws.codedeploy.DeploymentGroup:
        role = self._args.codedeploy_role
        return aws.codedeploy.DeploymentGroup(
            f"{self._args.key}-deployment-group",
            app_name=self._args.application,
            deployment_group_name=self._context.names.deployment_group(self._args.key),
            service_role_arn=role.arn,
            deployment_config_name=self._args.deployment_config,
            deployment_style={"deployment_type": "BLUE_GREEN", "deployment_option": "WITH_TRAFFIC_CONTROL"},
            # An alarm that cannot be read stops the deployment: not knowing is not good enough.
            alarm_configuration={
                "enabled": True,
                "ignore_poll_alarm_failure": False,
                "alarms": [self.alarm.name, *self._context.settings.alarm_of(self._args.key).also],
            },
            auto_rollback_configuration={"enabled": True, "events": _ROLLBACK_EVENTS},
            tags=self._context.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.alias, *role.attachments]),
        )


def _network(vpc: VpcSettings) -> FunctionVpcConfigArgsDict | None:
    if not vpc:
        return None
    return {"subnet_ids": list(vpc.subnet_ids), "security_group_ids": list(vpc.security_group_ids)}
