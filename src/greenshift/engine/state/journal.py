"""The steps of a run since the checkpoint was written: one line of JSON each, on disk before the run goes on.

put       a resource as it is now               remove    one that is gone
begin     a call about to be made               abandon   a call that was refused as a whole
salt, instance                                  beside the first line that needs them
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Any

from greenshift.engine.state.checkpoint import ResourceState, from_document, to_document
from greenshift.engine.state.document import read_text, readable
from greenshift.engine.state.passphrase import Passphrase
from greenshift.engine.state.snapshot import Operation, Snapshot
from greenshift.errors import EngineError

Line = dict[str, Any]


class Journal:
    """Records steps, each durable before the call returns. Called from several threads.

    A disk takes milliseconds to say that a line is on it, whatever its length: the lines that come meanwhile
    are made durable together.
    """

    def __init__(self, path: Path, snapshot: Snapshot, seal: Passphrase, instance: str) -> None:
        self.snapshot = snapshot
        self.is_changed = False
        self._path = path
        self._seal = seal
        self._instance = instance
        self._lock = threading.Lock()
        self._file: FileIO | None = None
        self._salted = False
        self._written = 0  # lines
        self._durable = 0  # of them, the first so many
        self._syncing = threading.Lock()

    def put(self, state: ResourceState) -> None:
        self._write({"put": to_document(state, self._seal)}, lambda: self.snapshot.put(state))

    def remove(self, state: ResourceState) -> None:
        line = {"remove": state.urn, "id": state.id, "delete": state.condemned}
        self._write(line, lambda: self.snapshot.remove(state.urn, state.id, state.condemned))

    def begin(self, operation: Operation, state: ResourceState) -> None:
        """About to call: kept as a pending operation until ``put``, ``remove`` or ``abandon``."""
        line = {"begin": to_document(state, self._seal), "operation": operation}
        self._write(line, lambda: self.snapshot.begin(operation, state))

    def abandon(self, operation: Operation, state: ResourceState) -> None:
        """The call was refused: nothing came of it."""
        line = {"abandon": state.urn, "id": state.id, "operation": operation}
        self._write(line, lambda: self.snapshot.abandon(operation, state.urn, state.id))

    def recovered(self, state: ResourceState, attempted: ResourceState) -> None:
        """In one line: it exists, and what was being set on it is not known."""
        line = {"put": to_document(state, self._seal), "begin": to_document(attempted, self._seal)}

        def apply() -> None:
            self.snapshot.put(state)
            self.snapshot.begin("updating", attempted)

        self._write({**line, "operation": "updating"}, apply)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _write(self, line: Line, apply: Callable[[], None]) -> None:
        try:
            with self._lock:
                file = self._append(line)
                self._written += 1
                number = self._written
                apply()
                self.is_changed = True
            self._sync(file, number)
        except OSError as error:
            raise unwritable(self._path, error) from error

    def _append(self, line: Line) -> FileIO:
        salted = bool(self._seal.state)
        if salted and not self._salted:
            line["salt"] = self._seal.state
        if self._file is None:
            self._file = _create(self._path)
        if self._file.tell() == 0:
            line["instance"] = self._instance
        _write_whole(self._file, json.dumps(line).encode() + b"\n")
        self._salted = salted
        return self._file

    def _sync(self, file: FileIO, number: int) -> None:
        """Wait until a line is on the disk, with all that were written before this thread's turn came."""
        with self._syncing:
            if self._durable < number:
                written = self._written
                os.fsync(file.fileno())
                self._durable = written


def _write_whole(file: FileIO, line: bytes) -> None:
    """The whole line or nothing of it: half a line would hide those that come after it."""
    before = file.tell()
    try:
        rest = memoryview(line)
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        with contextlib.suppress(OSError):
            file.truncate(before)
            file.seek(before)
        raise


def unwritable(path: Path, error: OSError) -> EngineError:
    return EngineError(
        f"the state {path} cannot be written: {error.strerror}",
        hint="make room on the disk and run the same command again: it goes on where this one stopped",
    )


def _create(path: Path) -> FileIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    sync_folder(path.parent)
    return FileIO(descriptor, "w")


def sync_folder(folder: Path) -> None:
    """A rename or a new file is durable only once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_lines(path: Path) -> list[Line]:
    """The lines of a journal. Without an end, the last one was cut by a kill: a step that did not happen."""
    *whole, _ = (read_text(path) or "").split("\n")
    found: list[Line] = []
    for number, text in enumerate(whole):
        with readable(path, f"line {number + 1} is no step"):
            line = json.loads(text)
            if not isinstance(line, dict):
                raise ValueError("it is no object")
            found.append(line)
    return found


def replay(snapshot: Snapshot, lines: list[Line], seal: Passphrase, path: Path) -> None:
    """Bring a snapshot to where the lines end. Doing it twice changes nothing."""
    for number, line in enumerate(lines):
        with readable(path, f"line {number + 1}"):
            _apply(snapshot, line, seal)


def _apply(snapshot: Snapshot, line: Line, seal: Passphrase) -> None:
    if not line.keys() & {"put", "remove", "begin", "abandon"}:
        raise ValueError("it is no step")
    if "put" in line:
        snapshot.put(from_document(line["put"], seal))
    if "remove" in line:
        snapshot.remove(line["remove"], line["id"], line["delete"])
    if "begin" in line:
        snapshot.begin(line["operation"], from_document(line["begin"], seal))
    if "abandon" in line:
        snapshot.abandon(line["operation"], line["abandon"], line["id"])
