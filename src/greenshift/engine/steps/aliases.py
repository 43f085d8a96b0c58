"""The other URNs a resource may have in the state: its aliases, and those it inherits from its parent.

A child whose parent was found under another URN is looked for under that parent, too; when its name begins
with the parent's, also the name's beginning is the old one. [Pulumi: resource/deploy, inherited aliases]
"""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.engine import urn
from greenshift.engine.program.goal import Goal
from greenshift.engine.program.options import Alias


def candidates(goal: Goal, found_under: Mapping[str, str]) -> tuple[str, ...]:
    """In the order in which they are looked for. ``found_under``: URNs of this run -> those in the state."""
    own = [_collapsed(goal, alias, found_under) for alias in goal.aliases]
    before = found_under.get(goal.parent, "")
    inherited = []
    if before:
        known = [(goal.type, goal.name), *((urn.type_of(each), urn.name_of(each)) for each in own)]
        inherited = [_inherited(goal, type_, name, before) for type_, name in known]
    return tuple(dict.fromkeys([*own, *inherited]))


def _collapsed(goal: Goal, alias: Alias, found_under: Mapping[str, str]) -> str:
    if alias.urn:
        return alias.urn
    parent = found_under.get(alias.parent, alias.parent) if alias.parent else goal.parent
    stack, project = urn.stack_of(goal.urn), urn.project_of(goal.urn)
    return urn.make(
        alias.stack or stack,
        alias.project or project,
        "" if alias.no_parent else parent,
        alias.type or goal.type,
        alias.name or goal.name,
    )


def _inherited(goal: Goal, type_: str, name: str, parent_before: str) -> str:
    parent = urn.name_of(goal.parent)
    old = urn.name_of(parent_before) + name[len(parent) :] if name.startswith(parent) else name
    return urn.make(urn.stack_of(goal.urn), urn.project_of(goal.urn), parent_before, type_, old)
