"""What a CodeDeploy hook may do: read its deployment and the ledger, invoke a version, report the result."""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.components.arns import Arns
from greenshift.components.names import Names
from greenshift.components.policies.document import LONGEST_MANAGED_POLICY, Statement, document
from greenshift.components.policies.ledger import ledger_statement
from greenshift.components.policies.scope import FunctionScope, every_function, listed_functions


def hook_policy(names: Names, arns: Arns, *, keys: Sequence[str]) -> str:
    listed = _policy(names, arns, listed_functions(names, arns, keys))
    if len(listed) <= LONGEST_MANAGED_POLICY:
        return listed
    return _policy(names, arns, every_function(names, arns))


def _policy(names: Names, arns: Arns, scope: FunctionScope) -> str:
    return document(
        Statement(
            sid="Report",
            actions=["codedeploy:GetDeployment", "codedeploy:PutLifecycleEventHookExecutionStatus"],
            resources=[arns.deployment_group(names.application, "*")],
        ),
        Statement(sid="TryVersion", actions=["lambda:InvokeFunction"], resources=scope.versions),
        Statement(sid="SeeAlias", actions=["lambda:GetAlias"], resources=scope.functions),
        ledger_statement(names, arns, ["GetItem", "Query"]),
        *scope.denials,
    )
