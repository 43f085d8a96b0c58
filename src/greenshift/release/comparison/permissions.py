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

from greenshift.contract.policies import Statement, parse_policy
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
class Rule:
    """What a statement amounts to, once order and spelling are gone: two that mean the same are equal."""

    allows: bool
    actions: Scope  # lower-case: actions are compared without regard to case
    resources: Scope
    condition: str = ""  # canonical JSON; "" for none

    def covers(self, other: Rule) -> bool:
        return (
            self.condition in ("", other.condition)
            and self.actions.covers(other.actions)
            and self.resources.covers(other.resources)
        )

    def single(self) -> Iterator[Rule]:
        """The rule as rules of one action on one resource each, so that each can be looked for."""
        for actions in _single(self.actions):
            for resources in _single(self.resources):
                yield Rule(self.allows, actions, resources, self.condition)

    def __str__(self) -> str:
        under = " under a condition" if self.condition else ""
        return f"{self.actions} on {self.resources}{under}"


@dataclass(frozen=True)
class Policy:
    """One attached or inline policy. ``rules`` is None when its document could not be read."""

    name: str  # the ARN of a managed policy, the name of an inline one
    hash: str = ""
    rules: tuple[Rule, ...] | None = None


@dataclass(frozen=True)
class Permissions:
    """All that says what a role may do, but for what others' resource policies give to it."""

    policies: tuple[Policy, ...] = ()
    boundary: Policy | None = None

    @property
    def unread(self) -> tuple[str, ...]:
        known = (*self.policies, *((self.boundary,) if self.boundary else ()))
        return tuple(policy.name for policy in known if policy.rules is None)


def policy_of(name: str, document: Mapping[str, Any]) -> Policy:
    """A policy from its document: order, spelling and Sids are no part of what it means."""
    rules = tuple(sorted({_rule(statement) for statement in parse_policy(document)}, key=repr))
    return Policy(name, hashlib.sha256(repr(rules).encode()).hexdigest()[:16], rules)


def _rule(statement: Statement) -> Rule:
    condition = statement.condition
    return Rule(
        allows=statement.is_allow,
        actions=_scope(map(str.lower, statement.actions), map(str.lower, statement.not_actions)),
        resources=_scope(statement.resources, statement.not_resources),
        condition=json.dumps(condition, sort_keys=True, separators=(",", ":")) if condition else "",
    )


def _scope(named: Iterable[str], left_out: Iterable[str]) -> Scope:
    inverted = tuple(sorted(set(left_out)))
    return Scope(inverted or tuple(sorted(set(named))), bool(inverted))


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
    before, after = _rules(old.policies), _rules(_with_unreadable_as(old, new.policies))
    lost = [str(grant) for grant in _grants(before) if not _is_covered(grant, after, allows=True)]
    lost += [f"denied now: {denial}" for denial in _denials(after) if not _is_denied(denial, before)]
    lost += [f"all that {name} allowed" for name in _gone_unread(old, new)]
    return tuple(dict.fromkeys([*lost, *_lost_to_boundary(old, new)]))


def _lost_to_boundary(old: Permissions, new: Permissions) -> Iterator[str]:
    boundary = new.boundary
    if boundary is None or (old.boundary is not None and old.boundary.rules is None):
        return
    if boundary.rules is None:
        if old.boundary is None or old.boundary.name != boundary.name:
            yield f"what the permissions boundary {boundary.name} leaves out, which cannot be read"
        return
    # Without a boundary every grant of a policy counted; with one, what counted passed both.
    held = _rules(old.policies) if old.boundary is None else old.boundary.rules or ()
    for grant in _grants(held):
        if not _is_covered(grant, boundary.rules, allows=True):
            yield f"outside the permissions boundary now: {grant}"
    for denial in _denials(boundary.rules):
        if old.boundary is None or not _is_denied(denial, held):
            yield f"denied by the permissions boundary now: {denial}"


def _with_unreadable_as(old: Permissions, policies: tuple[Policy, ...]) -> Iterator[Policy]:
    known = {policy.name: policy for policy in old.policies}
    return (known.get(each.name, each) if each.rules is None else each for each in policies)


def _gone_unread(old: Permissions, new: Permissions) -> list[str]:
    still = {policy.name for policy in new.policies}
    return [policy.name for policy in old.policies if policy.rules is None and policy.name not in still]


def _rules(policies: Iterable[Policy]) -> tuple[Rule, ...]:
    return tuple(rule for policy in policies for rule in policy.rules or ())


def _grants(rules: Iterable[Rule]) -> Iterator[Rule]:
    """What is allowed and not denied again without condition, one action on one resource each."""
    listed = tuple(rules)
    for rule in listed:
        if rule.allows:
            for grant in rule.single():
                if not any(each.covers(grant) for each in listed if not each.allows and not each.condition):
                    yield grant


def _denials(rules: Iterable[Rule]) -> Iterator[Rule]:
    return (each for rule in rules if not rule.allows for each in rule.single())


def _is_covered(grant: Rule, rules: Iterable[Rule], *, allows: bool) -> bool:
    return any(each.covers(grant) for each in rules if each.allows is allows)


def _is_denied(denial: Rule, rules: Iterable[Rule]) -> bool:
    return _is_covered(denial, rules, allows=False)
