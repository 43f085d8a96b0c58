"""A wildcard in an action also allows what AWS will add to the service next year."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.guardrails.identity import DOCUMENT_TYPES, statements
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import MANDATORY, Rule


def check(resource: Resource) -> Iterator[str]:
    for statement in statements(resource):
        if not statement.allows:
            continue
        wild = [action for action in statement.actions if "*" in action or "?" in action]
        if wild:
            yield f"{statement.label} allows {', '.join(wild)}"
        if statement.not_actions:
            yield f"{statement.label} allows everything but {', '.join(statement.not_actions)} (NotAction)"


RULE = Rule(
    name="wildcard-action",
    why="A role that may do a whole service can do harm nobody thought of.",
    mend="name each action the role calls",
    level=MANDATORY,
    types=DOCUMENT_TYPES,
    check=check,
)
