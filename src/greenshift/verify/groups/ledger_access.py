"""The roles of the user's functions: they keep rows in the ledger, write their logs, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from greenshift.contract.names import lambda_log_group
from greenshift.contract.policies import allows
from greenshift.verify.check import Check, Section, Subject
from greenshift.verify.reading.principals import function_role
from greenshift.verify.reading.role import Role
from greenshift.verify.result import Verdict, nothing_but
from greenshift.verify.stack import Stack

LEDGER_ACTIONS = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem")
# What reading and writing a table under a customer key takes (DynamoDB developer guide: encryption at rest).
_KEY_ACTIONS = {"kms:decrypt", "kms:encrypt", "kms:generatedatakey", "kms:describekey"}
_LOG_ACTIONS = {"logs:createlogstream", "logs:putlogevents"}


def writes_ledger(table: str, role: Role) -> Verdict:
    missing = [action for action in LEDGER_ACTIONS if not allows(role.statements, action, table)]
    return nothing_but([f"no {action} on {table}" for action in missing], when_none=", ".join(LEDGER_ACTIONS))


def does_nothing_more(table: str, logs: str, role: Role) -> Verdict:
    """Judges what its customer-managed policies allow; AWS's own are judged by name. ``logs`` is how the
    ARNs of the stack's log groups begin."""
    faults = [
        f"{policy.path} allows {action} on {resource}"
        for policy in role.own
        for statement in policy.statements
        if statement.is_allow
        for action in statement.actions or ("everything but something",)
        for resource in statement.resources or ("everything but something",)
        if not _is_ledgers(action, resource, table)
        and not (action.lower() in _LOG_ACTIONS and resource.startswith(logs))
    ]
    return nothing_but(faults, when_none="the ledger's table, its log, and nothing else")


def _is_ledgers(action: str, resource: str, table: str) -> bool:
    if action.lower() in _KEY_ACTIONS:
        return resource != "*"
    is_table = resource == table or resource.startswith(f"{table}/index/")
    return is_table and action.lower() in {each.lower() for each in LEDGER_ACTIONS}


def _user_roles(stack: Stack) -> Iterator[Subject[tuple[str, str, Role]]]:
    logs = stack.arns.log_group(lambda_log_group(f"{stack.base}-"))

    def read(name: str) -> tuple[str, str, Role]:
        return stack.table_arn, logs, function_role(stack, name).read(stack)

    for function in stack.functions:
        yield Subject(f"role of {function.name}", partial(read, function.name))


SECTION: Section[tuple[str, str, Role]] = Section(
    subjects=_user_roles,
    checks=(
        Check(
            name="writes-ledger",
            expected="the function may keep rows of its own in the ledger's table",
            judge=lambda seen: writes_ledger(seen[0], seen[2]),
            fix="attach the stack's function policy to its role: aws iam attach-role-policy …",
        ),
        Check(
            name="nothing-more",
            expected="and its customer-managed policies allow nothing else but to write its log",
            judge=lambda seen: does_nothing_more(*seen),
            fix="detach it: aws iam detach-role-policy --role-name … --policy-arn …",
        ),
    ),
)
