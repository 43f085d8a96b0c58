"""The state brought to what is there: outputs anew, and without what somebody deleted. No call writes.

A resource that is gone leaves the state, so that the next ``up`` makes it again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from greenshift.engine.events import Op, Step
from greenshift.engine.properties.diff import changed_keys
from greenshift.engine.properties.values import plain_properties
from greenshift.engine.provider import Found, InTheStateAlone
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.snapshot import Snapshot
from greenshift.engine.state.states import marked
from greenshift.engine.steps.providers import Providers, is_provider
from greenshift.engine.steps.run import WORKERS, Run
from greenshift.engine.steps.targets import Targets


def refresh(run: Run, snapshot: Snapshot, providers: Providers, targets: Targets) -> None:
    """Look at every resource, several at once."""
    looked_at = [
        state
        for state in snapshot.resources.values()
        if state.custom and not is_provider(state.type) and targets.includes_urn(state.urn)
    ]
    with ThreadPoolExecutor(WORKERS) as pool:
        gone = {
            state.urn for state in pool.map(lambda state: _look(run, providers, state), looked_at) if state
        }
    if gone and not run.dry_run:
        _forget(run, snapshot, gone)


def _look(run: Run, providers: Providers, state: ResourceState) -> ResourceState | None:
    """The state itself when the resource is gone."""
    run.stop.check()
    provider = providers.of_state(state)
    kept = {key: state.outputs[key] for key in provider.spec(state.type).told_once if key in state.outputs}
    try:
        found = provider.read(state.type, state.id, plain_properties(state.inputs))
    except InTheStateAlone:
        found = Found(state.id, plain_properties(state.outputs))
    op: Op = "delete"
    now = state
    if found is not None:
        seen = marked({**kept, **found.outputs}, state.inputs, state.additional_secret_outputs)
        op = "update" if changed_keys(state.outputs, seen) else "same"
        now = replace(state, outputs=seen)
    if op == "update" and not run.dry_run:
        run.record.put(now)
    run.report(Step(state.urn, state.type, state.name, op))
    return state if found is None else None


def _forget(run: Run, snapshot: Snapshot, gone: set[str]) -> None:
    """Out of the state, and out of what others say they need."""
    for state in [snapshot.resources[urn] for urn in sorted(gone)]:
        run.record.remove(state)
    for state in list(snapshot.resources.values()):
        if state.needs() & gone:
            run.record.put(without(state, gone))


def without(state: ResourceState, gone: set[str]) -> ResourceState:
    """The state of a resource that no longer needs these."""
    options = state.options
    return replace(
        state,
        dependencies=tuple(urn for urn in state.dependencies if urn not in gone),
        property_dependencies={
            key: left
            for key, urns in state.property_dependencies.items()
            if (left := tuple(urn for urn in urns if urn not in gone))
        },
        options=replace(
            options,
            deleted_with="" if options.deleted_with in gone else options.deleted_with,
            replace_with=tuple(urn for urn in options.replace_with if urn not in gone),
        ),
    )
