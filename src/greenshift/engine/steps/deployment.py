"""One run over a stack: every registration of the program becomes a step, and each step reaches the state.

``register`` and ``read`` are called by the gRPC server for each resource, several at once, in an order in
which everything a resource needs comes before it. A preview goes the same way and stops short of acting.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from greenshift.engine import urn
from greenshift.engine.events import Step
from greenshift.engine.policy.policies import NoPolicies, Policies
from greenshift.engine.program.goal import Goal
from greenshift.engine.properties import diff
from greenshift.engine.properties.values import Properties, Value, secret_texts
from greenshift.engine.provider import Found, Provider, TypeSpec
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.snapshot import Snapshot
from greenshift.engine.state.states import next_state
from greenshift.engine.steps.change import Change, Changes
from greenshift.engine.steps.claims import Claims
from greenshift.engine.steps.decide import Decision, decide, has_same_identity, is_triggered
from greenshift.engine.steps.hooks import Hooks
from greenshift.engine.steps.provider_resources import ProviderResources
from greenshift.engine.steps.providers import Providers, is_provider
from greenshift.engine.steps.reading import Reading
from greenshift.engine.steps.removal import Removal, refuse_protected
from greenshift.engine.steps.replacements import Replacements
from greenshift.engine.steps.run import Run
from greenshift.engine.steps.stand_ins import is_stand_in, left_out
from greenshift.engine.steps.targets import Targets
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
        self._changes = Changes(run, snapshot, providers, hooks, self._removal, self._replacements)
        self._claims = Claims(run, snapshot, self._replacements)
        self._reading = Reading(run, providers)
        self._lock = threading.RLock()
        self._stack_outputs: Properties = {}
        self._stand_ins: list[str] = []

    @property
    def stack_outputs(self) -> Properties:
        return self._stack_outputs

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """``name (type)`` of what the program has and the twin has not."""
        return tuple(sorted(self._stand_ins))

    def register(self, goal: Goal) -> Registered:
        """Bring one resource to what the program wants of it."""
        self._run.stop.check()
        self._run.reporter.hide(secret_texts(goal.inputs))
        try:
            old = self._claims.claim(goal)
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
            old = self._claims.claim(goal)
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
                self._policies.exported(outputs)
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
        self._targets.refuse_unmatched([*self._claims.seen, *self._snapshot.resources])

    def delete_leftovers(self) -> None:
        """After the program ended: what it no longer mentions, and what was replaced."""
        seen = self._claims.seen | self._provider_resources.seen
        unseen = [state for key, state in self._snapshot.resources.items() if key not in seen]
        leftovers = [*unseen, *self._snapshot.condemned]
        self._removal.delete_all([state for state in leftovers if self._targets.includes_urn(state.urn)])

    def _untouched(self, goal: Goal, old: ResourceState | None) -> Registered:
        """Beside the targets: as it was, or not made."""
        if old is None:
            self._targets.skip(goal)
            return Registered(goal.urn, "", goal.inputs)
        self._provider_resources.keep(old.provider)
        self._run.report(Step(goal.urn, goal.type, goal.name, "same"))
        return Registered(goal.urn, old.id, old.outputs)

    def _register_component(self, goal: Goal, old: ResourceState | None) -> Registered:
        if goal.type == urn.STACK_TYPE:
            self._policies.inspect(goal, goal.inputs)  # it stands for what the program exports
        step = Step(goal.urn, goal.type, goal.name, "same" if old is not None else "create")
        outputs = old.outputs if old is not None else {}
        state = next_state(goal, goal.inputs, Found("", dict(outputs)), "")
        self._hooks.around(
            step, goal.options.hooks, old, state, lambda: self._run.settle(step, state, old), lambda _: state
        )
        return Registered(goal.urn, "", goal.inputs)

    def _register_provider(self, goal: Goal, old: ResourceState | None) -> Registered:
        if goal.provider_version:
            goal = replace(goal, inputs={**goal.inputs, "version": goal.provider_version})
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
            if old is not None and is_stand_in(old) and not spec.is_stand_in:
                old = None  # from now on it is made for real
            moved = old is not None and self._providers.look_elsewhere(reference, old)
            inputs, decision = self._decided(goal, old, spec, provider, moved)
        except EngineError:
            self._policies.inspect(goal, goal.inputs)  # what we cannot make may still break a policy
            raise
        self._policies.inspect(goal, inputs)
        self._tell_of(goal, inputs, spec)
        change = Change(goal, inputs, old, decision, spec, reference)
        if decision.op in ("create", "replace"):
            self._make_room(goal, inputs, spec)
        if decision.op == "replace":
            self._prepare_replace(goal, old, decision)
        if self._run.dry_run:
            return Registered(goal.urn, *self._changes.plan(change))
        if decision.op != "same":
            self._targets.refuse_skipped(goal)
        state = self._changes.act(change)
        return Registered(goal.urn, state.id, state.outputs)

    def _tell_of(self, goal: Goal, inputs: Properties, spec: TypeSpec) -> None:
        """What of it the twin does not have."""
        for key in left_out(spec, inputs):
            self._run.reporter.says(
                "warning", f"{goal.name} ({goal.type}): the twin has no {key}; it is kept, without effect"
            )
        if spec.is_stand_in:
            with self._lock:
                self._stand_ins.append(f"{goal.name} ({goal.type})")

    def _import(self, goal: Goal, old: ResourceState | None, reference: str) -> Registered:
        """Take over what exists; what stood under this name before is deleted at the end."""
        state = self._reading.adopt(goal, reference)
        self._policies.inspect(goal, state.inputs)
        if old is not None and not old.external:
            self._changes.put_aside(old)
        self._reading.adopted(state)
        return Registered(goal.urn, state.id, state.outputs)

    def _decided(
        self, goal: Goal, old: ResourceState | None, spec: TypeSpec, provider: Provider, moved: bool
    ) -> tuple[dict[str, Value], Decision]:
        ignored = goal.options.ignore_changes
        wanted = dict(goal.inputs) if old is None else diff.ignored(old.inputs, goal.inputs, ignored)
        inputs = provider.check(goal.type, goal.urn, wanted, old.inputs if old is not None else None)
        lost = goal.urn in self._replacements.lost
        forced = old is not None and (moved or self._is_forced(goal, old))
        decision = decide(goal, inputs, self._changes.certain(goal, inputs, old, spec), spec, lost, forced)
        if decision.op != "replace":
            return inputs, decision
        # What is replaced is new, as for Pulumi [resource/deploy, step_generator.go]: it gets another
        # generated name, so that both can exist for a moment, and nothing of it is ignored.
        fresh = provider.check(goal.type, goal.urn, goal.inputs, None)
        return fresh, decide(goal, fresh, old, spec, lost, forced=True)

    def _is_forced(self, goal: Goal, old: ResourceState) -> bool:
        return self._targets.replaces(goal.urn) or self._replacements.forces(goal) or is_triggered(goal, old)

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
