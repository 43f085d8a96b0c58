"""Identity policies: the statements of every policy document a program writes for a role or a person.

Resource policies (of a bucket, a topic, a key) follow other rules: there ``*`` is the resource itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from greenshift.guardrails.aws_types import GROUP_POLICY, POLICY, ROLE, ROLE_POLICY, USER_POLICY
from greenshift.guardrails.resources import Inputs, Resource

DOCUMENT_TYPES = (POLICY, ROLE_POLICY, USER_POLICY, GROUP_POLICY, ROLE)


@dataclass(frozen=True)
class Statement:
    label: str
    """``Sid``, else its place: ``statement 2``."""
    allows: bool
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]


def statements(resource: Resource) -> Iterator[Statement]:
    """Of all identity policies of a resource; nothing for a document that is not known yet."""
    for text in _documents(resource.inputs):
        yield from parse(text)


def _documents(inputs: Inputs) -> Iterator[str]:
    for holder in (inputs, *inputs.items("inlinePolicies")):
        text = holder.text("policy")
        if text:
            yield text


def parse(text: str) -> list[Statement]:
    """The statements of a JSON document; a malformed one is AWS's to refuse."""
    try:
        document = json.loads(text)
    except ValueError:
        return []
    found = document.get("Statement") if isinstance(document, Mapping) else None
    listed = found if isinstance(found, list) else [found]
    return [_statement(item, place) for place, item in enumerate(listed, 1) if isinstance(item, Mapping)]


def _statement(item: Mapping[str, object], place: int) -> Statement:
    return Statement(
        label=str(item.get("Sid") or f"statement {place}"),
        allows=item.get("Effect") == "Allow",
        actions=_texts(item.get("Action")),
        not_actions=_texts(item.get("NotAction")),
        resources=_texts(item.get("Resource")),
    )


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
