"""CodeDeploy's half of one function: what moves its alias, and takes it back when an alarm fires."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext
from greenshift.components.service_role import ServiceRole

_ROLLBACK_EVENTS = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]


@dataclass(frozen=True, kw_only=True)
class DeploymentGroupArgs:
    """What the group of a function needs to know."""

    application: pulumi.Input[str]
    role: ServiceRole
    config: pulumi.Input[str]
    """How traffic shifts: the name of a deployment configuration."""
    alarm: aws.cloudwatch.MetricAlarm
    alias: aws.lambda_.Alias


def deployment_group(
    context: StackContext, key: str, args: DeploymentGroupArgs, parent: pulumi.Resource
) -> aws.codedeploy.DeploymentGroup:
    return aws.codedeploy.DeploymentGroup(
        context.named(f"{key}-deployment-group"),
        app_name=args.application,
        deployment_group_name=context.names.deployment_group(key),
        service_role_arn=args.role.arn,
        deployment_config_name=args.config,
        deployment_style={"deployment_type": "BLUE_GREEN", "deployment_option": "WITH_TRAFFIC_CONTROL"},
        # An alarm that cannot be read stops the deployment: not knowing is not good enough.
        alarm_configuration={
            "enabled": True,
            "ignore_poll_alarm_failure": False,
            "alarms": [args.alarm.name, *context.settings.alarm_of(key).also],
        },
        auto_rollback_configuration={"enabled": True, "events": _ROLLBACK_EVENTS},
        tags=context.tags,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[args.alias, *args.role.attachments]),
    )
