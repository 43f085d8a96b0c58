"""The order in which resources are deleted: whatever needs another goes before it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from greenshift.engine.state.checkpoint import ResourceState


def waves(resources: Iterable[ResourceState]) -> list[list[ResourceState]]:
    """Groups that can be deleted one group after the other, each group's members at the same time."""
    remaining = {(state.urn, state.id): state for state in resources}
    result: list[list[ResourceState]] = []
    while remaining:
        needed = {urn for state in remaining.values() for urn in state.needs() - {state.urn}}
        wave = [state for state in remaining.values() if state.urn not in needed] or list(remaining.values())
        result.append(wave)
        for state in wave:
            del remaining[state.urn, state.id]
    return result


def lost_with(
    urn: str, resources: Iterable[ResourceState], replaced_by: Callable[[ResourceState], frozenset[str]]
) -> list[ResourceState]:
    """Resources that cannot outlive ``urn``: those for which a property taken from it is a replace property,
    and those that say so (``deleted_with``, ``replace_with``).

    For example the alias and the permissions of a function. In an order in which they can be deleted.
    """
    resources = list(resources)
    found: dict[str, ResourceState] = {}
    queue = [urn]
    while queue:
        current = queue.pop()
        for state in resources:
            tied = {key for key, urns in state.property_dependencies.items() if current in urns}
            goes_with = current in (state.options.deleted_with, *state.options.replace_with)
            if state.urn in found or state.urn == urn:
                continue
            if goes_with or tied & replaced_by(state):
                found[state.urn] = state
                queue.append(state.urn)
    return [state for wave in waves(found.values()) for state in wave]
