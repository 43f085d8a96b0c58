"""What the recorder may do: bring the ledger up to date and tell people."""

from __future__ import annotations

from greenshift.components.arns import Arns
from greenshift.components.names import Names
from greenshift.components.policies.document import Statement, document
from greenshift.components.policies.ledger import ledger_statement
from greenshift.components.policies.pipeline import execution_statement


def recorder_policy(names: Names, arns: Arns) -> str:
    return document(
        ledger_statement(names, arns, ["GetItem", "PutItem", "Query", "UpdateItem"]),
        execution_statement(names, arns),
        Statement(sid="Tell", actions=["sns:Publish"], resources=[arns.topic(names.topic)]),
    )
