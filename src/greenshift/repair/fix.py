"""The whole of a repair: look, plan, agree, do, and look again, until there is nothing left to do."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from greenshift.checks.deployed import findings, look
from greenshift.repair.outcome import Outcome
from greenshift.repair.plan import Plan, plan
from greenshift.repair.runner import Runner
from greenshift.repair.steps import Action
from greenshift.repair.waiting import Patience
from greenshift.view import StackOutputs

# A stopped deployment may uncover an alias, a settled release an end nobody was told: three rounds do it.
_ROUNDS = 5


@dataclass(frozen=True)
class Fixed:
    """What was done, and the plan of what is still to do."""

    outcomes: tuple[Outcome, ...]
    left: Plan
    is_declined: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing that repair knows of is wrong any more."""
        return self.left.is_empty and all(outcome.is_fixed for outcome in self.outcomes)


Clients = Callable[[str], Any]


def propose(outputs: StackOutputs, clients: Clients, only: Collection[str] = ()) -> Plan:
    """What would be done now. Reads, changes nothing."""
    facts = look(outputs, clients)
    return plan(facts, findings(facts), only)


def fix(
    outputs: StackOutputs,
    clients: Clients,
    *,
    agree: Callable[[Plan], bool],
    tell: Callable[[Outcome], None],
    only: Collection[str] = (),
    patience: Patience | None = None,
) -> Fixed:
    """Fix what ``agree`` agrees to; it is asked before each round, with all of that round.

    A step that failed is not tried again in the same repair. Raises ``GreenshiftError`` when the stack
    cannot be read.
    """
    runner = Runner(outputs, clients, patience or Patience())
    outcomes: list[Outcome] = []
    failed: set[Action] = set()
    for _ in range(_ROUNDS):
        left = propose(outputs, clients, only)
        steps = tuple(step for step in left.steps if step.action not in failed)
        if not steps:
            return Fixed(tuple(outcomes), left)
        if not agree(replace(left, steps=steps)):
            return Fixed(tuple(outcomes), left, is_declined=True)
        for step in steps:
            outcome = runner.perform(step)
            tell(outcome)
            outcomes.append(outcome)
            if not outcome.is_fixed:
                failed.add(step.action)
    return Fixed(tuple(outcomes), propose(outputs, clients, only))
