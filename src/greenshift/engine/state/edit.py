"""Changes of the state alone, as ``pulumi state`` makes them: nothing is called, nothing else changes."""

from __future__ import annotations

import re
from dataclasses import replace

from greenshift.engine import urn as urns
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.journal import Journal
from greenshift.engine.state.snapshot import Snapshot, in_creation_order
from greenshift.engine.state.states import following
from greenshift.errors import EngineError

_NAME = re.compile(r"[^:]+(?::[^:]+)*")


def listed(snapshot: Snapshot) -> list[ResourceState]:
    """Every resource, what it needs before it; those that wait for their deletion last."""
    return [*in_creation_order(snapshot), *snapshot.condemned]


def found(snapshot: Snapshot, wanted: str) -> ResourceState:
    """The one resource with this URN or name."""
    if wanted in snapshot.resources:
        return snapshot.resources[wanted]
    named = [state for state in snapshot.resources.values() if state.name == wanted]
    if len(named) == 1:
        return named[0]
    if named:
        raise EngineError(
            f"{len(named)} resources are called {wanted!r}",
            hint=f"name one by its URN: {' or '.join(sorted(state.urn for state in named))}",
        )
    raise EngineError(
        f"no resource is called {wanted!r}", hint="the names are those of: greenshift state list"
    )


def delete(journal: Journal, wanted: str, *, force: bool = False, dependents: bool = False) -> list[str]:
    """Forget a resource (it stays where it is); refused when others need it, or it is protected."""
    snapshot = journal.snapshot
    state = found(snapshot, wanted)
    needing = [each for each in snapshot.resources.values() if state.urn in each.needs()]
    if needing and not dependents:
        raise EngineError(
            f"{needing[0].name} ({needing[0].type}) needs {state.name}",
            hint="forget what needs it, too: --target-dependents",
        )
    doomed = _with_dependents(snapshot, state)
    for each in doomed:
        if each.protect and not force:
            raise EngineError(
                f"{each.name} ({each.type}) is protected",
                hint=f"greenshift state unprotect {each.name}, or --force",
            )
    for each in doomed:
        journal.remove(each)
    return [each.urn for each in doomed]


def _with_dependents(snapshot: Snapshot, state: ResourceState) -> list[ResourceState]:
    """What needs it goes before it."""
    gone = {state.urn}
    for each in in_creation_order(snapshot):
        if each.needs() & gone:
            gone.add(each.urn)
    return [each for each in reversed(in_creation_order(snapshot)) if each.urn in gone]


def rename(journal: Journal, wanted: str, name: str) -> str:
    """Give a resource another name; what says it needs it follows."""
    snapshot = journal.snapshot
    state = found(snapshot, wanted)
    if "::" in name or not _NAME.fullmatch(name):
        raise EngineError(f"{name!r} is no name of a resource", hint="any text without '::'")
    renamed = f"{state.urn.rpartition('::')[0]}::{name}"
    if renamed in snapshot.resources:
        raise EngineError(f"there is a resource {name!r} of this type already", hint="choose another name")
    order = in_creation_order(snapshot)
    journal.put(replace(state, urn=renamed))
    for each in order:
        if each.urn != state.urn and state.urn in each.needs():
            journal.put(following(each, state.urn, renamed))
    journal.remove(state)
    return renamed


def unprotect(journal: Journal, wanted: str | None) -> list[str]:
    """Take the protection of one resource away, or (None) that of all."""
    snapshot = journal.snapshot
    states = list(snapshot.resources.values()) if wanted is None else [found(snapshot, wanted)]
    protected = [state for state in states if state.protect]
    for state in protected:
        journal.put(replace(state, protect=False))
    return [state.urn for state in protected]


def stack_of(snapshot: Snapshot) -> ResourceState | None:
    """The stack's own resource; None before the first ``up``."""
    return next((each for each in snapshot.resources.values() if each.type == urns.STACK_TYPE), None)


def default_provider_of(snapshot: Snapshot, package: str) -> ResourceState | None:
    """The provider that a package's resources have by themselves, once one had it."""
    type_ = f"pulumi:providers:{package}"
    states = [each for each in snapshot.resources.values() if each.type == type_]
    return next((each for each in states if each.name == "default" or each.name.startswith("default_")), None)
