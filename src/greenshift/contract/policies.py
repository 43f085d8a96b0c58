"""An IAM policy as statements: written, read, and asked what it allows. The one place that knows its grammar.

The evaluation is IAM's in what matters here: an explicit deny wins, else any allow; ``*`` and ``?`` match;
actions regardless of case (user guide: "Policy evaluation logic", "IAM JSON policy elements"). Conditions of
identity policies are not evaluated: an allow counts as one, a conditional deny as none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# IAM user guide, "IAM and AWS STS quotas": a managed policy, white space not counted.
LONGEST_MANAGED_POLICY = 6144

Principal = str | Mapping[str, str | Sequence[str]] | None
Condition = Mapping[str, Mapping[str, str | Sequence[str]]]
"""Operator -> key -> one value or several, as in the document."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement; members a document leaves out are empty."""

    sid: str = ""
    effect: str = "Allow"
    actions: Sequence[str] = ()
    not_actions: Sequence[str] = ()
    resources: Sequence[str] = ()
    not_resources: Sequence[str] = ()
    principal: Principal = None
    """Only in trust and resource policies: "*" or {"Service": "..."}; None in identity policies."""
    condition: Condition = field(default_factory=dict)

    @property
    def is_allow(self) -> bool:
        return self.effect == "Allow"

    @property
    def principals(self) -> tuple[str, ...]:
        """``*``, or the value of whichever kind it is: a service's name, an ARN, an account."""
        if isinstance(self.principal, Mapping):
            return tuple(text for each in self.principal.values() for text in texts(each))
        return texts(self.principal)

    def required(self, key: str) -> tuple[str, ...]:
        """All values asked of a condition key, whatever the operator; keys are compared without case."""
        return tuple(
            text
            for keys in self.condition.values()
            for name, values in keys.items()
            if name.lower() == key.lower()
            for text in texts(values)
        )

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

    def as_json(self) -> dict[str, object]:
        """Members in the order IAM's documentation shows them; absent ones are left out."""
        members: dict[str, object] = {
            "Sid": self.sid,
            "Effect": self.effect,
            "Principal": self.principal,
            "Action": list(self.actions),
            "NotAction": list(self.not_actions),
            "Resource": list(self.resources),
            "NotResource": list(self.not_resources),
            "Condition": self.condition,
        }
        return {name: value for name, value in members.items() if value}


def write_policy(*statements: Statement) -> str:
    """The JSON text IAM takes, without white space."""
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [statement.as_json() for statement in statements]},
        separators=(",", ":"),
    )


def parse_policy(document: str | Mapping[str, Any]) -> tuple[Statement, ...]:
    """From JSON text, or from the mapping boto3 makes of IAM's documents.

    Raises ValueError for text that is not JSON; what is no statement is AWS's to refuse, and left out.
    """
    parsed = json.loads(document) if isinstance(document, str) else document
    listed = _listed(parsed.get("Statement")) if isinstance(parsed, Mapping) else []
    return tuple(_statement(each) for each in listed if isinstance(each, Mapping))


def allows(statements: Iterable[Statement], action: str, resource: str) -> bool:
    """Whether identity policies allow one action on one resource."""
    covering = [each for each in statements if each.covers(action, resource)]
    denied = any(not each.is_allow and not each.condition for each in covering)
    return not denied and any(each.is_allow for each in covering)


def _statement(value: Mapping[str, Any]) -> Statement:
    return Statement(
        sid=str(value.get("Sid") or ""),
        effect=str(value.get("Effect", "")),
        actions=texts(value.get("Action")),
        not_actions=texts(value.get("NotAction")),
        resources=texts(value.get("Resource")),
        not_resources=texts(value.get("NotResource")),
        principal=_principal(value.get("Principal")),
        condition=_condition(value.get("Condition")),
    )


def _principal(value: Any) -> Principal:
    if isinstance(value, Mapping):
        return {str(kind): texts(names) for kind, names in value.items()}
    return str(value) if value else None


def _condition(value: Any) -> Condition:
    if not isinstance(value, Mapping):
        return {}
    return {str(operator): keys for operator, keys in value.items() if isinstance(keys, Mapping)}


def texts(value: Any) -> tuple[str, ...]:
    """One value or a list of them, as IAM takes both: ``true`` is the same as ``"true"``."""
    return tuple(_text(each) for each in _listed(value))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _any_matches(patterns: Iterable[str], text: str, *, ignore_case: bool = False) -> bool:
    flags = re.IGNORECASE if ignore_case else 0
    return any(re.fullmatch(_regex(pattern), text, flags) for pattern in patterns)


def _regex(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(letter) or re.escape(letter) for letter in pattern)
