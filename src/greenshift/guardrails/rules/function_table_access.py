"""Functions beside a ledger write to it, so their roles may.

What a role may do is in the policies attached to it in the same program. A policy made elsewhere, or whose
document is not known yet, gets the benefit of the doubt; so does an inline one, which has its own rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from greenshift.guardrails.aws_types import FUNCTION, INLINE_POLICIES, POLICY, ROLE, ROLE_ATTACHMENT, TABLE
from greenshift.guardrails.identity import statements
from greenshift.guardrails.managed_policies import managed_path
from greenshift.guardrails.resources import Resource, Stack
from greenshift.guardrails.rule import MANDATORY, Finding, StackRule
from greenshift.guardrails.rules.function_table_name import LEDGER_KEY

# Greenshift's own: of these only the controller and the recorder write, and both have their policy.
_CONTROL = "greenshift:index:ReleaseControl"
_WRITE = "dynamodb:putitem"


def check(stack: Stack) -> Iterator[Finding]:
    ledger = next((table for table in stack.of(TABLE) if table.inputs.text("hashKey") == LEDGER_KEY), None)
    if ledger is None:
        return
    for function in stack.of(FUNCTION):
        role = stack.target(function, "role", ROLE, "arn", "name")
        if role is not None and not function.is_inside(_CONTROL) and not _may_write(stack, role):
            yield Finding(function, f"its role {role.name} may not write the ledger {ledger.name}")


def _may_write(stack: Stack, role: Resource) -> bool:
    if role.inputs.has("inlinePolicies") or role.inputs.has("managedPolicyArns"):
        return True
    inline = any(stack.target(each, "role", ROLE, "name") is role for each in stack.of(*INLINE_POLICIES))
    return inline or any(
        _allows_writing(stack, each)
        for each in stack.of(ROLE_ATTACHMENT)
        if stack.target(each, "role", ROLE, "name") is role
    )


def _allows_writing(stack: Stack, attachment: Resource) -> bool:
    policy = stack.target(attachment, "policyArn", POLICY, "arn", "name")
    if policy is None:
        return managed_path(attachment.inputs.text("policyArn") or "") is None
    if policy.inputs.text("policy") is None:
        return True
    return any(
        statement.allows and any(fnmatchcase(_WRITE, action.lower()) for action in statement.actions)
        for statement in statements(policy)
    )


RULE = StackRule(
    name="function-table-access",
    why="A function that may not write the deployment table fails when it writes its record.",
    mend="attach a customer-managed policy that allows dynamodb:PutItem on that table, and nothing else",
    level=MANDATORY,
    check=check,
)
