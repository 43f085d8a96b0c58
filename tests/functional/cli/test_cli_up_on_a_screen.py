"""What a person sees in a terminal of 80 columns: a first `up` on one screen, and no word broken in two."""

from __future__ import annotations

import itertools
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.people.shell import Shell, environment
from support.people.tmux import Tmux, environment_with, terminal

from greenshift.cli.words.outputs import ALL_OF_THEM
from greenshift.twin.machine import process

_ENDS = itertools.count(1)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    directory = tmp_path_factory.mktemp("screen")
    Shell(directory).greenshift("new", "my-app")
    shell = Shell(directory / "my-app")
    try:
        yield shell
    finally:
        process.stop(shell.home)


@pytest.fixture
def screen(project: Shell) -> Iterator[Tmux]:
    known = {name: value for name, value in environment().items() if name not in ("NO_COLOR", "CI")}
    place = environment_with(Path(sys.executable).parent, known)
    with (
        tempfile.TemporaryDirectory(prefix="gs-") as folder,
        terminal(Path(folder) / "tmux", project.directory, place, 80) as opened,
    ):
        yield opened


def shown(screen: Tmux, command: str) -> list[str]:
    """What a command leaves on the screen."""
    number = next(_ENDS)  # the end of the command before may still be on the screen
    screen.type(f"clear; greenshift {command}; echo end $((0 + {number}))")
    lines = screen.wait_for(f"\nend {number}").splitlines()
    return lines[: lines.index(f"end {number}")]


def test_a_first_up_fits_on_a_screen_and_a_script_gets_every_line(project: Shell, screen: Tmux) -> None:
    lines = shown(screen, "up")

    assert any(line.endswith("hello, page, worker (24 parts)") for line in lines)
    assert any(line.startswith("+ 97 created") for line in lines), "all of it is on the screen"
    assert not [line for line in lines if "hello-role" in line]
    assert any(line.startswith("7 outputs name the pipeline and its functions; see them") for line in lines)
    assert any(line.strip() == ALL_OF_THEM for line in lines), "a command to copy stands whole"
    assert not [line for line in lines if "arn:aws" in line], "what no person asked for"

    gone = shown(screen, "destroy --yes")
    assert any(line.endswith("hello, page, worker (24 parts)") for line in gone)
    assert any(line.startswith("- 97 deleted") for line in gone), "all of it is on the screen"
    assert not [line for line in gone if "hello-role" in line]

    project.greenshift("up")
    deletions = project.greenshift("destroy", "--yes").err
    assert "hello-role" in deletions
    assert deletions.count(" deleted (") > 90
    piped = project.greenshift("up")
    assert "hello-role" in piped.err
    assert piped.err.count(" created (") > 90
    assert ":live, deploymentGroup my-app-local-hello" in piped.out, "a value is on one line"


@pytest.mark.parametrize("command", ["verify --group pipeline --group roles", "cost --calls 3000000"])
def test_what_is_read_is_broken_between_words_alone(command: str, project: Shell, screen: Tmux) -> None:
    project.greenshift("up")
    piped = project.greenshift(*command.split()).out
    lines = shown(screen, command)

    assert max(map(len, piped.splitlines())) > 80
    assert max(map(len, lines)) <= 80
    assert " ".join(lines).split() == piped.split()


def test_a_tree_goes_on_under_its_own_branch(project: Shell, screen: Tmux) -> None:
    project.greenshift("up")
    project.greenshift("release", "--follow", ok=False)
    project.edit("functions/worker/requirements.txt", "", "no requirement !\n")
    project.commit("Cannot be built")
    project.greenshift("release", ok=False)
    lines = shown(screen, "status")

    assert max(map(len, lines)) <= 80
    assert all(line[0] in "my├│└ " for line in lines), lines
