"""What the release controller may do: publish and try versions, move a release, keep the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.components.policies.images import handing_on
from greenshift.components.policies.inspection import inspection_statements
from greenshift.components.policies.ledger import ledger_statement
from greenshift.components.policies.logs import log_statement
from greenshift.components.policies.pipeline import approval_statements, execution_statement
from greenshift.components.policies.scope import FunctionScope
from greenshift.components.policies.shifting import allow, fitting_document, shifting_statements
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names, lambda_log_group
from greenshift.contract.policies import Statement

_PUBLISH_ACTIONS = (
    "lambda:GetFunctionConcurrency",
    "lambda:PublishVersion",
    "lambda:UpdateFunctionCode",
)


def controller_policy(
    names: Names,
    arns: Arns,
    *,
    keys: Sequence[str],
    deployment_configs: Sequence[str],
    boundary: str | None = None,
    approves_shift: bool = False,
    approves_waves: bool = False,
    images: Sequence[str] = (),
) -> str:
    """``boundary`` is the ARN of the roles' permissions boundary, where they have one; ``images`` are the
    keys of the functions that are container images."""
    # Whether a newer release was approved, before an older one goes back for it.
    asked = ["ListActionExecutions"] if approves_shift else []
    packages = f"{arns.bucket(names.bucket(arns.account, arns.region))}/packages/*"

    def statements(scope: FunctionScope) -> list[Statement]:
        return [
            log_statement(arns, lambda_log_group(names.controller)),
            # Neither action can be scoped to a resource (Service Authorization Reference, CodePipeline).
            allow(
                "JobResult", ["codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult"], ["*"]
            ),
            execution_statement(names, arns, ["GetPipelineExecution", *asked]),
            allow("Publish", _PUBLISH_ACTIONS, scope.functions),
            allow("SmokeTest", ["lambda:InvokeFunction"], scope.versions),
            # UpdateFunctionCode reads the package as its caller (API reference).
            allow("Packages", ["s3:GetObject", "s3:PutObject"], [packages]),
            *handing_on(names, arns, images),
            ledger_statement(names, arns, ["GetItem", "PutItem", "Query", "UpdateItem"]),
            *inspection_statements(names, arns, scope, boundary),
            *shifting_statements(names, arns, scope, deployment_configs),
            allow("Tell", ["sns:Publish"], [arns.topic(names.topic)]),
            *(approval_statements(names, arns) if approves_waves else []),
        ]

    return fitting_document(names, arns, keys, statements)
