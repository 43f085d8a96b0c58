"""IAM policy documents as values, and the two questions the checks ask of them.

The evaluation is IAM's in what matters here: an explicit deny wins, else any allow; ``*`` and ``?`` match;
actions regardless of case (user guide: "Policy evaluation logic", "IAM JSON policy elements"). Conditions of
identity policies are not evaluated: an allow counts as one, a conditional deny as none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Condition:
    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """One statement; members a document leaves out are empty."""

    effect: str = "Allow"
    sid: str = ""
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    """``*``, or the value of whichever kind it is: a service's name, an ARN, an account."""
    conditions: tuple[Condition, ...] = ()

    @property
    def is_allow(self) -> bool:
        return self.effect == "Allow"

    def covers(self, action: str, resource: str) -> bool:
        return self._covers_action(action) and self._covers_resource(resource)

    def _covers_action(self, action: str) -> bool:
        if self.not_actions:
            return not _any_matches(self.not_actions, action, ignore_case=True)
        return _any_matches(self.actions, action, ignore_case=True)

    def _covers_resource(self, resource: str) -> bool:
        if self.not_resources:
            return not _any_matches(self.not_resources, resource)
        return _any_matches(self.resources, resource)

    def condition(self, key: str) -> tuple[str, ...]:
        """All values required of a condition key, whatever the operator; keys are compared without case."""
        return tuple(
            value for each in self.conditions if each.key.lower() == key.lower() for value in each.values
        )


def parse_document(document: str | Mapping[str, Any]) -> tuple[Statement, ...]:
    """From JSON text, or from the mapping boto3 makes of IAM's documents."""
    parsed = json.loads(document) if isinstance(document, str) else document
    return tuple(_statement(each) for each in _listed(parsed.get("Statement")))


def allows(statements: Iterable[Statement], action: str, resource: str) -> bool:
    """Whether identity policies allow one action on one resource."""
    covering = [each for each in statements if each.covers(action, resource)]
    denied = any(not each.is_allow and not each.conditions for each in covering)
    return not denied and any(each.is_allow for each in covering)


def _statement(value: Mapping[str, Any]) -> Statement:
    return Statement(
        effect=str(value.get("Effect", "")),
        sid=str(value.get("Sid", "")),
        actions=_texts(value.get("Action")),
        not_actions=_texts(value.get("NotAction")),
        resources=_texts(value.get("Resource")),
        not_resources=_texts(value.get("NotResource")),
        principals=_principals(value.get("Principal")),
        conditions=tuple(
            Condition(operator, key, _texts(values))
            for operator, keys in (value.get("Condition") or {}).items()
            for key, values in keys.items()
        ),
    )


def _principals(value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        return tuple(text for each in value.values() for text in _texts(each))
    return _texts(value)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in _listed(value))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _any_matches(patterns: Iterable[str], text: str, *, ignore_case: bool = False) -> bool:
    flags = re.IGNORECASE if ignore_case else 0
    return any(re.fullmatch(_regex(pattern), text, flags) for pattern in patterns)


def _regex(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(letter) or re.escape(letter) for letter in pattern)
