"""What deleting old versions takes: seeing versions and aliases, and DeleteFunction on ARNs with a version.

DeleteFunction deletes a version when it is given one, and the whole function when it is not. It is allowed on
ARNs with a qualifier only, so that no policy of ours can delete a function. The Service Authorization
Reference names the function as the action's resource and does not say whether the ARN that is judged has the
qualifier of the request (unverified on AWS; the twin judges with it). If it has not, old versions stay, the
recorder logs why, and no release fails.
"""

from __future__ import annotations

from greenshift.components.policies.scope import FunctionScope
from greenshift.contract.policies import Statement


def retention_statements(scope: FunctionScope) -> list[Statement]:
    seeing = ["lambda:ListAliases", "lambda:ListVersionsByFunction"]
    return [
        Statement(sid="SeeVersions", actions=seeing, resources=scope.bare),
        Statement(sid="DeleteVersions", actions=["lambda:DeleteFunction"], resources=scope.versions),
    ]
