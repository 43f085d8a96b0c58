"""One run over a stack: every registration of the program becomes a step, and each step reaches the state.

``register`` is called by the gRPC server for each
resource, several at once, in an order in which everything a resource needs came before it. A preview goes
the same way and stops short of acting.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from greenshift.engine import diff, order, urn
from greenshift.engine.checkpoint import ResourceState
from greenshift.engine.decide import Decision, decide, has_same_identity
from greenshift.engine.events import Step
from greenshift.engine.goal import Goal
from greenshift.engine.policies import NoPolicies, Policies
from greenshift.engine.provider import Found, NothingDone, Provider, TypeSpec
from greenshift.engine.recovery import known
from greenshift.engine.removal import Removal, is_provider, refuse_protected
from greenshift.engine.run import Run
from greenshift.engine.snapshot import Snapshot
from greenshift.engine.states import default_provider, next_state, previewed
from greenshift.engine.values import Properties, Value, has_unknown, plain_properties, secret_texts
from greenshift.errors import EngineError


@dataclass(frozen=True)
class Registered:
    """What the program is told about a resource."""

    urn: str
    id: str
    outputs: Properties


class Deployment:
    """Steps of one run. Thread-safe."""

    def __init__(
        self,
        run: Run,
        snapshot: Snapshot,
        provider: Provider,
        policies: Policies | None = None,
    ) -> None:
        self._run = run
        self._policies = policies or NoPolicies()
        self._snapshot = snapshot
        self._provider = provider
        self._removal = Removal(run, provider)
        self._lock = threading.RLock()
        self._seen: set[str] = set()
        self._lost: dict[str, ResourceState] = {}
        self._stack_outputs: Properties = {}

    @property
    def stack_outputs(self) -> Properties:
        return self._stack_outputs

    def register(self, goal: Goal) -> Registered:
        """Bring one resource to what the program wants of it."""
        self._run.stop.check()
        self._run.reporter.hide(secret_texts(goal.inputs))
        try:
            old = self._claim(goal)
            return self._register_custom(goal, old) if goal.custom else self._register_component(goal, old)
        except EngineError as error:
            if self._policies.goes_on_after(error):
                return Registered(goal.urn, "", goal.inputs)
            self._run.stop.set(error)
            raise

    def register_outputs(self, urn_: str, outputs: Properties) -> None:
        """A component's (or the stack's) outputs."""
        self._run.reporter.hide(secret_texts(outputs))
        with self._lock:
            state = self._snapshot.resources.get(urn_)
            if urn.type_of(urn_) == urn.STACK_TYPE:
                self._stack_outputs = outputs
                before = state.outputs if state is not None else {}
                changed = diff.changed_keys(before, outputs)
                if changed:
                    self._run.reporter.outputs_changed(changed)
            if state is not None and not self._run.dry_run and dict(state.outputs) != dict(outputs):
                self._run.record.put(replace(state, outputs=outputs))

    def delete_leftovers(self) -> None:
        """After the program ended: what it no longer mentions, and what was replaced."""
        unseen = [state for key, state in self._snapshot.resources.items() if key not in self._seen]
        self._removal.delete_all([*unseen, *self._snapshot.condemned])

    def _claim(self, goal: Goal) -> ResourceState | None:
        with self._lock:
            if goal.urn in self._seen:
                raise EngineError(
                    f"{goal.name} ({goal.type}) is declared twice",
                    hint="resources of one type and parent need two names",
                )
            self._seen.add(goal.urn)
            names = (goal.urn, *goal.aliases)
            known = [self._snapshot.resources.get(name) or self._lost.get(name) for name in names]
            found = next((state for state in known if state is not None), None)
            if found is not None and found.urn != goal.urn:
                self._rename(found, goal.urn)
                return replace(found, urn=goal.urn)
            return found

    def _rename(self, found: ResourceState, urn_: str) -> None:
        attempted = self._snapshot.updating.get(found.urn)
        if not self._run.dry_run:
            self._run.record.put(replace(found, urn=urn_))
            if attempted is not None:
                self._run.record.begin("updating", replace(attempted, urn=urn_))
            self._run.record.remove(found)
        self._seen.add(found.urn)

    def _register_component(self, goal: Goal, old: ResourceState | None) -> Registered:
        step = Step(goal.urn, goal.type, goal.name, "same" if old is not None else "create")
        outputs = old.outputs if old is not None else {}
        state = next_state(goal, goal.inputs, Found("", dict(outputs)), "")
        self._run.settle(step, state, old)
        return Registered(goal.urn, "", goal.inputs)

    def _register_custom(self, goal: Goal, old: ResourceState | None) -> Registered:
        try:
            spec = self._provider.spec(goal.type)
            inputs, decision = self._decided(goal, old, spec)
        except EngineError:
            self._policies.inspect(goal, goal.inputs)  # what we cannot make may still break a policy
            raise
        self._policies.inspect(goal, inputs)
        step = Step(goal.urn, goal.type, goal.name, decision.op, decision.changes)
        if decision.op in ("create", "replace"):
            self._make_room(goal, inputs, spec)
        if decision.op == "replace":
            self._prepare_replace(goal, old, decision)
        if self._run.dry_run:
            self._run.reporter.planned(step)
            return Registered(goal.urn, *previewed(decision, inputs, old, spec))
        state = self._act(goal, inputs, old, decision, step)
        return Registered(goal.urn, state.id, state.outputs)

    def _decided(
        self, goal: Goal, old: ResourceState | None, spec: TypeSpec
    ) -> tuple[dict[str, Value], Decision]:
        wanted = (
            dict(goal.inputs) if old is None else diff.ignored(old.inputs, goal.inputs, goal.ignore_changes)
        )
        inputs = self._provider.check(goal.type, goal.urn, wanted, old.inputs if old is not None else None)
        decision = decide(goal, inputs, self._certain(goal, inputs, old, spec), spec, goal.urn in self._lost)
        if decision.delete_first and goal.delete_before_replace is not True:
            # A generated name need not be kept: with a new one, both can exist for a moment.
            renamed = self._provider.check(goal.type, goal.urn, wanted, None)
            decision = decide(goal, renamed, old, spec)
            return renamed, decision
        return inputs, decision

    def _certain(
        self, goal: Goal, inputs: Properties, old: ResourceState | None, spec: TypeSpec
    ) -> ResourceState | None:
        """The old state with the inputs that are set for certain; an ignored property is nobody's to set."""
        attempted = self._snapshot.updating.get(goal.urn)
        if old is None or attempted is None:
            return old
        return replace(old, inputs=diff.ignored(inputs, known(old, attempted, spec), goal.ignore_changes))

    def _act(
        self, goal: Goal, inputs: Properties, old: ResourceState | None, decision: Decision, step: Step
    ) -> ResourceState:
        provider = self._provider_of(goal)
        if decision.op == "same" and old is not None:
            state = next_state(goal, inputs, Found(old.id, dict(old.outputs)), provider)
            self._run.settle(step, state, old if goal.urn not in self._snapshot.updating else None)
            return state
        _refuse_unknown(goal, inputs)
        with self._run.working(step):
            if decision.op == "update" and old is not None:
                found = self._update(goal, inputs, old)
            else:
                found = self._make(goal, inputs, old, decision, provider)
            state = next_state(goal, inputs, found, provider)
            self._run.record.put(state)
        return state

    def _make(
        self, goal: Goal, inputs: Properties, old: ResourceState | None, decision: Decision, provider: str
    ) -> Found:
        if old is not None and decision.delete_first:
            self._removal.remove(old)
        elif old is not None and goal.urn not in self._lost:
            self._run.record.put(replace(old, condemned=True))
            self._removal.replaced.add(goal.urn)
        begun = next_state(goal, inputs, Found("", {}), provider)
        self._run.record.begin("creating", begun)
        try:
            return self._provider.create(goal.type, plain_properties(inputs))
        except NothingDone:
            self._run.record.abandon("creating", begun)  # else the next run would adopt somebody else's
            raise

    def _update(self, goal: Goal, inputs: Properties, old: ResourceState) -> Found:
        certain = self._certain(goal, inputs, old, self._provider.spec(goal.type)) or old
        was_open = goal.urn in self._snapshot.updating
        attempted = replace(old, inputs=inputs)
        if not was_open:  # else more is unknown than this update could say
            self._run.record.begin("updating", attempted)
        try:
            return self._provider.update(
                goal.type,
                Found(old.id, dict(old.outputs)),
                plain_properties(certain.inputs),
                plain_properties(inputs),
            )
        except NothingDone:
            if not was_open:
                self._run.record.abandon("updating", attempted)
            raise

    def _make_room(self, goal: Goal, inputs: Properties, spec: TypeSpec) -> None:
        """What an interrupted run replaced and did not delete goes now, if the new one has its name again."""
        condemned = [state for state in self._snapshot.condemned if state.urn == goal.urn]
        for state in condemned:
            if has_same_identity(state.inputs, inputs, spec):
                self._lose_dependents(state)
                self._removal.make_way(state)

    def _prepare_replace(self, goal: Goal, old: ResourceState | None, decision: Decision) -> None:
        if old is None:
            return
        if old.protect and goal.urn not in self._lost:
            refuse_protected(old)
        if decision.delete_first:
            self._lose_dependents(old)

    def _lose_dependents(self, old: ResourceState) -> None:
        """What cannot outlive a resource is deleted before it, and made again when it is registered."""
        with self._lock:
            doomed = order.lost_with(old.urn, list(self._snapshot.resources.values()), self._replaced_by)
            for state in doomed:
                refuse_protected(state)
                self._lost[state.urn] = state
        for state in doomed:
            self._removal.make_way(state)

    def _replaced_by(self, state: ResourceState) -> frozenset[str]:
        return (
            self._provider.spec(state.type).replace
            if state.custom and not is_provider(state)
            else frozenset()
        )

    def _provider_of(self, goal: Goal) -> str:
        """The default provider of the type's package, in the state as Pulumi keeps it."""
        root = goal.urn.split("::", 2)
        with self._lock:
            state = default_provider(f"{root[0]}::{root[1]}", goal.type, goal.provider_version)
            known = self._snapshot.resources.get(state.urn)
            if known is None:
                self._run.record.put(state)
            self._seen.add(state.urn)
            return f"{state.urn}::{(known or state).id}"


def _refuse_unknown(goal: Goal, inputs: Properties) -> None:
    unknown = [key for key, value in inputs.items() if has_unknown(value)]
    if unknown:
        raise EngineError(
            f"{goal.name} ({goal.type}): {unknown[0]} has no value though everything it needs exists"
        )
