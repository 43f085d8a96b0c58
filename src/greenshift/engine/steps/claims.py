"""Which resource of the state a registration goes on with: the one of its URN, or of one of its aliases."""

from __future__ import annotations

import threading
from dataclasses import replace

from greenshift.engine.program.goal import Goal
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.snapshot import Snapshot
from greenshift.engine.state.states import following
from greenshift.engine.steps import aliases
from greenshift.engine.steps.replacements import Replacements
from greenshift.engine.steps.run import Run
from greenshift.errors import EngineError


class Claims:
    """Thread-safe. ``seen`` are the URNs that are somebody's in this run, old names of renamed ones too."""

    def __init__(self, run: Run, snapshot: Snapshot, replacements: Replacements) -> None:
        self._run = run
        self._snapshot = snapshot
        self._replacements = replacements
        self._lock = threading.RLock()
        self._found_under: dict[str, str] = {}
        self.seen: set[str] = set()

    def claim(self, goal: Goal) -> ResourceState | None:
        """What the state has of it, under its new name if it got one; none may claim it again."""
        with self._lock:
            if goal.urn in self.seen:
                raise EngineError(
                    f"{goal.name} ({goal.type}) is declared twice",
                    hint="resources of one type and parent need two names, and an alias is of one resource",
                )
            self.seen.add(goal.urn)
            names = (goal.urn, *aliases.candidates(goal, self._found_under))
            lost = self._replacements.lost
            states = [self._snapshot.resources.get(name) or lost.get(name) for name in names]
            found = next((state for state in states if state is not None), None)
            if found is None or found.urn == goal.urn:
                return found
            if found.urn in self.seen:
                raise EngineError(
                    f"{goal.name} ({goal.type}) has the alias {found.urn}, which is another resource",
                    hint="take the alias away, or the other resource",
                )
            self._found_under[goal.urn] = found.urn
            self._rename(found, goal.urn)
            return replace(found, urn=goal.urn)

    def _rename(self, found: ResourceState, urn: str) -> None:
        self._run.change()
        attempted = self._snapshot.updating.get(found.urn)
        if not self._run.dry_run:
            self._run.record.put(replace(found, urn=urn))
            if attempted is not None:
                self._run.record.begin("updating", replace(attempted, urn=urn))
            self._follow(found.urn, urn)
            self._run.record.remove(found)
        self.seen.add(found.urn)

    def _follow(self, before: str, after: str) -> None:
        """What needs a renamed resource needs it by its new name, also when the run ends before its turn."""
        everything = [*self._snapshot.resources.values(), *self._snapshot.condemned]
        for state in everything:
            if before not in state.needs() or (state.urn in self.seen and not state.condemned):
                continue
            attempted = self._snapshot.updating.get(state.urn) if not state.condemned else None
            self._run.record.put(following(state, before, after))
            if attempted is not None:
                self._run.record.begin("updating", following(attempted, before, after))
