"""Policy documents as typed statements: the only place here that knows the grammar of a policy.

User guide, "Grammar of the IAM JSON policy language": nearly every element may be one value or a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from greenshift.twin.iam.operators import OPERATORS
from greenshift.twin.wire.json_text import read_json


class PolicyError(ValueError):
    """A document that is not a policy; the message says which element is wrong."""


@dataclass(frozen=True)
class Condition:
    """One operator and key of a statement's Condition block: all of them must hold."""

    operator: str
    key: str
    values: tuple[str, ...]
    quantifier: str = ""
    """``ForAnyValue``, ``ForAllValues`` or nothing."""
    if_exists: bool = False


@dataclass(frozen=True)
class Patterns:
    """Action or Resource; ``inverted`` for NotAction and NotResource."""

    patterns: tuple[str, ...]
    inverted: bool = False


@dataclass(frozen=True)
class Principals:
    """Principal of a resource policy, by kind (``AWS``, ``Service``); ``*`` alone is ``{"*": ("*",)}``."""

    named: tuple[tuple[str, tuple[str, ...]], ...]
    inverted: bool = False

    def of(self, kind: str) -> tuple[str, ...]:
        return tuple(name for found, names in self.named if found in (kind, "*") for name in names)


@dataclass(frozen=True)
class Statement:
    allows: bool
    actions: Patterns
    resources: Patterns
    conditions: tuple[Condition, ...] = ()
    principals: Principals | None = None
    sid: str = ""


@dataclass(frozen=True)
class Document:
    statements: tuple[Statement, ...]


@lru_cache(maxsize=2048)
def parse(text: str) -> Document:
    """A policy document from its JSON text; PolicyError when it is none."""
    try:
        body = read_json(text)
    except ValueError as error:
        raise PolicyError(f"the policy is not JSON: {error}") from None
    if not isinstance(body, Mapping) or "Statement" not in body:
        raise PolicyError("a policy is an object with a Statement")
    if body.get("Version") not in (None, "2008-10-17", "2012-10-17"):
        raise PolicyError(f"Version is 2012-10-17 or 2008-10-17, not {body['Version']}")
    listed = body["Statement"] if isinstance(body["Statement"], list) else [body["Statement"]]
    return Document(tuple(_statement(each) for each in listed))


def _statement(body: object) -> Statement:
    if not isinstance(body, Mapping):
        raise PolicyError("a statement is an object")
    if body.get("Effect") not in ("Allow", "Deny"):
        raise PolicyError(f"Effect is Allow or Deny, not {body.get('Effect')}")
    return Statement(
        allows=body["Effect"] == "Allow",
        actions=_patterns(body, "Action"),
        # A trust policy has no Resource: it is the role itself.
        resources=_patterns(body, "Resource", default=("*",)),
        conditions=_conditions(body.get("Condition", {})),
        principals=_principals(body),
        sid=str(body.get("Sid", "")),
    )


def _patterns(body: Mapping[str, object], name: str, default: tuple[str, ...] | None = None) -> Patterns:
    if name in body:
        return Patterns(_texts(body[name]))
    if f"Not{name}" in body:
        return Patterns(_texts(body[f"Not{name}"]), inverted=True)
    if default is None:
        raise PolicyError(f"a statement has {name} or Not{name}")
    return Patterns(default)


def _principals(body: Mapping[str, object]) -> Principals | None:
    for name in ("Principal", "NotPrincipal"):
        if name in body:
            given = body[name]
            kinds = given.items() if isinstance(given, Mapping) else [("*", given)]
            return Principals(
                tuple((str(kind), _texts(names)) for kind, names in kinds), inverted=name == "NotPrincipal"
            )
    return None


def _conditions(block: object) -> tuple[Condition, ...]:
    if not isinstance(block, Mapping):
        raise PolicyError("Condition is an object of operators")
    return tuple(
        _condition(str(written), str(key), _texts(values))
        for written, keys in block.items()
        for key, values in (keys.items() if isinstance(keys, Mapping) else ())
    )


def _condition(written: str, key: str, values: tuple[str, ...]) -> Condition:
    quantifier, _, rest = written.rpartition(":")
    operator = rest.removesuffix("IfExists")
    if operator not in OPERATORS or quantifier not in ("", "ForAnyValue", "ForAllValues"):
        raise PolicyError(f"{written} is not a condition operator")
    return Condition(operator, key.lower(), values, quantifier, if_exists=operator != rest)


def _texts(given: object) -> tuple[str, ...]:
    values = given if isinstance(given, list) else [given]
    return tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in values)
