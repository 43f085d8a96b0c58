"""What a role may do, as plain values that can be kept and compared: nothing of IAM is asked here.

`reduced(old, new)` says what the old permissions allowed and the new ones do not. It is conservative: a grant
counts as kept only where one statement alone still covers it, under no condition or the very same one.
User guide: "Grammar of the IAM JSON policy language", "Permissions boundaries for IAM entities".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.release.comparison.globs import covers, overlaps


@dataclass(frozen=True)
class Scope:
    """Actions or resources; ``inverted`` for NotAction and NotResource."""

    patterns: tuple[str, ...]
    inverted: bool = False

    def covers(self, other: Scope) -> bool:
        if self.inverted and other.inverted:
            return all(any(covers(out, mine) for out in other.patterns) for mine in self.patterns)
        if self.inverted:
            return not any(overlaps(out, each) for out in self.patterns for each in other.patterns)
        if other.inverted:
            return any(covers(pattern, "*") for pattern in self.patterns)
        return all(any(covers(wide, each) for wide in self.patterns) for each in other.patterns)

    def __str__(self) -> str:
        return f"{'everything but ' if self.inverted else ''}{', '.join(self.patterns)}"


@dataclass(frozen=True)
class Statement:
    allows: bool
    actions: Scope  # lower-case: actions are compared without regard to case
    resources: Scope
    condition: str = ""  # canonical JSON; "" for none

    def covers(self, other: Statement) -> bool:
        return (
            self.condition in ("", other.condition)
            and self.actions.covers(other.actions)
            and self.resources.covers(other.resources)
        )

    def single(self) -> Iterator[Statement]:
        """The statement as statements of one action on one resource each, so that each can be looked for."""
        for actions in _single(self.actions):
            for resources in _single(self.resources):
                yield Statement(self.allows, actions, resources, self.condition)

    def __str__(self) -> str:
        under = " under a condition" if self.condition else ""
        return f"{self.actions} on {self.resources}{under}"


@dataclass(frozen=True)
class Policy:
    """One attached or inline policy. ``statements`` is None when its document could not be read."""

    name: str  # the ARN of a managed policy, the name of an inline one
    hash: str = ""
    statements: tuple[Statement, ...] | None = None


@dataclass(frozen=True)
class Permissions:
    """All that says what a role may do, but for what others' resource policies give to it."""

    policies: tuple[Policy, ...] = ()
    boundary: Policy | None = None

    @property
    def unread(self) -> tuple[str, ...]:
        known = (*self.policies, *((self.boundary,) if self.boundary else ()))
        return tuple(policy.name for policy in known if policy.statements is None)


def policy_of(name: str, document: Mapping[str, Any]) -> Policy:
    """A policy from its document: order, spelling and Sids are no part of what it means."""
    listed = document.get("Statement") or []
    bodies = listed if isinstance(listed, list) else [listed]
    statements = tuple(sorted({_statement(body) for body in bodies}, key=repr))
    return Policy(name, hashlib.sha256(repr(statements).encode()).hexdigest()[:16], statements)


def _statement(body: Mapping[str, Any]) -> Statement:
    condition = body.get("Condition")
    return Statement(
        allows=body.get("Effect") == "Allow",
        actions=_scope(body, "Action", lower=True),
        resources=_scope(body, "Resource"),
        condition=json.dumps(condition, sort_keys=True, separators=(",", ":")) if condition else "",
    )


def _scope(body: Mapping[str, Any], name: str, *, lower: bool = False) -> Scope:
    inverted = f"Not{name}" in body
    given = body.get(f"Not{name}" if inverted else name) or []
    texts = [str(item) for item in (given if isinstance(given, list) else [given])]
    return Scope(tuple(sorted({text.lower() if lower else text for text in texts})), inverted)


def _single(scope: Scope) -> Iterator[Scope]:
    if scope.inverted:
        yield scope
    else:
        yield from (Scope((pattern,)) for pattern in scope.patterns)


def reduced(old: Permissions, new: Permissions) -> tuple[str, ...]:
    """What a role lost, one line each; nothing when the new permissions cover the old ones.

    A document that could be read then and cannot now counts as unchanged: the reader is told of it elsewhere.
    """
    if old == new:
        return ()
    before, after = _statements(old.policies), _statements(_with_unreadable_as(old, new.policies))
    lost = [str(grant) for grant in _grants(before) if not _is_covered(grant, after, allows=True)]
    lost += [f"denied now: {denial}" for denial in _denials(after) if not _is_denied(denial, before)]
    lost += [f"all that {name} allowed" for name in _gone_unread(old, new)]
    return tuple(dict.fromkeys([*lost, *_lost_to_boundary(old, new)]))


def _lost_to_boundary(old: Permissions, new: Permissions) -> Iterator[str]:
    boundary = new.boundary
    if boundary is None or (old.boundary is not None and old.boundary.statements is None):
        return
    if boundary.statements is None:
        if old.boundary is None or old.boundary.name != boundary.name:
            yield f"what the permissions boundary {boundary.name} leaves out, which cannot be read"
        return
    # Without a boundary every grant of a policy counted; with one, what counted passed both.
    held = _statements(old.policies) if old.boundary is None else old.boundary.statements or ()
    for grant in _grants(held):
        if not _is_covered(grant, boundary.statements, allows=True):
            yield f"outside the permissions boundary now: {grant}"
    for denial in _denials(boundary.statements):
        if old.boundary is None or not _is_denied(denial, held):
            yield f"denied by the permissions boundary now: {denial}"


def _with_unreadable_as(old: Permissions, policies: tuple[Policy, ...]) -> Iterator[Policy]:
    known = {policy.name: policy for policy in old.policies}
    return (known.get(each.name, each) if each.statements is None else each for each in policies)


def _gone_unread(old: Permissions, new: Permissions) -> list[str]:
    still = {policy.name for policy in new.policies}
    return [policy.name for policy in old.policies if policy.statements is None and policy.name not in still]


def _statements(policies: Iterable[Policy]) -> tuple[Statement, ...]:
    return tuple(statement for policy in policies for statement in policy.statements or ())


def _grants(statements: Iterable[Statement]) -> Iterator[Statement]:
    """What is allowed and not denied again without condition, one action on one resource each."""
    listed = tuple(statements)
    for statement in listed:
        if statement.allows:
            for grant in statement.single():
                if not any(each.covers(grant) for each in listed if not each.allows and not each.condition):
                    yield grant


def _denials(statements: Iterable[Statement]) -> Iterator[Statement]:
    return (each for statement in statements if not statement.allows for each in statement.single())


def _is_covered(grant: Statement, statements: Iterable[Statement], *, allows: bool) -> bool:
    return any(each.covers(grant) for each in statements if each.allows is allows)


def _is_denied(denial: Statement, statements: Iterable[Statement]) -> bool:
    return _is_covered(denial, statements, allows=False)
