"""Directories to run the whole command in; whatever twin a test leaves running is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.people.shell import Shell

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
