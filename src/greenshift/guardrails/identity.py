"""Identity policies: the statements of every policy document a program writes for a role or a person.

Resource policies (of a bucket, a topic, a key) follow other rules: there ``*`` is the resource itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from greenshift.contract.policies import Condition, Statement, parse_policy, texts
from greenshift.guardrails.aws_types import GROUP_POLICY, POLICY, ROLE, ROLE_POLICY, USER_POLICY
from greenshift.guardrails.resources import Inputs, Resource

DOCUMENT_TYPES = (POLICY, ROLE_POLICY, USER_POLICY, GROUP_POLICY, ROLE)


def statements(resource: Resource) -> Iterator[Statement]:
    """The statements of all identity policies of a resource; none of a document that is not known yet."""
    for text in _documents(resource.inputs):
        yield from parse(text)


def _documents(inputs: Inputs) -> Iterator[str]:
    for holder in (inputs, *inputs.items("inlinePolicies")):
        text = holder.text("policy")
        if text:
            yield text


def parse(text: str) -> Iterator[Statement]:
    """The statements of a JSON document; a malformed one is AWS's to refuse."""
    try:
        found = parse_policy(text)
    except ValueError:
        return
    yield from (replace(each, sid=each.sid or f"statement {place}") for place, each in enumerate(found, 1))


def is_limited(statement: Statement) -> bool:
    """Whether a condition on the resource itself leaves only some: a tag of it, or a key of its service."""
    return any(_is_of_service(key) or _is_tag(key) for key in _limits(statement.condition))


def is_limited_by_tag(statement: Statement) -> bool:
    return any(map(_is_tag, _limits(statement.condition)))


def _limits(condition: Condition) -> frozenset[str]:
    """The keys, in lower case, that must have a given value (IAM user guide, "Condition operators").

    An operator with IfExists, or with Not, also holds for what lacks the key; a lone wildcard holds for all.
    """
    found: set[str] = set()
    for operator, keys in condition.items():
        name = operator.lower().rpartition(":")[2]
        if name != "null" and "not" not in name and "ifexists" not in name:
            found |= {key.lower() for key, values in keys.items() if "*" not in texts(values)}
    return frozenset(found)


def _is_tag(key: str) -> bool:
    return re.match(r"(?:aws|[a-z0-9-]+):(?:resourcetag|requesttag)/", key) is not None


def _is_of_service(key: str) -> bool:
    return not key.startswith(("aws:", "sts:", "saml:"))
