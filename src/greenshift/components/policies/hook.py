"""What a CodeDeploy hook may do: read its deployment, invoke a version, report the result."""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.components.policies.logs import log_statement
from greenshift.components.policies.scope import FunctionScope
from greenshift.components.policies.shifting import allow, fitting_document
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names, lambda_log_group
from greenshift.contract.policies import Statement

_REPORT_ACTIONS = (
    "codedeploy:GetDeployment",
    "codedeploy:GetDeploymentTarget",
    "codedeploy:ListDeploymentTargets",
    "codedeploy:PutLifecycleEventHookExecutionStatus",
)


def hook_policy(names: Names, arns: Arns, *, keys: Sequence[str]) -> str:
    groups = arns.deployment_group(names.application, "*")
    logs = [lambda_log_group(name) for name in (names.before_hook, names.after_hook)]

    def statements(scope: FunctionScope) -> list[Statement]:
        return [
            log_statement(arns, *logs),
            allow("Report", _REPORT_ACTIONS, [groups]),
            allow("TryVersion", ["lambda:InvokeFunction"], scope.versions),
            allow("SeeAliases", ["lambda:GetAlias"], scope.functions),
        ]

    return fitting_document(names, arns, keys, statements)
