"""A project to run commands in, and a real terminal to run them on."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.people.shell import Shell, environment
from typer.testing import CliRunner

from greenshift.cli.app import app
from greenshift.twin.machine import process

SECONDS = 60


@pytest.fixture
def new_project(tmp_path: Path) -> Callable[[str], Path]:
    """Makes a project as ``greenshift new`` does, in this process: starting one takes a second."""

    def make(name: str) -> Path:
        result = CliRunner().invoke(app, ["new", str(tmp_path / name)])
        assert result.exit_code == 0, result.output
        return tmp_path / name

    return make


@pytest.fixture
def project(new_project: Callable[[str], Path]) -> Iterator[Shell]:
    """A project to run commands in; whatever twin runs in it is stopped."""
    shell = Shell(new_project("my-app"))
    yield shell
    process.stop(shell.home)


@pytest.fixture
def on_terminal() -> Callable[..., str]:
    """Runs greenshift on a pseudo-terminal and returns everything that was written to it."""
    return run_on_terminal


def run_on_terminal(directory: Path, *arguments: str, **variables: str) -> str:
    leader, follower = pty.openpty()
    command = subprocess.Popen(
        [sys.executable, "-m", "greenshift", *arguments],
        cwd=directory,
        env={**terminal_environment(), **variables},
        stdin=follower,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    chunks = []
    try:
        # Linux tells the end of a pseudo-terminal with an error, EIO (pty(7)).
        with contextlib.suppress(OSError):
            while chunk := os.read(leader, 65_536):
                chunks.append(chunk)
        command.wait(SECONDS)
    finally:
        command.kill()
        command.wait()
        os.close(leader)
    return b"".join(chunks).decode()


def terminal_environment() -> dict[str, str]:
    """A terminal that can show colours, whatever the one is like that runs the tests."""
    forced = (
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "TTY_COMPATIBLE",
        "TTY_INTERACTIVE",
        "CI",
    )
    kept = {name: value for name, value in environment().items() if name not in forced}
    return {**kept, "TERM": "xterm-256color"}
