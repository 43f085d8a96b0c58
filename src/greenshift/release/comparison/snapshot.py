"""What acts on a published version from outside it, as it was when the version was published.

A version freezes its code and settings. What its role may do and how often the function may run are not part
of it: they change under it. So each release remembers both beside the version, in the function's ledger row,
and the next release compares. As text it is compact: one JSON array for a rule, no spaces.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from greenshift.release.comparison.permissions import Permissions, Policy, Rule, Scope


@dataclass(frozen=True)
class Snapshot:
    role: str
    permissions: Permissions | None  # absent when the role does not exist, or could not be read at all
    concurrency: int | None = None  # reserved concurrency; absent when none is reserved
    is_gone: bool = False  # whether the role does not exist

    def text(self) -> str:
        permissions = self.permissions
        values = {
            "role": self.role,
            "concurrency": self.concurrency,
            "gone": self.is_gone or None,
            "policies": [_policy(policy) for policy in permissions.policies] if permissions else None,
            "boundary": _policy(permissions.boundary) if permissions and permissions.boundary else None,
        }
        kept = {name: value for name, value in values.items() if value is not None}
        return json.dumps(kept, separators=(",", ":"))


def parse_snapshot(text: str) -> Snapshot:
    values = json.loads(text)
    permissions = None
    if "policies" in values:
        boundary = _read_policy(values["boundary"]) if "boundary" in values else None
        permissions = Permissions(tuple(_read_policy(each) for each in values["policies"]), boundary)
    return Snapshot(values["role"], permissions, values.get("concurrency"), bool(values.get("gone")))


def _policy(policy: Policy) -> list[Any]:
    rules = policy.rules
    return [
        policy.name,
        policy.hash,
        None if rules is None else [_rule(each) for each in rules],
    ]


def _rule(each: Rule) -> list[Any]:
    return [int(each.allows), *_scope(each.actions), *_scope(each.resources), each.condition]


def _scope(scope: Scope) -> list[Any]:
    return [list(scope.patterns), int(scope.inverted)]


def _read_policy(values: list[Any]) -> Policy:
    name, digest, rules = values
    return Policy(name, digest, None if rules is None else tuple(_read_rule(each) for each in rules))


def _read_rule(values: list[Any]) -> Rule:
    allows, actions, no_action, resources, no_resource, condition = values
    return Rule(
        bool(allows),
        Scope(tuple(actions), bool(no_action)),
        Scope(tuple(resources), bool(no_resource)),
        condition,
    )
