"""Providers as resources of the state: the default ones, of which nobody is told, and the program's own."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace

from greenshift.engine import urn
from greenshift.engine.events import Op, Step
from greenshift.engine.program.goal import Goal
from greenshift.engine.properties import diff
from greenshift.engine.properties.values import Properties
from greenshift.engine.provider import Found
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.snapshot import Snapshot
from greenshift.engine.state.states import next_state
from greenshift.engine.steps.providers import Providers, is_replaced
from greenshift.engine.steps.removal import Removal
from greenshift.engine.steps.run import Run


class ProviderResources:
    """Thread-safe. ``seen`` are the default providers that this run uses."""

    def __init__(self, run: Run, snapshot: Snapshot, providers: Providers, removal: Removal) -> None:
        self._run = run
        self._removal = removal
        self._snapshot = snapshot
        self._providers = providers
        self._lock = threading.Lock()
        self.seen: set[str] = set()
        self._references: dict[str, str] = {}

    def register(self, goal: Goal, old: ResourceState | None) -> tuple[ResourceState, bool]:
        """A provider of the program; whether it is another one than before, so that nothing of it stays."""
        self._providers.register(goal.urn, goal.inputs)
        op: Op = "create"
        id_ = str(uuid.uuid4())
        if old is not None:
            changed = bool(diff.changed_keys(old.inputs, goal.inputs))
            op = "replace" if is_replaced(old.inputs, goal.inputs) else "update" if changed else "same"
            id_ = id_ if op == "replace" else old.id
        state = next_state(goal, goal.inputs, Found(id_, dict(goal.inputs)), "")
        changes = diff.changes(old.inputs if old is not None else {}, goal.inputs)
        step = Step(goal.urn, goal.type, goal.name, op, changes if op != "same" else ())
        if op == "replace" and old is not None:
            self._put_aside(old)
        self._run.settle(step, state, old if op == "same" else None)
        return state, op == "replace"

    def default(self, goal: Goal) -> str:
        """The default provider of the type's package, in the state as Pulumi keeps it: its ``URN::id``."""
        package = goal.type.split(":", 1)[0]
        version = goal.provider_version
        name = f"default_{version.replace('.', '_')}" if version else "default"
        provider = urn.make(
            urn.stack_of(goal.urn), urn.project_of(goal.urn), "", f"pulumi:providers:{package}", name
        )
        with self._lock:
            if provider not in self._references:
                self._references[provider] = self._kept(provider, package, version)
            return self._references[provider]

    def keep(self, reference: str) -> None:
        """A provider that a resource beside the targets needs."""
        with self._lock:
            self.seen.add(reference.rpartition("::")[0])

    def _kept(self, provider: str, package: str, version: str) -> str:
        inputs: Properties = self._providers.default_inputs(package, version)
        self._providers.register(provider, inputs)
        known = self._snapshot.resources.get(provider)
        is_another = known is None or is_replaced(known.inputs, inputs)
        state = ResourceState(
            urn=provider,
            type=f"pulumi:providers:{package}",
            custom=True,
            id=str(uuid.uuid4()) if known is None or is_another else known.id,
            inputs=inputs,
            outputs=dict(inputs),
        )
        if known is not None and is_another:
            self._put_aside(known)
        if known != state:
            self._run.change()
            if not self._run.dry_run:
                self._run.record.put(state)
        self.seen.add(provider)
        return f"{provider}::{state.id}"

    def _put_aside(self, old: ResourceState) -> None:
        """Another provider is in its place; it goes when nothing that it made is left."""
        if not self._run.dry_run:
            self._run.record.put(replace(old, condemned=True))
            self._removal.replaced.add(old.urn)
