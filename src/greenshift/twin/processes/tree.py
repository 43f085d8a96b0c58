"""Who descends from whom, as Linux tells it; elsewhere nobody does, and groups must do.

A process may leave its group and its session (``setsid``) and outlive its parent, and is then a child of
whoever adopts orphans: the nearest ancestor that asked to (prctl(2), PR_SET_CHILD_SUBREAPER), else init.
So whoever adopts the orphans below it finds everything below it. Standard library only, and nothing of ours:
scripts that must start fast read this file.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
import time
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_ROUNDS = 200
_PAUSE = 0.005


def adopt_orphans() -> None:
    """From now on this process is the parent of every orphan below it; what it becomes by exec is so, too."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children(parent: int) -> list[int]:
    """Process ids of the children of a process; empty where the system does not tell."""
    found: list[int] = []
    try:
        for listed in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(number) for number in listed.read_text().split()]
    except (OSError, ValueError):
        return []
    return found


def descendants(ancestor: int) -> list[int]:
    """Process ids below a process, parents before their children."""
    found: list[int] = []
    todo = [ancestor]
    while todo:
        below = children(todo.pop())
        found += below
        todo += below
    return found


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def kill_group(pid: int) -> None:
    """Kill a process and what is left in its group, which carries its number (setsid)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def stop_all_below(ancestor: int, *, itself: bool = False) -> None:
    """Stop what forks without end, so that it can be killed: one that is killed makes room for the next."""
    stopped: set[int] = set()
    for _ in range(_ROUNDS):
        found = {*descendants(ancestor), *([ancestor] if itself else [])} - stopped
        if not found:
            return
        for process in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGSTOP)
        stopped |= found


def tasks() -> int:
    """How many there are on this machine, no fewer than this user's: the cheapest to read (proc(5))."""
    try:
        return int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])
    except (OSError, ValueError, IndexError):
        return 0


def lower_limit(what: int, wanted: int) -> None:
    """A limit of this process and of what it starts; one that is lower already stays."""
    soft, hard = resource.getrlimit(what)
    allowed = [value for value in (wanted, soft, hard) if value >= 0]
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (min(allowed), hard))


def collect() -> "dict[int, int]":
    """Every child of this process that has ended: its id and its exit code, negative for a signal."""
    ended: dict[int, int] = {}
    with contextlib.suppress(ChildProcessError):
        while True:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                break
            ended[child] = os.waitstatus_to_exitcode(status)
    return ended


def kill_all_below(spared: "frozenset[int]" = frozenset()) -> "dict[int, int]":
    """Kill everything below this process but some children and what is theirs; who ended meanwhile.

    What dies leaves orphans, which arrive here: so again and again, until nothing is left.
    """
    ended: dict[int, int] = {}
    for _ in range(_ROUNDS):
        strangers = [child for child in children(os.getpid()) if child not in spared]
        if not strangers:
            break
        for stranger in strangers:
            for pid in (*reversed(descendants(stranger)), stranger):
                kill(pid)
        ended |= collect()
        if any(child not in spared for child in children(os.getpid())):
            time.sleep(_PAUSE)
    return ended
