"""The state on disk: a Pulumi checkpoint, plus a journal of what happened since it was written.

``<name>.json``            the checkpoint, replaced atomically (temporary file, fsync, rename)
``<name>.json.journal``    one line per step since then, fsynced; folded into the checkpoint at the end
``<name>.json.lock``       see ``lock``
``<name>.json.bak``        the state of an earlier twin (another instance id)

Writing the whole checkpoint after each of 1,000 steps would cost seconds and grow with the square; a line
costs a millisecond. A reader always folds the journal in, so the state is right after a kill at any moment;
a last line cut in half is a step that did not happen.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from greenshift.engine import lock
from greenshift.engine.checkpoint import ResourceState, from_document, to_document
from greenshift.engine.passphrase import Passphrase
from greenshift.errors import EngineError

_VERSION = 3


@dataclass
class Snapshot:
    """What exists (in an order in which it could be created) and what was being created."""

    resources: dict[str, ResourceState] = field(default_factory=dict)
    condemned: list[ResourceState] = field(default_factory=list)
    pending: dict[str, ResourceState] = field(default_factory=dict)

    def put(self, state: ResourceState) -> None:
        self.pending.pop(state.urn, None)
        live = self.resources.get(state.urn)
        if state.condemned:
            self.condemned.append(state)
            if live is not None and live.id == state.id:
                del self.resources[state.urn]  # it is the same resource: no longer the one under this name
        else:
            self.resources[state.urn] = state

    def remove(self, urn: str, id_: str, condemned: bool) -> None:
        if condemned:
            self.condemned = [state for state in self.condemned if (state.urn, state.id) != (urn, id_)]
        else:
            self.resources.pop(urn, None)


class StateFile:
    """The state of one stack at one path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._journal = path.with_name(path.name + ".journal")

    def read(self, instance: str, passphrase: str) -> Snapshot:
        """The state now, without taking the lock; empty when it belongs to another twin."""
        return self._load(instance, passphrase)[0]

    @contextmanager
    def opened(self, instance: str, passphrase: str) -> Iterator[Journal]:
        """The state for writing: locked, and folded into one checkpoint when the block ends."""
        with lock.locked(self.path.with_name(self.path.name + ".lock")):
            self._set_aside_unless(instance)
            snapshot, seal = self._load(instance, passphrase)
            if self._journal.exists():
                self._compact(snapshot, instance, seal)
            journal = Journal(self._journal, snapshot, seal, instance)
            try:
                yield journal
            finally:
                journal.close()
                if journal.is_changed:
                    self._compact(snapshot, instance, seal)

    def _load(self, instance: str, passphrase: str) -> tuple[Snapshot, Passphrase]:
        document = self._checkpoint()
        lines = self._lines()
        if not self._belongs(document, lines, instance):
            return Snapshot(), Passphrase(passphrase)
        seal = Passphrase(passphrase, _salt(document, lines))
        snapshot = _parse(document, seal)
        for line in lines:
            _replay(snapshot, line, seal)
        return snapshot, seal

    @staticmethod
    def _belongs(document: dict[str, Any], lines: list[dict[str, Any]], instance: str) -> bool:
        owners = [document.get("greenshift", {}).get("instance")] if document else []
        owners += [line["instance"] for line in lines if "instance" in line]
        return bool(owners) and set(owners) == {instance}

    def _set_aside_unless(self, instance: str) -> None:
        document = self._checkpoint()
        if (document or self._journal.exists()) and not self._belongs(document, self._lines(), instance):
            if document:
                self.path.replace(self.path.with_name(self.path.name + ".bak"))
            self._journal.unlink(missing_ok=True)

    def _checkpoint(self) -> dict[str, Any]:
        if not self.path.exists():
            return {}
        try:
            document: dict[str, Any] = json.loads(self.path.read_text())
            if document["version"] != _VERSION:
                raise KeyError("version")
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise EngineError(
                f"{self.path} is not a Pulumi checkpoint (deployment v{_VERSION})",
                hint="move the file away to start afresh",
            ) from error
        return document

    def _lines(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        if self._journal.exists():
            for text in self._journal.read_text(errors="replace").splitlines():
                try:
                    found.append(json.loads(text))
                except json.JSONDecodeError:
                    break  # cut in half by a kill: that step, and nothing after it, was recorded
        return found

    def _compact(self, snapshot: Snapshot, instance: str, seal: Passphrase) -> None:
        document = _document(snapshot, instance, seal)
        temporary = self.path.with_name(self.path.name + ".tmp")
        with temporary.open("w") as file:
            os.fchmod(file.fileno(), 0o600)
            json.dump(document, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)
        _sync_folder(self.path.parent)
        self._journal.unlink(missing_ok=True)


class Journal:
    """Records steps, each durable before the call returns. Called from several threads."""

    def __init__(self, path: Path, snapshot: Snapshot, seal: Passphrase, instance: str) -> None:
        self.snapshot = snapshot
        self.is_changed = False
        self._path = path
        self._seal = seal
        self._instance = instance
        self._lock = threading.Lock()
        self._file: TextIO | None = None
        self._salted = False

    def put(self, state: ResourceState) -> None:
        self._write({"put": to_document(state, self._seal)}, lambda: self.snapshot.put(state))

    def remove(self, state: ResourceState) -> None:
        line = {"remove": state.urn, "id": state.id, "delete": state.condemned}
        self._write(line, lambda: self.snapshot.remove(state.urn, state.id, state.condemned))

    def begin(self, state: ResourceState) -> None:
        """About to create: kept as a pending operation until ``put`` or ``abandon``."""
        self._write(
            {"begin": to_document(state, self._seal)},
            lambda: self.snapshot.pending.__setitem__(state.urn, state),
        )

    def abandon(self, urn: str) -> None:
        """The create was refused: nothing of it exists."""
        self._write({"abandon": urn}, lambda: self.snapshot.pending.pop(urn, None))

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _write(self, line: dict[str, Any], apply: Any) -> None:
        with self._lock:
            if not self._salted and self._seal.state:
                line["salt"] = self._seal.state
                self._salted = True
            if self._file is None:
                line["instance"] = self._instance
                self._file = _create(self._path)
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            apply()
            self.is_changed = True


def _create(path: Path) -> TextIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    _sync_folder(path.parent)
    return os.fdopen(descriptor, "w")


def _sync_folder(folder: Path) -> None:
    """A rename or a new file is durable only once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _salt(document: dict[str, Any], lines: list[dict[str, Any]]) -> str:
    providers = document.get("deployment", {}).get("secrets_providers", {})
    salts = [providers.get("state", {}).get("salt", "")] + [line.get("salt", "") for line in lines]
    return next((salt for salt in reversed(salts) if salt), "")


def _parse(document: dict[str, Any], seal: Passphrase) -> Snapshot:
    snapshot = Snapshot()
    deployment = document.get("deployment", {})
    for item in deployment.get("resources", []):
        snapshot.put(from_document(item, seal))
    for operation in deployment.get("pending_operations", []):
        state = from_document(operation["resource"], seal)
        snapshot.pending[state.urn] = state
    return snapshot


def _replay(snapshot: Snapshot, line: dict[str, Any], seal: Passphrase) -> None:
    if "put" in line:
        snapshot.put(from_document(line["put"], seal))
    elif "remove" in line:
        snapshot.remove(line["remove"], line["id"], line["delete"])
    elif "begin" in line:
        state = from_document(line["begin"], seal)
        snapshot.pending[state.urn] = state
    elif "abandon" in line:
        snapshot.pending.pop(line["abandon"], None)


def _document(snapshot: Snapshot, instance: str, seal: Passphrase) -> dict[str, Any]:
    resources = [*in_creation_order(snapshot), *snapshot.condemned]
    deployment = {
        "manifest": {"time": datetime.now(UTC).isoformat(), "magic": "", "version": ""},
        "secrets_providers": {},
        "resources": [to_document(state, seal) for state in resources],
        "pending_operations": [
            {"resource": to_document(state, seal), "type": "creating"} for state in snapshot.pending.values()
        ],
        "metadata": {},
    }
    if seal.state:
        deployment["secrets_providers"] = {"type": "passphrase", "state": {"salt": seal.state}}
    return {"version": _VERSION, "greenshift": {"instance": instance}, "deployment": deployment}


def in_creation_order(snapshot: Snapshot) -> list[ResourceState]:
    """Pulumi refuses a checkpoint in which a resource comes before one it needs."""
    done: dict[str, ResourceState] = {}

    def visit(state: ResourceState) -> None:
        stack = [(state, iter(sorted(state.needs())))]
        entered = {state.urn}
        while stack:
            current, needs = stack[-1]
            following = next((urn for urn in needs if urn in snapshot.resources), None)
            if following is None:
                done.setdefault(current.urn, current)
                stack.pop()
            elif following not in done and following not in entered:
                entered.add(following)
                stack.append(
                    (snapshot.resources[following], iter(sorted(snapshot.resources[following].needs())))
                )

    for state in snapshot.resources.values():
        if state.urn not in done:
            visit(state)
    return list(done.values())
