"""What the release controller may do: publish versions, start and stop deployments, point alarms, keep the
ledger. It has no ``lambda:UpdateAlias``: moving traffic is CodeDeploy's."""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.components.arns import Arns
from greenshift.components.names import Names
from greenshift.components.policies.document import LONGEST_MANAGED_POLICY, Statement, document
from greenshift.components.policies.ledger import ledger_statement
from greenshift.components.policies.pipeline import execution_statement
from greenshift.components.policies.scope import FunctionScope, every_function, listed_functions

_RELEASE_ACTIONS = (
    "lambda:GetAlias",
    "lambda:GetFunction",
    "lambda:GetFunctionConfiguration",
    "lambda:ListVersionsByFunction",
    "lambda:PublishVersion",
    "lambda:UpdateFunctionCode",
)
_DEPLOYMENT_ACTIONS = (
    "codedeploy:BatchGetDeploymentTargets",
    "codedeploy:BatchGetDeployments",
    "codedeploy:CreateDeployment",
    "codedeploy:GetDeployment",
    "codedeploy:GetDeploymentGroup",
    "codedeploy:GetDeploymentTarget",
    "codedeploy:ListDeployments",
    "codedeploy:ListDeploymentTargets",
    "codedeploy:StopDeployment",
)
# CodeDeploy user guide, permissions reference: CreateDeployment is denied without these three.
_REVISION_ACTIONS = (
    "codedeploy:GetApplication",
    "codedeploy:GetApplicationRevision",
    "codedeploy:RegisterApplicationRevision",
)


def controller_policy(
    names: Names, arns: Arns, *, keys: Sequence[str], deployment_configs: Sequence[str]
) -> str:
    """Each function by name while that fits into one managed policy, else all names of this stack."""
    listed = _policy(names, arns, listed_functions(names, arns, keys), deployment_configs)
    if len(listed) <= LONGEST_MANAGED_POLICY:
        return listed
    return _policy(names, arns, every_function(names, arns), deployment_configs)


def _policy(names: Names, arns: Arns, scope: FunctionScope, configs: Sequence[str]) -> str:
    packages = f"{arns.bucket(names.bucket(arns.account, arns.region))}/packages/*"
    groups = arns.deployment_group(names.application, "*")
    return document(
        # Neither action can be scoped to a resource (Service Authorization Reference, CodePipeline).
        _allow("JobResult", ["codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult"], ["*"]),
        execution_statement(names, arns),
        # Composite alarms are returned only to a caller allowed on "*" (API reference, DescribeAlarms).
        _allow("ReadAlarms", ["cloudwatch:DescribeAlarms"], ["*"]),
        _allow("PointAlarms", ["cloudwatch:PutMetricAlarm", "cloudwatch:SetAlarmState"], scope.alarms),
        _allow("Versions", _RELEASE_ACTIONS, scope.functions),
        _allow("SmokeTest", ["lambda:InvokeFunction"], scope.versions),
        _allow("Packages", ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [packages]),
        _allow("Deployments", _DEPLOYMENT_ACTIONS, [groups]),
        _allow("Revisions", _REVISION_ACTIONS, [arns.application(names.application)]),
        _allow(
            "DeploymentConfigs",
            ["codedeploy:GetDeploymentConfig"],
            [arns.deployment_config(config) for config in configs],
        ),
        ledger_statement(names, arns, ["GetItem", "PutItem", "Query", "UpdateItem"]),
        *scope.denials,
    )


def _allow(sid: str, actions: Sequence[str], resources: Sequence[str]) -> Statement:
    return Statement(sid=sid, actions=actions, resources=resources)
