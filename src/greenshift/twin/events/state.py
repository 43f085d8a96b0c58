"""The rules of every bus, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from greenshift.twin.events import errors
from greenshift.twin.events.model import Event, Rule, Target

# User guide, "Amazon EventBridge quotas".
RULES = 300
TARGETS_PER_RULE = 5


class Rules:
    """Every rule there is; a name is a rule's own on its bus."""

    kept: ClassVar[tuple[str, ...]] = ("_rules",)

    def __init__(self) -> None:
        self._rules: dict[tuple[str, str], Rule] = {}

    def __iter__(self) -> Iterator[Rule]:
        return iter(sorted(self._rules.values(), key=lambda rule: (rule.bus, rule.name)))

    def of(self, bus: str) -> list[Rule]:
        """The rules of one bus, by name."""
        return [rule for rule in self if rule.bus == bus]

    def find(self, bus: str, name: str) -> Rule:
        rule = self._rules.get((bus, name))
        if rule is None:
            raise errors.rule_not_found(name, bus)
        return rule

    def by_arn(self, arn: str) -> Rule:
        for rule in self._rules.values():
            if rule.arn == arn:
                return rule
        raise errors.resource_not_found(arn)

    def put(self, rule: Rule) -> None:
        """Add a rule or replace the one of its name; its targets and tags stay."""
        known = self._rules.get((rule.bus, rule.name))
        if known is None and len(self.of(rule.bus)) >= RULES:
            raise errors.too_many_rules(RULES)
        if known is not None:
            rule.targets, rule.tags = known.targets, known.tags
        self._rules[rule.bus, rule.name] = rule

    def remove(self, bus: str, name: str) -> Rule | None:
        """Delete a rule; one that is not there is deleted already."""
        rule = self._rules.get((bus, name))
        if rule is not None and rule.targets:
            raise errors.rule_has_targets()
        return self._rules.pop((bus, name), None)

    def put_targets(self, rule: Rule, targets: list[Target]) -> None:
        after = rule.targets | {target.id: target for target in targets}
        if len(after) > TARGETS_PER_RULE:
            raise errors.too_many_targets(TARGETS_PER_RULE)
        rule.targets = after


def matching(event: Event, rules: Iterable[Rule]) -> list[tuple[Rule, Target]]:
    """Every target of every rule an event matches."""
    return [(rule, each) for rule in rules if rule.matches(event) for each in tuple(rule.targets.values())]
