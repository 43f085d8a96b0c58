"""What acts on a published version from outside it, as it was when the version was published.

A version freezes its code and settings. What its role may do and how often the function may run are not part
of it: they change under it. So each release remembers both beside the version, in the function's ledger row,
and the next release compares. As text it is compact: one JSON array for a statement, no spaces.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from greenshift.release.comparison.permissions import Permissions, Policy, Scope, Statement


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
    statements = policy.statements
    return [
        policy.name,
        policy.hash,
        None if statements is None else [_statement(each) for each in statements],
    ]


def _statement(each: Statement) -> list[Any]:
    return [int(each.allows), *_scope(each.actions), *_scope(each.resources), each.condition]


def _scope(scope: Scope) -> list[Any]:
    return [list(scope.patterns), int(scope.inverted)]


def _read_policy(values: list[Any]) -> Policy:
    name, digest, statements = values
    return Policy(
        name, digest, None if statements is None else tuple(_read_statement(each) for each in statements)
    )


def _read_statement(values: list[Any]) -> Statement:
    allows, actions, no_action, resources, no_resource, condition = values
    return Statement(
        bool(allows),
        Scope(tuple(actions), bool(no_action)),
        Scope(tuple(resources), bool(no_resource)),
        condition,
    )
