"""A first `up` as a person sees it in a terminal of 80 columns, and as a script reads it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.people.shell import Shell, environment
from support.people.tmux import environment_with, terminal

from greenshift.twin import process


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Shell]:
    Shell(tmp_path).greenshift("new", "my-app")
    shell = Shell(tmp_path / "my-app")
    yield shell
    process.stop(shell.home)


def test_a_first_up_fits_on_a_screen_and_a_script_gets_every_line(project: Shell) -> None:
    known = {name: value for name, value in environment().items() if name not in ("NO_COLOR", "CI")}
    place = environment_with(Path(sys.executable).parent, known)
    with (
        tempfile.TemporaryDirectory(prefix="gs-") as folder,
        terminal(Path(folder) / "tmux", project.directory, place, 80) as screen,
    ):
        screen.type("greenshift up")
        told = screen.wait_for("release: greenshift release")

    lines = told.splitlines()
    assert lines[0].endswith(" greenshift up"), "all of it is on the screen"
    assert any(line.endswith("hello, page, worker (24 parts)") for line in lines)
    assert not [line for line in lines if "hello-role" in line]
    assert "  hello: name my-app-local-hello, rollout Linear20PercentEvery1Minute," in lines
    assert "    arn:aws:lambda:us-east-1:123456789012:function:my-app-local-hello:live," in lines

    project.greenshift("destroy", "--yes")
    piped = project.greenshift("up")
    assert "hello-role" in piped.err
    assert piped.err.count(" created (") > 90
    assert ":live, deploymentGroup my-app-local-hello" in piped.out, "a value is on one line"
