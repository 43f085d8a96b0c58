"""The part of a stack a run is about: ``up --target``, ``--target-dependents`` and ``--replace``.

A target is a URN, in which ``*`` and ``**`` stand for anything, or a resource's name. What is beside the
targets stays as it is; what would be new is not made.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from greenshift.engine import urn as urns
from greenshift.engine.program.goal import Goal
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.errors import EngineError


@dataclass(frozen=True)
class Scope:
    """The part of a stack that a command is about, as a person says it."""

    targets: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    dependents: bool = False
    refresh: bool = False

    def targeting(self) -> Targets:
        """For one run of our own engine."""
        return Targets(self.targets, self.replace, dependents=self.dependents)


class Targets:
    """Thread-safe. Without a target, all are meant."""

    def __init__(
        self, targets: Iterable[str] = (), replace: Iterable[str] = (), *, dependents: bool = False
    ) -> None:
        self._replace = tuple(replace)
        self._targets = (*targets, *self._replace) if tuple(targets) else ()
        self._named = self._targets or self._replace
        self._dependents = dependents
        self._lock = threading.Lock()
        self._meant: set[str] = set()
        self._skipped: set[str] = set()

    def includes(self, goal: Goal, old: ResourceState | None) -> bool:
        if not self._targets or goal.type == urns.STACK_TYPE:
            return True
        with self._lock:
            needed = {goal.parent, *goal.dependencies, *(old.needs() if old is not None else ())}
            is_meant = self._matches(goal.urn) or (self._dependents and bool(needed & self._meant))
            if is_meant:
                self._meant.add(goal.urn)
            return is_meant

    def includes_urn(self, urn: str) -> bool:
        """Whether a resource that the program no longer mentions is to go."""
        return not self._targets or self._matches(urn)

    def replaces(self, urn: str) -> bool:
        return any(_means(pattern, urn) for pattern in self._replace)

    def skip(self, goal: Goal) -> None:
        with self._lock:
            self._skipped.add(goal.urn)

    def refuse_skipped(self, goal: Goal) -> None:
        """A target that needs what is not there and is no target cannot be made."""
        needed = {goal.parent, *goal.dependencies, goal.provider.rpartition("::")[0]}
        missing = sorted(needed & self._skipped)
        if missing:
            raise EngineError(
                f"{goal.name} ({goal.type}) needs {urns.name_of(missing[0])}, which does not exist",
                hint=f"add it to the targets: --target {missing[0]!r}",
            )

    def refuse_unmatched(self, urns_: Iterable[str]) -> None:
        """A target that means nothing is a mistake in its name."""
        everything = list(urns_)
        for pattern in self._named:
            if not any(_means(pattern, urn) for urn in everything):
                raise EngineError(
                    f"no resource is called {pattern!r}",
                    hint="the names are those of: greenshift state list",
                )

    def _matches(self, urn: str) -> bool:
        return any(_means(pattern, urn) for pattern in self._targets)


def _means(pattern: str, urn: str) -> bool:
    if not pattern.startswith("urn:") and "*" not in pattern:
        return urns.name_of(urn) == pattern
    parts = re.split(r"\*+", pattern)
    return re.fullmatch(".*".join(re.escape(part) for part in parts), urn) is not None
