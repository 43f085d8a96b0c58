"""What a state says: the resources that exist, and the calls of which nobody knows how they ended.

A call is written down before it is made. A run that was killed leaves it open: ``creating``, ``deleting`` and
``updating`` hold those, and ``recovery`` asks the provider what became of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from greenshift.engine.state.checkpoint import ResourceState

Operation = Literal["creating", "updating", "deleting"]


@dataclass
class Snapshot:
    """What exists (in an order in which it could be created) and what was being done.

    ``updating`` has, for each URN, the inputs that were being set; the resource itself stands in
    ``resources`` with those it had before.
    """

    resources: dict[str, ResourceState] = field(default_factory=dict)
    condemned: list[ResourceState] = field(default_factory=list)
    creating: dict[str, ResourceState] = field(default_factory=dict)
    updating: dict[str, ResourceState] = field(default_factory=dict)
    deleting: dict[tuple[str, str], ResourceState] = field(default_factory=dict)

    def put(self, state: ResourceState) -> None:
        self.creating.pop(state.urn, None)
        self.deleting.pop((state.urn, state.id), None)
        live = self.resources.get(state.urn)
        if state.condemned:
            self._forget_condemned(state.urn, state.id)
            self.condemned.append(state)
            if live is not None and live.id == state.id:
                del self.resources[state.urn]  # it is the same resource: no longer the one under this name
        else:
            self.resources[state.urn] = state
        self.updating.pop(state.urn, None)

    def remove(self, urn: str, id_: str, condemned: bool) -> None:
        self.deleting.pop((urn, id_), None)
        if condemned:
            self._forget_condemned(urn, id_)
        else:
            self.resources.pop(urn, None)
            self.updating.pop(urn, None)

    def begin(self, operation: Operation, state: ResourceState) -> None:
        if operation == "creating":
            self.creating[state.urn] = state
        elif operation == "updating":
            self.updating[state.urn] = state
        else:
            self.deleting[state.urn, state.id] = state

    def abandon(self, operation: Operation, urn: str, id_: str) -> None:
        if operation == "creating":
            self.creating.pop(urn, None)
        elif operation == "updating":
            self.updating.pop(urn, None)
        else:
            self.deleting.pop((urn, id_), None)

    @property
    def operations(self) -> list[tuple[Operation, ResourceState]]:
        open_: Mapping[Operation, list[ResourceState]] = {
            "creating": list(self.creating.values()),
            "updating": list(self.updating.values()),
            "deleting": list(self.deleting.values()),
        }
        return [(operation, state) for operation, states in open_.items() for state in states]

    def _forget_condemned(self, urn: str, id_: str) -> None:
        self.condemned = [state for state in self.condemned if (state.urn, state.id) != (urn, id_)]


def in_creation_order(snapshot: Snapshot) -> list[ResourceState]:
    """Pulumi refuses a checkpoint in which a resource comes before one it needs."""
    done: dict[str, ResourceState] = {}

    def visit(state: ResourceState) -> None:
        stack = [(state, iter(sorted(state.needs())))]
        entered = {state.urn}
        while stack:
            current, needs = stack[-1]
            following = next((urn for urn in needs if urn in snapshot.resources), None)
            if following is None:
                done.setdefault(current.urn, current)
                stack.pop()
            elif following not in done and following not in entered:
                entered.add(following)
                stack.append(
                    (snapshot.resources[following], iter(sorted(snapshot.resources[following].needs())))
                )

    for state in snapshot.resources.values():
        if state.urn not in done:
            visit(state)
    return list(done.values())
