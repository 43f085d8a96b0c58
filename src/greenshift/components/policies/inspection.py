"""What comparing a release with what is live takes: reading what the functions' roles may do.

Read only, and no further than the stack's own: its functions' roles, policies with its names, the permissions
boundary of its settings, and AWS's managed policies, which are public. A policy of another name that somebody
attached to a role is not read, and the release says so.
"""

from __future__ import annotations

from greenshift.components.policies.scope import FunctionScope
from greenshift.contract.arns import Arns
from greenshift.contract.names import Names
from greenshift.contract.policies import Statement

_ROLE_ACTIONS = (
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
)
_POLICY_ACTIONS = ("iam:GetPolicy", "iam:GetPolicyVersion")


def inspection_statements(
    names: Names, arns: Arns, scope: FunctionScope, boundary: str | None
) -> list[Statement]:
    policies = [arns.policy(f"{names.base}-*"), arns.managed_policy("*"), *([boundary] if boundary else [])]
    return [
        Statement(sid="ReadRoles", actions=_ROLE_ACTIONS, resources=scope.roles),
        Statement(sid="ReadPolicies", actions=_POLICY_ACTIONS, resources=policies),
    ]
