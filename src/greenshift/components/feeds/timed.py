"""A function that is invoked by the clock."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from greenshift.components.feeds.fed import Fed
from greenshift.components.policies.trust import scheduler_trust
from greenshift.components.service_role import ServiceRoleArgs, service_role
from greenshift.contract.policies import Statement, write_policy


class FunctionSchedule(pulumi.ComponentResource):
    """EventBridge Scheduler invokes the alias by the clock, in a role that may do nothing else."""

    def __init__(
        self,
        name: str,
        *,
        function: Fed,
        expression: pulumi.Input[str],
        payload: pulumi.Input[str] | None = None,
        timezone: str = "UTC",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("greenshift:index:FunctionSchedule", name, None, opts)
        context = function.context
        self.role = service_role(
            name,
            ServiceRoleArgs(
                context=context,
                name=context.names.role(name),
                description=f"Scheduler: invokes {function.physical_name}",
                trust=scheduler_trust(context.arns),
                policy_name=context.names.policy(name),
                policy=function.alias.arn.apply(_may_invoke),
            ),
            self,
        )
        self.schedule = aws.scheduler.Schedule(
            f"{name}-schedule",
            name=context.names.rule(name),
            schedule_expression=expression,
            schedule_expression_timezone=timezone,
            flexible_time_window={"mode": "OFF"},
            target={"arn": function.alias.arn, "role_arn": self.role.arn, "input": payload or "{}"},
            opts=pulumi.ResourceOptions(parent=self, depends_on=self.role.attachments),
        )
        self.register_outputs({})


def _may_invoke(alias_arn: str) -> str:
    statement = Statement(sid="InvokeTheAlias", actions=["lambda:InvokeFunction"], resources=[alias_arn])
    return write_policy(statement)
