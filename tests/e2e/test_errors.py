"""What a person can do wrong: a line that says where and what, what to do next, and no traceback."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.people.shell import Ended, Shell


def assert_error(ended: Ended, code: int, *words: str) -> None:
    assert ended.code == code, ended.err
    lines = ended.err.strip().splitlines()
    error = next(line for line in lines if line.startswith("error:"))
    for word in words:
        assert word in ended.err, ended.err
    assert len([line for line in lines if line.startswith("error:")]) == 1
    assert error == lines[-1] or lines[-1].strip().startswith("next:"), ended.err


@dataclass(frozen=True)
class Mistake:
    name: str
    make: Callable[[Shell], None]
    command: str
    code: int
    words: tuple[str, ...]


def in_config(old: str, new: str) -> Callable[[Shell], None]:
    return lambda shell: shell.edit("Pulumi.yaml", old, new)


def nothing(shell: Shell) -> None:
    """The project is as it was made."""


NO_TWIN = ("the twin is not running", "greenshift up")

MISTAKES = [
    Mistake(
        "unknown config key",
        in_config("greenshift:rollout:", "greenshift:rolout:"),
        "preview", 2, ("greenshift:rolout", "rollout"),
    ),
    Mistake(
        "impossible strategy",
        in_config("Linear20PercentEvery1Minute", "Canary0Percent5Minutes"),
        "up", 2, ("greenshift:rollout", "Canary0Percent5Minutes"),
    ),
    Mistake(
        "unknown runtime",
        in_config("runtime: python3.13", "runtime: python2.7"),
        "up", 2, ("greenshift:functions.page.runtime", "python2.7", "python3.13"),
    ),
    Mistake(
        "missing function directory",
        in_config("directory: functions/worker", "directory: functions/wroker"),
        "up", 2, ("greenshift:functions.worker.directory", "functions/wroker"),
    ),
    Mistake(
        "no functions",
        in_config("greenshift:functions:", "greenshift:tags:"),
        "up", 2, ("greenshift:",),
    ),
    Mistake("twin not running", nothing, "release", 1, NO_TWIN),
    Mistake("twin not running", nothing, "status", 1, NO_TWIN),
    Mistake("twin not running", nothing, "history", 1, NO_TWIN),
    Mistake("no Pulumi CLI", nothing, "up --stack prod", 1, ("no pulumi on PATH", "npm install --global")),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.name} ({mistake.command})")
def test_a_mistake_is_told_in_one_line_with_the_next_step(project: Shell, mistake: Mistake) -> None:
    mistake.make(project)

    assert_error(project.greenshift(*mistake.command.split(), ok=False), mistake.code, *mistake.words)


def test_outside_a_project_the_way_to_one_is_shown(shell: Shell) -> None:
    assert_error(shell.greenshift("up", ok=False), 2, "Pulumi.yaml", "greenshift new")


def test_a_directory_that_is_no_git_repository_is_refused_before_anything_starts(project: Shell) -> None:
    (project.directory / ".git").rename(project.directory / "not-git")

    assert_error(project.greenshift("up", ok=False), 2, "is not a git repository", "git init")
    assert not (project.home / "twin.json").exists()


def test_a_taken_port_is_refused(project: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ended = project.greenshift("twin", "start", "--port", str(port), ok=False)

    assert_error(ended, 2, f"port {port}", "--port")


def test_an_option_that_does_not_exist_is_a_misuse(project: Shell) -> None:
    ended = project.greenshift("up", "--fast", ok=False)

    assert ended.code == 2
    assert "--fast" in ended.err


def test_a_project_that_exists_is_not_written_over(project: Shell) -> None:
    outer = Shell(project.directory.parent)

    assert_error(outer.greenshift("new", "my-app", ok=False), 2, "exists and is not empty")
    assert_error(
        project.greenshift("new", ".", ok=False),
        2,
        "this directory is not empty",
        "“Functions that exist already”",
    )
    assert_error(outer.greenshift("new", "My App", ok=False), 2, "cannot be a project's name")
    assert_error(outer.greenshift("new", "", ok=False), 2, "cannot be a project's name")


def test_a_project_is_made_where_one_stands_when_nothing_is_there(tmp_path: Path) -> None:
    (tmp_path / "my-shop").mkdir()
    made = Shell(tmp_path / "my-shop").greenshift("new", ".")

    assert made.out.startswith("made my-shop: three functions")
    assert "next: greenshift up" in made.out
    assert "name: my-shop\n" in (tmp_path / "my-shop" / "Pulumi.yaml").read_text()
