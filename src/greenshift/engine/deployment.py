"""One run over a stack: every registration of the program becomes a step, and each step reaches the state.

``register`` and ``read`` are called by the gRPC server for each resource, several at once, in an order in
which everything a resource needs comes before it. A preview goes the same way and stops short of acting.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from greenshift.engine import aliases, diff, urn
from greenshift.engine.checkpoint import ResourceState
from greenshift.engine.decide import Decision, decide, has_same_identity, is_triggered
from greenshift.engine.events import Step
from greenshift.engine.goal import Goal
from greenshift.engine.hooks import Hooks
from greenshift.engine.policies import NoPolicies, Policies
from greenshift.engine.provider import Found, NothingDone, Provider, TypeSpec
from greenshift.engine.provider_resources import ProviderResources
from greenshift.engine.providers import Providers, is_provider
from greenshift.engine.reading import Reading
from greenshift.engine.recovery import known
from greenshift.engine.removal import Removal, refuse_protected
from greenshift.engine.replacements import Replacements
from greenshift.engine.run import Run
from greenshift.engine.snapshot import Snapshot
from greenshift.engine.states import next_state, previewed
from greenshift.engine.targets import Targets
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
        providers: Providers,
        hooks: Hooks,
        policies: Policies | None = None,
        targets: Targets | None = None,
    ) -> None:
        self._run = run
        self._policies = policies or NoPolicies()
        self._snapshot = snapshot
        self._providers = providers
        self._hooks = hooks
        self._targets = targets or Targets()
        self._removal = Removal(run, providers, hooks)
        self._provider_resources = ProviderResources(run, snapshot, providers, self._removal)
        self._replacements = Replacements(snapshot, providers, self._removal)
        self._reading = Reading(run, providers)
        self._lock = threading.RLock()
        self._seen: set[str] = set()
        self._found_under: dict[str, str] = {}
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
            if not self._targets.includes(goal, old):
                return self._untouched(goal, old)
            if is_provider(goal.type):
                return self._register_provider(goal, old)
            return self._register_custom(goal, old) if goal.custom else self._register_component(goal, old)
        except EngineError as error:
            if self._policies.goes_on_after(error):
                return Registered(goal.urn, "", goal.inputs)
            self._run.stop.set(error)
            raise

    def read(self, goal: Goal, id_: str) -> Registered:
        """A resource that somebody else made: looked at, kept in the state as external, never changed."""
        self._run.stop.check()
        try:
            old = self._claim(goal)
            reference = self._provider_of(goal)
            if old is not None and not old.external and old.id != id_ and not self._run.dry_run:
                self._run.record.put(replace(old, condemned=True))
            state = self._reading.read(goal, id_, old, reference)
            return Registered(goal.urn, state.id, state.outputs)
        except EngineError as error:
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
            if state is None or dict(state.outputs) != dict(outputs):
                self._run.change()
                if state is not None and not self._run.dry_run:
                    self._run.record.put(replace(state, outputs=outputs))

    def refuse_unknown_targets(self) -> None:
        """A target that is neither in the program nor in the state is a mistake."""
        self._targets.refuse_unmatched([*self._seen, *self._snapshot.resources])

    def delete_leftovers(self) -> None:
        """After the program ended: what it no longer mentions, and what was replaced."""
        seen = self._seen | self._provider_resources.seen
        unseen = [state for key, state in self._snapshot.resources.items() if key not in seen]
        leftovers = [*unseen, *self._snapshot.condemned]
        self._removal.delete_all([state for state in leftovers if self._targets.includes_urn(state.urn)])

    def _claim(self, goal: Goal) -> ResourceState | None:
        with self._lock:
            if goal.urn in self._seen:
                raise EngineError(
                    f"{goal.name} ({goal.type}) is declared twice",
                    hint="resources of one type and parent need two names, and an alias is of one resource",
                )
            self._seen.add(goal.urn)
            names = (goal.urn, *aliases.candidates(goal, self._found_under))
            lost = self._replacements.lost
            states = [self._snapshot.resources.get(name) or lost.get(name) for name in names]
            found = next((state for state in states if state is not None), None)
            if found is None or found.urn == goal.urn:
                return found
            if found.urn in self._seen:
                raise EngineError(
                    f"{goal.name} ({goal.type}) has the alias {found.urn}, which is another resource",
                    hint="take the alias away, or the other resource",
                )
            self._found_under[goal.urn] = found.urn
            self._rename(found, goal.urn)
            return replace(found, urn=goal.urn)

    def _rename(self, found: ResourceState, urn_: str) -> None:
        self._run.change()
        attempted = self._snapshot.updating.get(found.urn)
        if not self._run.dry_run:
            self._run.record.put(replace(found, urn=urn_))
            if attempted is not None:
                self._run.record.begin("updating", replace(attempted, urn=urn_))
            self._run.record.remove(found)
        self._seen.add(found.urn)

    def _untouched(self, goal: Goal, old: ResourceState | None) -> Registered:
        """Beside the targets: as it was, or not made."""
        if old is None:
            self._targets.skip(goal)
            return Registered(goal.urn, "", goal.inputs)
        self._provider_resources.keep(old.provider)
        self._run.report(Step(goal.urn, goal.type, goal.name, "same"))
        return Registered(goal.urn, old.id, old.outputs)

    def _register_component(self, goal: Goal, old: ResourceState | None) -> Registered:
        step = Step(goal.urn, goal.type, goal.name, "same" if old is not None else "create")
        outputs = old.outputs if old is not None else {}
        state = next_state(goal, goal.inputs, Found("", dict(outputs)), "")
        self._hooks.around(
            step, goal.options.hooks, old, state, lambda: self._run.settle(step, state, old), lambda _: state
        )
        return Registered(goal.urn, "", goal.inputs)

    def _register_provider(self, goal: Goal, old: ResourceState | None) -> Registered:
        state, is_new = self._provider_resources.register(goal, old)
        if is_new:
            self._replacements.note(goal.urn)
        return Registered(goal.urn, state.id, state.outputs)

    def _register_custom(self, goal: Goal, old: ResourceState | None) -> Registered:
        reference = self._provider_of(goal)
        provider = self._providers.of(reference)
        try:
            spec = provider.spec(goal.type)
            if _is_import(goal, old):
                return self._import(goal, old, reference)
            old = None if old is not None and old.external else old  # what was only read is nobody's
            inputs, decision = self._decided(goal, old, spec, provider)
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
            return self._planned(goal, inputs, old, decision, step, spec, reference)
        state = self._act(goal, inputs, old, decision, step, reference)
        return Registered(goal.urn, state.id, state.outputs)

    def _import(self, goal: Goal, old: ResourceState | None, reference: str) -> Registered:
        """Take over what exists; what stood under this name before is deleted at the end."""
        state = self._reading.adopt(goal, reference)
        self._policies.inspect(goal, state.inputs)
        if old is not None and not old.external and not self._run.dry_run:
            self._run.record.put(replace(old, condemned=True))
        self._reading.adopted(state)
        return Registered(goal.urn, state.id, state.outputs)

    def _planned(
        self,
        goal: Goal,
        inputs: Properties,
        old: ResourceState | None,
        decision: Decision,
        step: Step,
        spec: TypeSpec,
        reference: str,
    ) -> Registered:
        id_, outputs = previewed(decision, inputs, old, spec)
        state = next_state(goal, inputs, Found(id_, outputs), reference)
        if state != old or goal.urn in self._snapshot.updating:
            self._run.change()
        plan = self._run.reporter.planned
        self._hooks.around(step, goal.options.hooks, old, state, lambda: plan(step), lambda _: state)
        return Registered(goal.urn, id_, outputs)

    def _decided(
        self, goal: Goal, old: ResourceState | None, spec: TypeSpec, provider: Provider
    ) -> tuple[dict[str, Value], Decision]:
        ignored = goal.options.ignore_changes
        wanted = dict(goal.inputs) if old is None else diff.ignored(old.inputs, goal.inputs, ignored)
        inputs = provider.check(goal.type, goal.urn, wanted, old.inputs if old is not None else None)
        lost = goal.urn in self._replacements.lost
        forced = old is not None and self._is_forced(goal, old)
        decision = decide(goal, inputs, self._certain(goal, inputs, old, spec), spec, lost, forced)
        if decision.delete_first and goal.delete_before_replace is not True:
            # A generated name need not be kept: with a new one, both can exist for a moment.
            renamed = provider.check(goal.type, goal.urn, wanted, None)
            return renamed, decide(goal, renamed, old, spec, forced=forced)
        return inputs, decision

    def _is_forced(self, goal: Goal, old: ResourceState) -> bool:
        return (
            self._targets.replaces(goal.urn)
            or self._replacements.forces(goal)
            or is_triggered(goal, old)
            or self._replacements.has_another_provider(goal, old)
        )

    def _certain(
        self, goal: Goal, inputs: Properties, old: ResourceState | None, spec: TypeSpec
    ) -> ResourceState | None:
        """The old state with the inputs that are set for certain; an ignored property is nobody's to set."""
        attempted = self._snapshot.updating.get(goal.urn)
        if old is None or attempted is None:
            return old
        certain = known(old, attempted, spec)
        return replace(old, inputs=diff.ignored(inputs, certain, goal.options.ignore_changes))

    def _act(
        self,
        goal: Goal,
        inputs: Properties,
        old: ResourceState | None,
        decision: Decision,
        step: Step,
        reference: str,
    ) -> ResourceState:
        if decision.op == "same" and old is not None:
            state = next_state(goal, inputs, Found(old.id, dict(old.outputs)), reference)
            self._run.settle(step, state, old if goal.urn not in self._snapshot.updating else None)
            return state
        _refuse_unknown(goal, inputs)
        self._targets.refuse_skipped(goal)
        wanted = next_state(goal, inputs, Found("", {}), reference)

        def act() -> ResourceState:
            if decision.op == "update" and old is not None:
                found = self._update(goal, inputs, old)
            else:
                found = self._make(goal, inputs, old, decision, wanted)
            state = next_state(goal, inputs, found, reference)
            self._run.record.put(state)
            return state

        with self._run.working(step):
            return self._hooks.around(step, goal.options.hooks, old, wanted, act, lambda state: state)

    def _make(
        self,
        goal: Goal,
        inputs: Properties,
        old: ResourceState | None,
        decision: Decision,
        begun: ResourceState,
    ) -> Found:
        is_there = old is not None and self._snapshot.resources.get(goal.urn) is not None
        if old is not None and is_there and decision.delete_first:
            self._removal.remove(old)
        elif old is not None and is_there:
            self._run.record.put(replace(old, condemned=True))
            self._removal.replaced.add(goal.urn)
        self._run.record.begin("creating", begun)
        try:
            return self._providers.of(begun.provider).create(goal.type, plain_properties(inputs))
        except NothingDone:
            self._run.record.abandon("creating", begun)  # else the next run would adopt somebody else's
            raise

    def _update(self, goal: Goal, inputs: Properties, old: ResourceState) -> Found:
        provider = self._providers.of(self._provider_of(goal))
        certain = self._certain(goal, inputs, old, provider.spec(goal.type)) or old
        was_open = goal.urn in self._snapshot.updating
        attempted = replace(old, inputs=inputs)
        if not was_open:  # else more is unknown than this update could say
            self._run.record.begin("updating", attempted)
        before = Found(old.id, dict(old.outputs))
        try:
            return provider.update(
                goal.type, before, plain_properties(certain.inputs), plain_properties(inputs)
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
                self._replacements.lose_dependents(state)
                self._removal.make_way(state)

    def _prepare_replace(self, goal: Goal, old: ResourceState | None, decision: Decision) -> None:
        if old is None:
            return
        if old.protect and goal.protect and goal.urn not in self._replacements.lost:
            refuse_protected(old)
        self._replacements.note(goal.urn)
        if decision.delete_first:
            self._replacements.lose_dependents(old)

    def _provider_of(self, goal: Goal) -> str:
        return goal.provider or self._provider_resources.default(goal)


def _is_import(goal: Goal, old: ResourceState | None) -> bool:
    wanted = goal.options.import_id
    return bool(wanted) and (old is None or old.external or wanted not in (old.id, old.options.import_id))


def _refuse_unknown(goal: Goal, inputs: Mapping[str, Value]) -> None:
    unknown = [key for key, value in inputs.items() if has_unknown(value)]
    if unknown:
        raise EngineError(
            f"{goal.name} ({goal.type}): {unknown[0]} has no value though everything it needs exists"
        )
