"""One registration that was decided, and doing it: between its hooks, written down before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from greenshift.engine.events import Step
from greenshift.engine.program.goal import Goal
from greenshift.engine.properties import diff
from greenshift.engine.properties.values import Properties, Value, has_unknown, plain_properties
from greenshift.engine.provider import Found, NothingDone, TypeSpec
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.recovery import known
from greenshift.engine.state.snapshot import Snapshot
from greenshift.engine.state.states import next_state, previewed
from greenshift.engine.steps.decide import Decision
from greenshift.engine.steps.hooks import Hooks
from greenshift.engine.steps.promises import with_unknowns
from greenshift.engine.steps.providers import Providers
from greenshift.engine.steps.removal import Removal
from greenshift.engine.steps.replacements import Replacements
from greenshift.engine.steps.run import Run
from greenshift.errors import EngineError


@dataclass(frozen=True)
class Change:
    """What becomes of one resource: from ``old``, if there is one, to ``inputs``.

    ``provider`` is the reference of the provider that does it.
    """

    goal: Goal
    inputs: Properties
    old: ResourceState | None
    decision: Decision
    spec: TypeSpec
    provider: str

    @property
    def step(self) -> Step:
        goal, decision = self.goal, self.decision
        return Step(goal.urn, goal.type, goal.name, decision.op, decision.changes, self.spec.is_stand_in)

    def state(self, found: Found) -> ResourceState:
        """The resource as the state has it once it is ``found`` so."""
        return next_state(self.goal, self.inputs, found, self.provider)


class Changes:
    """Plans changes, or makes them. Thread-safe."""

    def __init__(
        self,
        run: Run,
        snapshot: Snapshot,
        providers: Providers,
        hooks: Hooks,
        removal: Removal,
        replacements: Replacements,
    ) -> None:
        self._run = run
        self._snapshot = snapshot
        self._providers = providers
        self._hooks = hooks
        self._removal = removal
        self._replacements = replacements

    def plan(self, change: Change) -> tuple[str, Properties]:
        """Tell of it; the id and outputs that the program goes on with."""
        id_, outputs = previewed(change.decision, change.inputs, change.old, change.spec)
        if self._run.foresees and change.decision.op in ("create", "replace"):
            id_, told = self._providers.of(change.provider).foresee(change.goal.type, change.inputs)
            outputs = {**told, **outputs}
        state = change.state(Found(id_, outputs))
        if state != change.old or change.goal.urn in self._snapshot.updating:
            self._run.change()
        if change.old is not None and self._is_replaced(change):
            (self._removal.remove if change.decision.delete_first else self._removal.foresee)(change.old)
        step, begun, hooks = change.step, replace(state, outputs={}), change.goal.options.hooks
        plan = self._run.reporter.planned

        def promised(_: None) -> ResourceState:
            known = None if change.decision.op in ("create", "replace") else change.old
            return replace(state, outputs=with_unknowns(change.spec, state.type, known, outputs))

        self._hooks.around(step, hooks, change.old, begun, lambda: plan(step), promised)
        return id_, outputs

    def act(self, change: Change) -> ResourceState:
        """Make it so; the resource as it is then."""
        old, urn = change.old, change.goal.urn
        if change.decision.op == "same" and old is not None:
            state = change.state(Found(old.id, dict(old.outputs)))
            self._run.settle(change.step, state, old if urn not in self._snapshot.updating else None)
            return state
        _refuse_unknown(change.goal, change.inputs)
        begun = change.state(Found("", {}))

        def act() -> ResourceState:
            if change.decision.op == "update" and old is not None:
                found = self._update(change, old)
            else:
                found = self._make(change, begun)
            state = change.state(found)
            self._run.record.put(state)
            return state

        step, hooks = change.step, change.goal.options.hooks
        with self._run.working(step):
            if old is not None and change.decision.delete_first and self._is_replaced(change):
                self._removal.remove(old)
            return self._hooks.around(step, hooks, old, begun, act, lambda state: state)

    def put_aside(self, old: ResourceState) -> None:
        """Another stands in its place; it goes at the end of the run, when nothing needs it any more."""
        if self._run.dry_run:
            self._removal.foresee(old)
        else:
            self._run.record.put(replace(old, condemned=True))

    def certain(
        self, goal: Goal, inputs: Properties, old: ResourceState | None, spec: TypeSpec
    ) -> ResourceState | None:
        """The old state with the inputs that are set for certain; an ignored property is nobody's to set."""
        attempted = self._snapshot.updating.get(goal.urn)
        if old is None or attempted is None:
            return old
        certain = known(old, attempted, spec)
        return replace(old, inputs=diff.ignored(inputs, certain, goal.options.ignore_changes))

    def _is_replaced(self, change: Change) -> bool:
        """Whether another takes its place, and it did not go before one it cannot outlive."""
        urn = change.goal.urn
        is_there = urn not in self._replacements.lost and urn in self._snapshot.resources
        return change.decision.op in ("create", "replace") and is_there

    def _make(self, change: Change, begun: ResourceState) -> Found:
        if change.old is not None and not change.decision.delete_first and self._is_replaced(change):
            self.put_aside(change.old)
            self._removal.replaced.add(begun.urn)
        self._run.record.begin("creating", begun)
        try:
            return self._providers.of(begun.provider).create(begun.type, plain_properties(change.inputs))
        except NothingDone:
            self._run.record.abandon("creating", begun)  # else the next run would adopt somebody else's
            raise

    def _update(self, change: Change, old: ResourceState) -> Found:
        certain = self.certain(change.goal, change.inputs, old, change.spec) or old
        was_open = old.urn in self._snapshot.updating
        attempted = replace(old, inputs=change.inputs)
        if not was_open:  # else more is unknown than this update could say
            self._run.record.begin("updating", attempted)
        before, after = plain_properties(certain.inputs), plain_properties(change.inputs)
        try:
            provider = self._providers.of(change.provider)
            return provider.update(old.type, Found(old.id, dict(old.outputs)), before, after)
        except NothingDone:
            if not was_open:
                self._run.record.abandon("updating", attempted)
            raise


def _refuse_unknown(goal: Goal, inputs: Mapping[str, Value]) -> None:
    unknown = [key for key, value in inputs.items() if has_unknown(value)]
    if unknown:
        raise EngineError(
            f"{goal.name} ({goal.type}): {unknown[0]} has no value though everything it needs exists"
        )
