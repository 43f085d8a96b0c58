"""The end of a process that is not ours to wait for, such as a twin that another command started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from greenshift.errors import TwinError
from greenshift.twin.processes import tree

_SOON = 3.0
_LATER = 10.0

_children: dict[int, subprocess.Popen[bytes]] = {}
"""What this process started itself, by pid."""


def is_ours(process: subprocess.Popen[bytes]) -> None:
    """From now on it is waited for when it has ended, or it would linger."""
    _children[process.pid] = process


def end(pid: int, below: list[int]) -> None:
    """What the twin started ends by itself when the twin does; what does not is ended, too."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    if not ends_within(pid, _SOON):
        tree.kill(pid)
    if not ends_within(pid, _LATER):
        raise TwinError(f"the twin (pid {pid}) cannot be ended", hint=f"try: kill -9 {pid}")
    for each in below:
        if not ends_within(each, _SOON):
            tree.kill(each)


def ends_within(pid: int, seconds: float) -> bool:
    """Wait for its end, for so long at most."""
    deadline = time.monotonic() + seconds
    while not has_ended(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def has_ended(pid: int) -> bool:
    """Whether a process is gone; one this process started itself must be waited for, or it lingers."""
    if pid in _children:
        return _children[pid].poll() is not None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    """Ended, and only not yet collected by its parent; told by Linux's /proc (proc(5): state Z)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False
