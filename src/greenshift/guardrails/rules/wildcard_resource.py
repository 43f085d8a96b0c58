"""``Resource: *`` is right only for actions that know no resource; which those are is data.

``data/unscopable_actions.json`` has them for all services. A few more need it although AWS lists a
resource for them; each stands below with its source.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from greenshift.guardrails.identity import DOCUMENT_TYPES, Statement, statements
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import MANDATORY, Rule

_DATA = Path(__file__).parent.parent / "data" / "unscopable_actions.json"

NEED_ALL = {
    "cloudwatch:describealarms": "API reference, DescribeAlarms: composite alarms need permission on *",
    "cloudwatch:getmetricdata": "Service Authorization Reference: only datasets have ARNs, metrics have none",
    "codepipeline:pollforjobs": "user guide, custom actions: a worker polls before it knows a pipeline",
}


@cache
def unscopable() -> Mapping[str, frozenset[str]]:
    """Service prefix to its actions, in lower case."""
    document = json.loads(_DATA.read_text(encoding="utf-8"))
    return {service: frozenset(actions) for service, actions in document["actions"].items()}


def check(resource: Resource, known: Mapping[str, frozenset[str]]) -> Iterator[str]:
    for statement in statements(resource):
        scopable = [action for action in statement.actions if not _needs_all(action, known)]
        if _is_for_everything(statement) and scopable:
            yield f"{statement.label} allows {', '.join(scopable)} on every resource"


def _is_for_everything(statement: Statement) -> bool:
    return statement.allows and "*" in statement.resources


def _needs_all(action: str, known: Mapping[str, frozenset[str]]) -> bool:
    service, _, name = action.lower().partition(":")
    return action.lower() in NEED_ALL or name in known.get(service, frozenset())


RULE = Rule(
    name="wildcard-resource",
    why="An action that can be limited to the resources of this stack should be, or it reaches all others.",
    mend="name the ARNs; keep * in a statement of its own, for actions that know no resource",
    level=MANDATORY,
    types=DOCUMENT_TYPES,
    check=lambda resource: check(resource, unscopable()),
)
