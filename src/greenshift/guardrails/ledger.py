"""The deployment table of a program, and what its functions have to do with it.

It is the table with the ledger's key, or the one the program exports as the deployment table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from greenshift.contract.policies import Statement
from greenshift.guardrails.aws_types import INLINE_POLICIES, POLICY, ROLE, ROLE_ATTACHMENT, TABLE
from greenshift.guardrails.identity import statements
from greenshift.guardrails.managed_policies import managed_path
from greenshift.guardrails.resources import Resource, Stack

KEY = "deploymentId"
VARIABLE = "DEPLOYMENT_TABLE_NAME"
WRITES = ("dynamodb:putitem", "dynamodb:updateitem", "dynamodb:batchwriteitem")
READS = ("dynamodb:getitem", "dynamodb:query", "dynamodb:scan", "dynamodb:batchgetitem")
_STACK = "pulumi:pulumi:Stack"
_EXPORT = re.compile(r"deployments?_?table|ledger", re.IGNORECASE)


def ledger(stack: Stack) -> Resource | None:
    return next((table for table in stack.of(TABLE) if table.inputs.text("hashKey") == KEY), None)


def exported(stack: Stack) -> Resource | None:
    """What the program exports as the deployment table; a name that is not known yet is its only table's."""
    tables = tuple(stack.of(TABLE))
    for root in stack.of(_STACK):
        for name in sorted(filter(_EXPORT.search, root.inputs.keys())):
            value = root.inputs.text(name) or ""
            last = value.rsplit("/", 1)[-1]
            named = [table for table in tables if last and table.inputs.text("name") == last]
            if named or (root.inputs.is_unknown(name) and len(tables) == 1):
                return (named or list(tables))[0]
    return None


def role_of(stack: Stack, function: Resource) -> Resource | None:
    return stack.target(function, "role", ROLE, "arn", "name")


def may_write(stack: Stack, role: Resource, table: Resource) -> bool:
    return _may(stack, role, table, WRITES)


def only_reads(stack: Stack, role: Resource, table: Resource) -> bool:
    """A role that says it may read the table, and may not write it: somebody meant that.

    What a policy allows on this very table may not be known yet; then it may be that.
    """
    granted = [policy for _, policy in _attached(stack, role) if policy is not None]
    return any(
        _gives(stack, each, table, READS) and not _gives(stack, each, table, WRITES)
        if each.inputs.text("policy") is not None
        else table.urn in each.property_dependencies.get("policy", ())
        for each in granted
    )


def _may(stack: Stack, role: Resource, table: Resource, actions: tuple[str, ...]) -> bool:
    """A policy made elsewhere, or whose document is not known yet, gets the benefit of the doubt; so does an
    inline one, which has its own rule."""
    if role.inputs.has("inlinePolicies") or role.inputs.has("managedPolicyArns"):
        return True
    if any(stack.target(each, "role", ROLE, "name") is role for each in stack.of(*INLINE_POLICIES)):
        return True
    for attachment, policy in _attached(stack, role):
        if policy is None and managed_path(attachment.inputs.text("policyArn") or "") is None:
            return True
        if policy is not None and _gives(stack, policy, table, actions, unknown=True):
            return True
    return False


def _attached(stack: Stack, role: Resource) -> Iterator[tuple[Resource, Resource | None]]:
    for each in stack.of(ROLE_ATTACHMENT):
        if stack.target(each, "role", ROLE, "name") is role:
            yield each, stack.target(each, "policyArn", POLICY, "arn", "name")


def _gives(
    stack: Stack, policy: Resource, table: Resource, actions: tuple[str, ...], *, unknown: bool = False
) -> bool:
    """``unknown`` is the answer for a document that is not known yet, unless it is about other tables."""
    if policy.inputs.text("policy") is None:
        return unknown and not _is_about_others(stack, policy, "policy", table)
    return any(
        statement.is_allow and _names(statement, actions) and _reaches(stack, policy, statement, table)
        for statement in statements(policy)
    )


def _names(statement: Statement, actions: tuple[str, ...]) -> bool:
    return any(fnmatchcase(wanted, action.lower()) for action in statement.actions for wanted in actions)


def _reaches(stack: Stack, policy: Resource, statement: Statement, table: Resource) -> bool:
    """A table that has no name yet, or none that is known, may be meant by any ARN from outputs."""
    name = table.inputs.text("name")
    for resource in statement.resources:
        _, is_arn, pattern = resource.partition(":table/")
        if not is_arn or name is None or fnmatchcase(name, pattern.split("/")[0]):
            return not _is_about_others(stack, policy, "policy", table)
    return False


def _is_about_others(stack: Stack, resource: Resource, key: str, table: Resource) -> bool:
    """Whether a value was made from other tables of the program, and not from this one."""
    origins = resource.property_dependencies.get(key, ())
    return table.urn not in origins and any(each.urn in origins for each in stack.of(TABLE))


def named_otherwise(stack: Stack, function: Resource, table: Resource) -> str:
    """Why the table's name in a function's environment is not the ledger's; empty when it is, or may be."""
    variables = function.inputs.item("environment").item("variables")
    value = variables.text(VARIABLE)
    if value == "":
        return f"{VARIABLE} is empty"
    if _is_about_others(stack, function, "environment", table):
        return f"{VARIABLE} is the name of another table than {table.name}"
    if value is None or table.urn in function.property_dependencies.get("environment", ()):
        return ""
    name = table.inputs.text("name")
    if name == value or table.inputs.is_unknown("name"):
        return ""
    return f"{VARIABLE} is {value!r}, which is not the name of {table.name}"
