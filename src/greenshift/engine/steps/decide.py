"""What to do about one registration: a pure decision from goal, state and type.

no state                          create
nothing changed                   same
a replace property changed        replace (old one first when both cannot exist at once)
only update properties changed    update
anything else changed             refused, by name
"""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.engine.events import Op, PropertyChange
from greenshift.engine.program.goal import Goal
from greenshift.engine.properties import diff, paths
from greenshift.engine.properties.values import Properties, has_unknown, plain
from greenshift.engine.provider import TypeSpec
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.errors import EngineError


@dataclass(frozen=True)
class Decision:
    op: Op
    changes: tuple[PropertyChange, ...] = ()
    delete_first: bool = False


def decide(
    goal: Goal,
    inputs: Properties,
    old: ResourceState | None,
    spec: TypeSpec,
    lost: bool = False,
    forced: bool = False,
) -> Decision:
    """``lost``: the old resource went away with one it could not outlive, and is made again. ``forced``:
    it is to be replaced, changed or not.
    """
    if old is None:
        return Decision("create", diff.changes({}, inputs))
    changed = frozenset(diff.changed_keys(old.inputs, inputs))
    replacing = (changed & spec.replacing(inputs)) | _told_to_replace(goal, old.inputs, inputs)
    if lost:
        return Decision("replace", diff.changes(old.inputs, inputs, replacing))
    if forced:
        first = should_delete_first(goal, inputs, old, spec)
        return Decision("replace", diff.changes(old.inputs, inputs, replacing), first)
    if not changed:
        return Decision("same")
    if replacing:
        first = should_delete_first(goal, inputs, old, spec)
        return Decision("replace", diff.changes(old.inputs, inputs, replacing), first)
    unsupported = changed - spec.update
    _refuse_unsupported(goal, unsupported & spec.properties if spec.is_open else unsupported)
    return Decision("update", diff.changes(old.inputs, inputs))


def should_delete_first(goal: Goal, inputs: Properties, old: ResourceState, spec: TypeSpec) -> bool:
    """The program's wish, except that two resources with one physical name cannot be."""
    return bool(goal.delete_before_replace) or has_same_identity(old.inputs, inputs, spec)


def has_same_identity(old: Properties, new: Properties, spec: TypeSpec) -> bool:
    values = [new.get(key) for key in spec.identity]
    return not any(has_unknown(value) for value in values) and [plain(value) for value in values] == [
        plain(old.get(key)) for key in spec.identity
    ]


def _told_to_replace(goal: Goal, old: Properties, new: Properties) -> frozenset[str]:
    """The properties with a change at, or inside, one of ``replace_on_changes``; not beside it."""
    patterns = [paths.parse(text) for text in goal.options.replace_on_changes]
    changed = [paths.parse(change.path) for change in diff.changes(old, new)] if patterns else []
    return frozenset(
        str(path[0]) for path in changed if any(paths.contains(pattern, path) for pattern in patterns)
    )


def is_triggered(goal: Goal, old: ResourceState) -> bool:
    """Whether the replacement trigger changed; without one on both sides there is nothing to compare."""
    before, after = old.options.replacement_trigger, goal.options.replacement_trigger
    if has_unknown(after):
        return True
    return plain(before) is not None and plain(after) is not None and plain(before) != plain(after)


def _refuse_unsupported(goal: Goal, unsupported: frozenset[str]) -> None:
    if unsupported:
        raise EngineError(
            f"{goal.name} ({goal.type}): changing {', '.join(sorted(unsupported))} is not supported",
            hint="destroy and create it again, or use the Pulumi CLI on AWS",
        )
