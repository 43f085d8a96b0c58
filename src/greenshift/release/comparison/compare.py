"""The live version against the one about to be published: what to know before traffic moves. Pure.

Two comparisons: of what a version freezes, live against `$LATEST`; and of what acts on the live version from
outside, now against the day it was published.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.contract.text import listed
from greenshift.release.comparison.findings import HARM, Finding, Harm, Kind
from greenshift.release.comparison.permissions import reduced
from greenshift.release.comparison.snapshot import Snapshot

Found = Iterator[tuple[Kind, str]]
# Of a role's losses; each is a whole line of actions and resources.
_LOSSES = 3

_LOWER = (
    ("MemorySize", Kind.MEMORY_LOWERED, "memory", "MB"),
    ("Timeout", Kind.TIMEOUT_LOWERED, "time-out", "s"),
    ("EphemeralStorage", Kind.STORAGE_LOWERED, "ephemeral storage", "MB"),
)


@dataclass(frozen=True)
class Comparison:
    """One function before a release. ``live`` and ``latest`` are `Configuration.settings`."""

    key: str
    version: str  # the live one
    live: str
    latest: str
    now: Snapshot  # of the live version's role
    remembered: Snapshot | None  # of the same, when the version was published; absent when nobody knows
    is_gradual: bool  # whether traffic is split on its way


def compare(what: Comparison) -> tuple[Finding, ...]:
    live, latest = json.loads(what.live), json.loads(what.latest)
    found = [*_outside(what), *_frozen(live, latest)]
    return tuple(Finding(what.key, kind, text, _harm(kind, what.is_gradual)) for kind, text in found)


def _harm(kind: Kind, is_gradual: bool) -> Harm:
    harm = HARM.get(kind, Harm.NONE)
    return Harm.NONE if harm is Harm.SHIFT and not is_gradual else harm


def _outside(what: Comparison) -> Found:
    if what.now.is_gone:
        yield Kind.ROLE_GONE, f"the role {what.now.role} of version {what.version} does not exist"
    elif what.now.permissions is None:
        yield Kind.PERMISSIONS_UNREAD, f"the role {what.now.role} cannot be read"
    elif unread := what.now.permissions.unread:
        yield Kind.PERMISSIONS_UNREAD, f"the role {what.now.role} has {listed(unread)}, which cannot be read"
    if what.remembered is not None:
        yield from _permissions(what.remembered, what.now, what.version)
        yield from _concurrency(what.remembered.concurrency, what.now.concurrency, what.version)


def _permissions(old: Snapshot, new: Snapshot, version: str) -> Found:
    if old.permissions is None or new.permissions is None or old.role != new.role:
        return
    if lost := reduced(old.permissions, new.permissions):
        told = listed(lost, _LOSSES)
        yield Kind.PERMISSIONS_REDUCED, f"since version {version} was published its role lost {told}"


def _concurrency(old: int | None, new: int | None, version: str) -> Found:
    since = f"when version {version} was published"
    if new is None and old is not None:
        yield Kind.CONCURRENCY_RELEASED, f"no concurrency is reserved, {old} was {since}"
    elif new is not None and old is None:
        kind = Kind.CONCURRENCY_LIMITED if new else Kind.CONCURRENCY_LOWERED
        yield kind, f"concurrency is limited to {new}, nothing limited it {since}"
    elif new is not None and old is not None and new < old:
        yield Kind.CONCURRENCY_LOWERED, f"reserved concurrency is {new}, it was {old} {since}"


def _frozen(live: Mapping[str, Any], latest: Mapping[str, Any]) -> Found:
    if removed := sorted(set(live["Environment"]) - set(latest["Environment"])):
        yield Kind.VARIABLES_REMOVED, f"environment variables removed: {listed(removed, 10)}"
    if live["Role"] != latest["Role"]:
        yield Kind.ROLE_CHANGED, f"role {live['Role']} -> {latest['Role']}"
    if live["DeadLetterConfig"] != latest["DeadLetterConfig"]:
        yield Kind.DEAD_LETTER_CHANGED, f"dead-letter target {_target(live)} -> {_target(latest)}"
    if live["Runtime"] != latest["Runtime"]:
        yield Kind.RUNTIME_CHANGED, f"runtime {live['Runtime']} -> {latest['Runtime']}"
    if live["Architectures"] != latest["Architectures"]:
        yield Kind.ARCHITECTURE_CHANGED, f"architecture {_joined(live)} -> {_joined(latest)}"
    yield from _surroundings(live, latest)


def _surroundings(live: Mapping[str, Any], latest: Mapping[str, Any]) -> Found:
    if gone := sorted(_layers(live) - _layers(latest)):
        yield Kind.LAYERS_REMOVED, f"layers removed: {listed(gone)}"
    for member, kind, name, unit in _LOWER:
        if (latest[member] or 0) < (live[member] or 0):
            yield kind, f"{name} {live[member]} {unit} -> {latest[member]} {unit}"
    if live["Vpc"] != latest["Vpc"]:
        yield Kind.NETWORK_CHANGED, f"network {_network(live)} -> {_network(latest)}"
    if gone := sorted(_mounts(live) - _mounts(latest)):
        yield Kind.FILE_SYSTEM_REMOVED, f"file systems removed: {listed(gone)}"


def _layers(settings: Mapping[str, Any]) -> set[str]:
    """Layers without their versions: another version of a layer is a change, not a loss."""
    return {str(arn).rpartition(":")[0] for arn in settings["Layers"]}


def _mounts(settings: Mapping[str, Any]) -> set[str]:
    return {str(each.get("LocalMountPath")) for each in settings["FileSystemConfigs"] or []}


def _target(settings: Mapping[str, Any]) -> str:
    return (settings["DeadLetterConfig"] or {}).get("TargetArn") or "none"


def _joined(settings: Mapping[str, Any]) -> str:
    return ", ".join(settings["Architectures"] or ["x86_64"])


def _network(settings: Mapping[str, Any]) -> str:
    ids = [each for group in settings["Vpc"] for each in group]
    return ", ".join(ids) or "none"
