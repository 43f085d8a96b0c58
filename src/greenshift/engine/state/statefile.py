"""The state on disk: a Pulumi checkpoint, plus a journal of what happened since it was written.

``<name>.json``            the checkpoint, replaced atomically (temporary file, fsync, rename)
``<name>.json.journal``    one line per step since then, fsynced; folded into the checkpoint at the end
``<name>.json.lock``       see ``lock``
``<name>.json.bak``        the state of an earlier twin (another instance id)

Writing the whole checkpoint after each of 1,000 steps would cost seconds and grow with the square; a line
costs a millisecond. A reader always folds the journal in, so the state is right after a kill at any moment;
a last line cut in half is a step that did not happen. What else cannot be read is refused (``document``):
what is there is worth more than a fresh start.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenshift.engine.state import document, lock
from greenshift.engine.state.checkpoint import Document
from greenshift.engine.state.journal import Journal, Line, read_lines, replay, sync_folder, unwritable
from greenshift.engine.state.passphrase import Passphrase
from greenshift.engine.state.snapshot import Snapshot


class StateFile:
    """The state of one stack at one path; ``journal`` makes what records the steps of a run."""

    def __init__(self, path: Path, journal: Callable[..., Journal] = Journal) -> None:
        self.path = path
        self._journal = path.with_name(path.name + ".journal")
        self._new_journal = journal

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
            journal = self._new_journal(self._journal, snapshot, seal, instance)
            try:
                yield journal
            finally:
                journal.close()
                if journal.is_changed:
                    self._compact(snapshot, instance, seal)

    @contextmanager
    def lent(self, instance: str, passphrase: str) -> Iterator[Loan]:
        """The state for another engine: locked, whole, and what that one left is taken back."""
        with lock.locked(self.path.with_name(self.path.name + ".lock")):
            self._set_aside_unless(instance)
            yield Loan(self, instance, passphrase)

    def _load(self, instance: str, passphrase: str) -> tuple[Snapshot, Passphrase]:
        checkpoint, lines = document.load(self.path), read_lines(self._journal)
        if not _belongs(checkpoint, lines, instance):
            return Snapshot(), Passphrase(passphrase)
        with document.readable(self.path, "the salt of its secrets"):
            seal = Passphrase(passphrase, _salt(checkpoint, lines))
        snapshot = document.parse(checkpoint, seal, self.path)
        replay(snapshot, lines, seal, self._journal)
        return snapshot, seal

    def _set_aside_unless(self, instance: str) -> None:
        checkpoint, lines = document.load(self.path), read_lines(self._journal)
        if not _belongs(checkpoint, lines, instance):
            if checkpoint:
                self.path.replace(self.path.with_name(self.path.name + ".bak"))
            self._journal.unlink(missing_ok=True)

    def _composed(self, instance: str, passphrase: str) -> Document:
        snapshot, seal = self._load(instance, passphrase)
        return document.compose(snapshot, instance, seal)

    def _take(self, checkpoint: Document, instance: str, passphrase: str) -> None:
        seal = Passphrase(passphrase, document.salt_of(checkpoint))
        self._compact(document.parse(checkpoint, seal, self.path), instance, seal)

    def _compact(self, snapshot: Snapshot, instance: str, seal: Passphrase) -> None:
        """The checkpoint anew. When that fails, the old one and the journal are still the whole state."""
        temporary = self.path.with_name(self.path.name + ".tmp")
        try:
            with temporary.open("w") as file:
                os.fchmod(file.fileno(), 0o600)
                json.dump(document.compose(snapshot, instance, seal), file, indent=2)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
            sync_folder(self.path.parent)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise unwritable(self.path, error) from error
        self._journal.unlink(missing_ok=True)


@dataclass(frozen=True)
class Loan:
    """A state that another engine works on; in between, this file has what was there before."""

    _file: StateFile
    _instance: str
    _passphrase: str

    def checkpoint(self) -> Document:
        """What that engine begins with, as ``pulumi stack import`` reads it."""
        return self._file._composed(self._instance, self._passphrase)

    def take_back(self, checkpoint: Document) -> None:
        """What ``pulumi stack export`` prints; its secrets are of the same passphrase."""
        self._file._take(checkpoint, self._instance, self._passphrase)


def _belongs(checkpoint: dict[str, Any], lines: list[Line], instance: str) -> bool:
    owners = [document.instance_of(checkpoint)] if checkpoint else []
    owners += [line["instance"] for line in lines if "instance" in line]
    return bool(owners) and set(owners) == {instance}


def _salt(checkpoint: dict[str, Any], lines: list[Line]) -> str:
    salts = [document.salt_of(checkpoint)] + [str(line.get("salt", "")) for line in lines]
    return next((salt for salt in reversed(salts) if salt), "")
