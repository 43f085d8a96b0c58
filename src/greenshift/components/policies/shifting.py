"""What moving a release takes: see aliases and alarms, point alarms, start and stop deployments.

The controller moves a release on; the recorder takes an abandoned one back when nobody else is coming for
it. Moving traffic is CodeDeploy's; ``lambda:UpdateAlias`` is for an alias it left split, and cannot start
from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from greenshift.components.policies.scope import FunctionScope, every_function, listed_functions
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names
from greenshift.contract.policies import LONGEST_MANAGED_POLICY, Statement, write_policy

_DEPLOYMENT_ACTIONS = (
    "codedeploy:BatchGetDeployments",
    "codedeploy:CreateDeployment",
    "codedeploy:ListDeployments",
    "codedeploy:StopDeployment",
)
# A version tells by its description whether a release published it.
_ALIAS_ACTIONS = ("lambda:GetAlias", "lambda:GetFunctionConfiguration", "lambda:UpdateAlias")
# CodeDeploy user guide, permissions reference: without these CreateDeployment is denied.
_REVISION_ACTIONS = ("codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision")


def shifting_statements(
    names: Names, arns: Arns, scope: FunctionScope, configs: Sequence[str]
) -> list[Statement]:
    groups = arns.deployment_group(names.application, "*")
    return [
        allow("Aliases", _ALIAS_ACTIONS, scope.functions),
        # Composite alarms are returned only to a caller allowed on "*" (API reference, DescribeAlarms).
        # Metrics have no ARN either (Service Authorization Reference, CloudWatch).
        allow("ReadAlarms", ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"], ["*"]),
        allow("PointAlarms", ["cloudwatch:PutMetricAlarm", "cloudwatch:SetAlarmState"], scope.alarms),
        allow("Deployments", _DEPLOYMENT_ACTIONS, [groups]),
        allow("Revisions", _REVISION_ACTIONS, [arns.application(names.application)]),
        allow(
            "DeploymentConfigs",
            ["codedeploy:GetDeploymentConfig"],
            [arns.deployment_config(config) for config in configs],
        ),
    ]


def fitting_document(
    names: Names, arns: Arns, keys: Sequence[str], statements: Callable[[FunctionScope], Sequence[Statement]]
) -> str:
    """Each function by name while that fits into one managed policy, else all names of this stack."""
    listed = write_policy(*statements(listed_functions(names, arns, keys)))
    if len(listed) <= LONGEST_MANAGED_POLICY:
        return listed
    everything = every_function(names, arns)
    return write_policy(*statements(everything), *everything.denials)


def allow(sid: str, actions: Sequence[str], resources: Sequence[str]) -> Statement:
    return Statement(sid=sid, actions=actions, resources=resources)
