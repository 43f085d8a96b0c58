"""Who descends from whom, as Linux tells it; elsewhere nobody does, and groups must do.

A process may leave its group and its session (``setsid``) and outlive its parent, and is then a child of
whoever adopts orphans: the nearest ancestor that asked to (prctl(2), PR_SET_CHILD_SUBREAPER), else init.
So whoever adopts the orphans below it finds everything below it. Standard library only, and nothing of ours:
scripts that must start fast read this file.
"""

import contextlib
import ctypes
import os
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
