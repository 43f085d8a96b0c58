"""From what is wrong to what will be done about it. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from greenshift.checks import Finding
from greenshift.checks.deployed.facts import StackFacts
from greenshift.repair.rules import RULES
from greenshift.repair.steps import Action, Later, Proposal, Refused, Step


@dataclass(frozen=True)
class Plan:
    """Steps in the order in which they are done; what waits for them; what is left to a person."""

    steps: tuple[Step, ...] = ()
    later: tuple[Later, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.steps or self.later or self.refused)


def plan(facts: StackFacts, findings: Iterable[Finding], only: Collection[str] = ()) -> Plan:
    """A proposal for each finding that repair has a fix for; ``only`` are the rules to keep to."""
    wanted = [finding for finding in findings if finding.rule in (only or RULES) and finding.rule in RULES]
    order = list(RULES)
    wanted.sort(key=lambda finding: (order.index(finding.rule), finding.resource))
    proposals = [RULES[finding.rule](finding, facts) for finding in wanted]
    return Plan(
        steps=tuple(_once(proposals)),
        later=tuple(each for each in proposals if isinstance(each, Later)),
        refused=tuple(each for each in proposals if isinstance(each, Refused)),
    )


def _once(proposals: Iterable[Proposal]) -> Iterable[Step]:
    """A deployment that both conflicts and hangs is stopped once."""
    steps = (each for each in proposals if isinstance(each, Step))
    seen: dict[Action, Step] = {}
    for step in steps:
        seen.setdefault(step.action, step)
    return seen.values()
