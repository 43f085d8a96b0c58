"""Before a run begins: what became of the calls that an earlier run, killed in the middle, had begun.

creating   it is there, or it is not; what else of its inputs was set nobody knows
deleting   the same, the other way round
updating   it is there; which of the new inputs are set, nobody knows

What nobody knows is set again: ``known`` has the inputs a decision may take for granted.
"""

from __future__ import annotations

from dataclasses import replace

from greenshift.engine.properties.values import Properties, Value, plain, plain_properties
from greenshift.engine.provider import InTheStateAlone, Provider, TypeSpec
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.record import Record
from greenshift.engine.state.snapshot import Snapshot
from greenshift.engine.state.states import marked
from greenshift.engine.steps.providers import Providers


def recover(snapshot: Snapshot, record: Record, providers: Providers) -> None:
    """Ask the provider about every open call, and write down what is true now."""
    for begun in list(snapshot.creating.values()):
        _created(begun, snapshot, record, providers.of_state(begun))
    for begun in list(snapshot.deleting.values()):
        _deleted(begun, record, providers.of_state(begun))


def _created(begun: ResourceState, snapshot: Snapshot, record: Record, provider: Provider) -> None:
    found = provider.find(begun.type, plain_properties(begun.inputs))
    if found is None or begun.urn in snapshot.resources or _is_known(snapshot, begun, found.id, provider):
        record.abandon("creating", begun)
        return
    state = replace(begun, id=found.id, outputs=marked(found.outputs, begun.inputs, ()))
    record.recovered(state, _unset(state, provider))


def _is_known(snapshot: Snapshot, begun: ResourceState, id_: str, provider: Provider) -> bool:
    """Whether what was found is another resource of the state: some have nothing to tell them apart by.

    An id may be one among its parent's alone, as a permission's is; then what identifies it differs.
    """
    identity = provider.spec(begun.type).identity
    wanted = plain_properties(begun.inputs)
    same = (state for state in snapshot.resources.values() if (state.type, state.id) == (begun.type, id_))
    there = (plain_properties(state.inputs) for state in same)
    return any(all(inputs.get(key) == wanted.get(key) for key in identity) for inputs in there)


def _deleted(begun: ResourceState, record: Record, provider: Provider) -> None:
    if not _is_there(begun, provider):
        record.remove(begun)
        return
    if not begun.condemned:
        record.begin("updating", _unset(begun, provider))
    record.abandon("deleting", begun)


def _is_there(state: ResourceState, provider: Provider) -> bool:
    try:
        return provider.read(state.type, state.id, plain_properties(state.inputs)) is not None
    except InTheStateAlone:
        return True


def _unset(state: ResourceState, provider: Provider) -> ResourceState:
    """The same, with nothing set that can be changed."""
    changeable = provider.spec(state.type).update
    fixed = {key: value for key, value in state.inputs.items() if key not in changeable}
    return replace(state, inputs=fixed)


def known(old: ResourceState, attempted: ResourceState | None, spec: TypeSpec) -> Properties:
    """The inputs that are set for certain. Of tags, each key stays, so that an unwanted one is taken away."""
    if attempted is None:
        return old.inputs
    certain: dict[str, Value] = {
        key: value
        for key, value in old.inputs.items()
        if key not in spec.update or (key in attempted.inputs and _equal(value, attempted.inputs[key]))
    }
    tags = [plain(each.inputs.get("tags")) for each in (old, attempted)]
    names = {key for each in tags if isinstance(each, dict) for key in each}
    if "tags" not in certain and names:
        certain["tags"] = dict.fromkeys(sorted(names))
    return certain


def _equal(one: Value, other: Value) -> bool:
    return plain(one) == plain(other)
