"""Access to the ledger table: the same statement for everyone, with the actions each needs."""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.contract.arns import Arns
from greenshift.contract.names import Names
from greenshift.contract.policies import Statement, write_policy


def ledger_statement(names: Names, arns: Arns, operations: Sequence[str]) -> Statement:
    table = arns.table(names.ledger)
    return Statement(
        sid="Ledger",
        actions=[f"dynamodb:{operation}" for operation in operations],
        resources=[table, f"{table}/index/*"],
    )


def function_policy(names: Names, arns: Arns) -> str:
    """What every user function may do beside logging: keep rows of its own in the ledger table."""
    return write_policy(
        Statement(
            sid="Ledger",
            actions=["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
            resources=[arns.table(names.ledger)],
        )
    )
