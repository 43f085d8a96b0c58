"""What the recorder may do: bring the ledger up to date, take an abandoned release back, tell people."""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.components.policies.ledger import ledger_statement
from greenshift.components.policies.logs import log_statement
from greenshift.components.policies.pipeline import approval_statements, execution_statement
from greenshift.components.policies.retention import retention_statements
from greenshift.components.policies.scope import FunctionScope
from greenshift.components.policies.shifting import allow, fitting_document, shifting_statements
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names, codebuild_log_group, lambda_log_group
from greenshift.contract.policies import Statement


def recorder_policy(
    names: Names,
    arns: Arns,
    *,
    keys: Sequence[str],
    deployment_configs: Sequence[str],
    prune: bool = True,
    approves_waves: bool = False,
) -> str:
    """``prune``: whether it deletes old versions; ``approves_waves``: whether people stand between waves."""
    builds = arns.log_group(codebuild_log_group(names.build_project))
    groups = arns.deployment_group(names.application, "*")

    def statements(scope: FunctionScope) -> list[Statement]:
        return [
            log_statement(arns, lambda_log_group(names.recorder)),
            execution_statement(names, arns, ["GetPipelineExecution", "ListActionExecutions"]),
            ledger_statement(names, arns, ["GetItem", "PutItem", "Query", "UpdateItem"]),
            *shifting_statements(names, arns, scope, deployment_configs),
            *(retention_statements(scope) if prune else []),
            allow("ReadBuildLog", ["logs:GetLogEvents"], [f"{builds}:log-stream:*"]),
            allow("ReadDeployment", ["codedeploy:GetDeployment"], [groups]),
            allow("Tell", ["sns:Publish"], [arns.topic(names.topic)]),
            *(approval_statements(names, arns) if approves_waves else []),
        ]

    return fitting_document(names, arns, keys, statements)
