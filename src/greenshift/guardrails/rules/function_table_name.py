"""Functions beside a ledger write to it, and get its name from their environment."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.aws_types import FUNCTION, TABLE
from greenshift.guardrails.resources import Resource, Stack
from greenshift.guardrails.rule import MANDATORY, Finding, StackRule

VARIABLE = "DEPLOYMENT_TABLE_NAME"
LEDGER_KEY = "deploymentId"


def check(stack: Stack) -> Iterator[Finding]:
    ledger = next((table for table in stack.of(TABLE) if table.inputs.text("hashKey") == LEDGER_KEY), None)
    if ledger is None:
        return
    for function in stack.of(FUNCTION):
        if not _is_told(function):
            yield Finding(
                function, f"{VARIABLE} is not in its environment, and this stack has the ledger {ledger.name}"
            )


def _is_told(function: Resource) -> bool:
    environment = function.inputs.item("environment")
    return (
        function.inputs.is_unknown("environment")
        or environment.is_unknown("variables")
        or environment.item("variables").has(VARIABLE)
    )


RULE = StackRule(
    name="function-table-name",
    why="A function that does not know the deployment table's name fails when it writes its record.",
    mend=f"set environment variable {VARIABLE} to the table's name, and let the role write that table",
    level=MANDATORY,
    check=check,
)
