"""One run at a time: a lock file beside the state, with the process id in it for the message.

The lock is the kernel's (flock), so it dies with its owner: a file left by a killed run is simply taken
over, and a process id that was given to another program is never mistaken for a run.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from greenshift.errors import EngineError

_ATTEMPTS = 10


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file for the time of the block."""
    descriptor = _acquire(path)
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        path.unlink(missing_ok=True)  # while still held: nobody can be waiting on a file that is gone
        os.close(descriptor)


def _acquire(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(_ATTEMPTS):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(descriptor, 32).decode() or "unknown"
            os.close(descriptor)
            raise EngineError(
                f"another run (process {owner}) is working on this stack", hint="wait for it, or stop it"
            ) from None
        if _is_same_file(descriptor, path):
            return descriptor
        os.close(descriptor)  # its owner removed it between our open and our lock
    raise EngineError(f"could not take the lock {path}", hint="another run is starting; try again")


def _is_same_file(descriptor: int, path: Path) -> bool:
    try:
        return os.fstat(descriptor).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False
