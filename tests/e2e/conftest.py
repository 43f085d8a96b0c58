"""Directories to run the whole command in; whatever twin a test leaves running is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.people.shell import SPEED, Shell
from support.stacks.kept import Kept
from support.stacks.kept_project import released_project

from greenshift.twin.machine import process


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """An empty directory; whatever twin runs in it is stopped."""
    shell = Shell(tmp_path)
    yield shell
    process.stop(shell.home)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Shell]:
    """A project as ``greenshift new`` makes it."""
    Shell(tmp_path).greenshift("new", "my-app")
    shell = Shell(tmp_path / "my-app")
    yield shell
    process.stop(shell.home)


@pytest.fixture
def released_at(kept: Kept, tmp_path: Path) -> Iterator[Callable[[float], Shell]]:
    """Makes the same project with all of it released, on a twin at a speed: for what comes after that."""
    made: list[Shell] = []

    def make(speed: float) -> Shell:
        made.append(released_project(kept, tmp_path, speed))
        return made[-1]

    yield make
    for shell in made:
        process.stop(shell.home)


@pytest.fixture
def released(released_at: Callable[[float], Shell]) -> Shell:
    """At the speed that commands have in tests."""
    return released_at(float(SPEED))
