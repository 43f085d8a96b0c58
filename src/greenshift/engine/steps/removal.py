"""Deleting: leftovers of a run, everything in a destroy, and what must make way for a replacement."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

from greenshift.engine.events import Step
from greenshift.engine.properties.values import plain_properties
from greenshift.engine.provider import Found, NothingDone
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.steps import order
from greenshift.engine.steps.hooks import Hooks
from greenshift.engine.steps.providers import Providers, is_provider
from greenshift.engine.steps.run import WORKERS, Run
from greenshift.engine.steps.stop import interrupted
from greenshift.errors import EngineError


class Removal:
    """The deleting half of a run."""

    def __init__(self, run: Run, providers: Providers, hooks: Hooks) -> None:
        self._run = run
        self._providers = providers
        self._hooks = hooks
        self._doomed: set[str] = set()  # URNs deleted in this run: what is deleted with them needs no call
        self.replaced: set[str] = (
            set()
        )  # URNs replaced in this run: deleting the old one is no step of its own
        self._foreseen: list[ResourceState] = []
        self._kept: set[str] = set()

    def delete_all(self, states: list[ResourceState]) -> None:
        """Delete the given resources, each before what it needs; none at all if one is protected."""
        for state in states:
            refuse_protected(state)
        self.doom(states)
        for wave in order.waves([*states, *self._foreseen]):
            self._delete_wave(wave)

    def foresee(self, state: ResourceState) -> None:
        """In a preview: an `up` would delete this at its end, as another stands in its place."""
        if self._run.dry_run and state.custom and not is_provider(state.type):
            self._foreseen.append(replace(state, condemned=True))
            self.replaced.add(state.urn)

    def doom(self, states: Iterable[ResourceState]) -> None:
        """These are about to be deleted."""
        self._doomed.update(state.urn for state in states)

    def make_way(self, state: ResourceState) -> None:
        """Delete what cannot outlive a resource that is about to be replaced."""
        if self._run.dry_run:
            self.remove(state)
            return
        with self._run.working(_deletion(state), counted=False):
            self.remove(state)

    def remove(self, state: ResourceState) -> None:
        """Delete one between its hooks; a preview has the hooks alone."""

        def act() -> None:
            if not self._run.dry_run:
                self._remove(state)

        self._hooks.around(_deletion(state), state.options.hooks, state, None, act, lambda _: None)

    def _remove(self, state: ResourceState) -> None:
        if state.retain_on_delete:
            self._keep(state)
        elif state.options.deleted_with not in self._doomed:
            self._delete_call(state)
        self._run.record.remove(state)

    def _delete_call(self, state: ResourceState) -> None:
        self._run.record.begin("deleting", state)
        inputs = plain_properties(state.inputs)
        try:
            found = Found(state.id, plain_properties(state.outputs))
            self._providers.of_state(state).delete(state.type, found, inputs)
        except NothingDone:
            self._run.record.abandon("deleting", state)
            raise

    def _keep(self, state: ResourceState) -> None:
        """It is no longer ours but exists: said once of a bucket, whose settings all have its name as id."""
        if state.id not in self._kept:
            self._kept.add(state.id)
            self._run.reporter.says(
                "warning", f"{state.id} is kept with everything in it: it was deployed to outlive its stack"
            )

    def _delete_wave(self, states: list[ResourceState]) -> None:
        """Delete all, wait for all, then raise the first failure: none is abandoned half-way."""
        with ThreadPoolExecutor(WORKERS) as pool:
            running = [pool.submit(self._delete, state) for state in states]
            try:
                wait(running)
            except KeyboardInterrupt:
                self._run.stop.set(interrupted())  # the rest is refused, so leaving the block is quick
                raise
        for future in running:
            future.result()

    def _delete(self, state: ResourceState) -> None:
        is_second_half = state.condemned and state.urn in self.replaced
        if not state.custom or is_provider(state.type) or state.external:
            self._forget(state)
        elif self._run.dry_run:
            self.remove(state)
            if not is_second_half:
                self._run.report(_deletion(state))
        else:
            with self._run.working(_deletion(state), counted=not is_second_half):
                self.remove(state)

    def _forget(self, state: ResourceState) -> None:
        """What exists only in the state: components, what was only read, and providers.

        Of a default provider nobody is told.
        """
        self._run.stop.check()
        self._run.change()
        if not self._run.dry_run:
            self._run.record.remove(state)
        is_second_half = state.condemned and state.urn in self.replaced
        if not is_default(state) and not is_second_half:
            self._run.report(_deletion(state))


def is_default(state: ResourceState) -> bool:
    """A provider that Pulumi registers by itself, of whose steps it does not tell either."""
    return is_provider(state.type) and (state.name == "default" or state.name.startswith("default_"))


def refuse_protected(state: ResourceState) -> None:
    if state.protect:
        raise EngineError(
            f"{state.name} ({state.type}) is protected and would be deleted",
            hint="remove protect=True from it and run `up` first; nothing was deleted",
        )


def _deletion(state: ResourceState) -> Step:
    """What was only read is discarded: it goes from the state, and stays where it is."""
    return Step(state.urn, state.type, state.name, "discard" if state.external else "delete")
