"""What is replaced in a run, and what that means for others: those that cannot outlive it, or go with it."""

from __future__ import annotations

import threading

from greenshift.engine.program.goal import Goal
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.snapshot import Snapshot
from greenshift.engine.steps import order
from greenshift.engine.steps.providers import Providers, is_provider
from greenshift.engine.steps.removal import Removal, refuse_protected


class Replacements:
    """Thread-safe. ``lost`` are the resources that went before one they cannot outlive, by URN."""

    def __init__(self, snapshot: Snapshot, providers: Providers, removal: Removal) -> None:
        self._snapshot = snapshot
        self._providers = providers
        self._removal = removal
        self._lock = threading.RLock()
        self._replaced: set[str] = set()
        self.lost: dict[str, ResourceState] = {}

    def note(self, urn: str) -> None:
        """A resource is being replaced."""
        with self._lock:
            self._replaced.add(urn)

    def forces(self, goal: Goal) -> bool:
        """Whether a resource goes with one that was replaced: ``replace_with``, ``deleted_with``."""
        with self._lock:
            return bool({goal.options.deleted_with, *goal.options.replace_with} & self._replaced)

    def lose_dependents(self, old: ResourceState) -> None:
        """What cannot outlive a resource is deleted before it, and made again when it is registered."""
        with self._lock:
            doomed = order.lost_with(old.urn, list(self._snapshot.resources.values()), self._replaced_by)
            for state in doomed:
                refuse_protected(state)
                self.lost[state.urn] = state
        self._removal.doom([old, *doomed])
        for state in doomed:
            self._removal.make_way(state)

    def _replaced_by(self, state: ResourceState) -> frozenset[str]:
        if not state.custom or state.external or is_provider(state.type):
            return frozenset()
        return self._providers.of_state(state).spec(state.type).replace
