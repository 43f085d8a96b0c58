"""What to do about one registration: a pure decision from goal, state and type.

no state                          create
nothing changed                   same
a replace property changed        replace (old one first when both cannot exist at once)
only update properties changed    update
anything else changed             refused, by name
"""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.engine import diff
from greenshift.engine.checkpoint import ResourceState
from greenshift.engine.events import Op, PropertyChange
from greenshift.engine.goal import Goal
from greenshift.engine.provider import TypeSpec
from greenshift.engine.values import Properties, has_unknown, plain
from greenshift.errors import EngineError


@dataclass(frozen=True)
class Decision:
    op: Op
    changes: tuple[PropertyChange, ...] = ()
    delete_first: bool = False


def decide(
    goal: Goal, inputs: Properties, old: ResourceState | None, spec: TypeSpec, lost: bool = False
) -> Decision:
    """``lost``: the old resource went away with one it could not outlive, and is made again."""
    if old is None:
        return Decision("create", diff.changes({}, inputs))
    changed = frozenset(diff.changed_keys(old.inputs, inputs))
    replacing = (changed & spec.replace) | _forced(goal, changed)
    if lost:
        return Decision("replace", diff.changes(old.inputs, inputs, replacing))
    if not changed:
        return Decision("same")
    if replacing:
        first = should_delete_first(goal, inputs, old, spec)
        return Decision("replace", diff.changes(old.inputs, inputs, replacing), first)
    _refuse_unsupported(goal, changed - spec.update)
    return Decision("update", diff.changes(old.inputs, inputs))


def should_delete_first(goal: Goal, inputs: Properties, old: ResourceState, spec: TypeSpec) -> bool:
    """The program's wish, except that two resources with one physical name cannot be."""
    return bool(goal.delete_before_replace) or has_same_identity(old.inputs, inputs, spec)


def has_same_identity(old: Properties, new: Properties, spec: TypeSpec) -> bool:
    values = [new.get(key) for key in spec.identity]
    return not any(has_unknown(value) for value in values) and [plain(value) for value in values] == [
        plain(old.get(key)) for key in spec.identity
    ]


def _forced(goal: Goal, changed: frozenset[str]) -> frozenset[str]:
    if "*" in goal.replace_on_changes:
        return changed
    return changed & {str(diff.parse_path(path)[0]) for path in goal.replace_on_changes}


def _refuse_unsupported(goal: Goal, unsupported: frozenset[str]) -> None:
    if unsupported:
        raise EngineError(
            f"{goal.name} ({goal.type}): changing {', '.join(sorted(unsupported))} is not supported",
            hint="destroy and create it again, or use the Pulumi CLI on AWS",
        )
