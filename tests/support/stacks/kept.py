"""Stacks that are deployed once in a run of the suite, and restored wherever a test only begins with one.

What makes a stack fills a folder: the twin's snapshot, and what is on disk beside it. Processes of
pytest-xdist share the folders: who asks first makes one, the others wait for it.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

SNAPSHOT = "twin.snapshot"


class Kept:
    """The folders of one run, by name; a name says all that its stack is made from."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @classmethod
    def of_run(cls, factory: pytest.TempPathFactory, *, is_shared: bool) -> Kept:
        """``is_shared``: with the other processes of pytest-xdist, whose folders are in one."""
        base = factory.getbasetemp()
        return cls((base.parent if is_shared else base) / "kept")

    def folder(self, name: str, make: Callable[[Path], None]) -> Path:
        """The folder that ``make`` filled, here or in another process; who gets it leaves it as it is."""
        self._root.mkdir(exist_ok=True)
        made, making = self._root / name, self._root / f"{name}.making"
        with (self._root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # of a process that dies it is free again
            if not made.exists():
                shutil.rmtree(making, ignore_errors=True)  # of one that failed
                making.mkdir()
                make(making)
                making.rename(made)
        return made
