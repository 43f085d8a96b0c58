"""Whether a process of this machine that marked something is still there.

It locks a file of its own, which the kernel lets go of however the process ends; a process id would be
another's after a while. The file has no meaning to other users, or on another machine: there nothing is held.
"""

from __future__ import annotations

import fcntl
import os
import re
import uuid
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{12}")


class Hold:
    """Held from its making until ``release``, or until the process is gone."""

    def __init__(self) -> None:
        self.name = uuid.uuid4().hex[:12]
        self._path = _folder() / self.name
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def release(self) -> None:
        self._path.unlink(missing_ok=True)
        os.close(self._file)


def is_held(name: str) -> bool:
    """A file that nobody holds is what a killed process left, and is removed."""
    if not _NAME.fullmatch(name):
        return False
    path = _folder() / name
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(file)


def _folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(cache) if cache else Path.home() / ".cache") / "greenshift" / "dev"
