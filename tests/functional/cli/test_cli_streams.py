"""Where words go and how they look: in a pipe, on a terminal, and for a program."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from support.people.shell import Ended, Shell

OnTerminal = Callable[..., str]
ESCAPE = "\x1b"


@pytest.fixture(autouse=True)
def able_to_show_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def assert_plain(ended: Ended) -> None:
    assert ESCAPE not in ended.out + ended.err
    assert "[/" not in ended.out + ended.err, "markup nobody rendered"


def test_in_a_pipe_words_come_without_escape_codes(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    made = shell.greenshift("new", "my-app")
    refused = shell.greenshift("new", "My App", ok=False)

    assert_plain(made)
    assert_plain(refused)
    assert made.out.startswith("made my-app: ")
    assert refused.out == ""
    assert refused.err.splitlines()[0].startswith("error: 'My App' ")


def test_on_a_terminal_the_same_words_come_in_colour(tmp_path: Path, on_terminal: OnTerminal) -> None:
    made = on_terminal(tmp_path, "new", "my-app")
    refused = on_terminal(tmp_path, "new", "my-app")

    assert f"made {ESCAPE}[1mmy-app{ESCAPE}[0m: " in made
    assert f"{ESCAPE}[1;31merror:{ESCAPE}[0m my-app exists and is not empty" in refused
    assert re.sub(r"\x1b\[[0-9;]*m", "", refused).startswith(
        "error: my-app exists and is not empty\r\n  next:"
    )


def test_a_terminal_whose_owner_wants_no_colour_gets_none(tmp_path: Path, on_terminal: OnTerminal) -> None:
    refused = on_terminal(tmp_path, "new", "My App", NO_COLOR="1")

    assert "error:" in refused
    assert re.findall(r"\x1b\[[0-9;]*3[0-7]m", refused) == []


def test_json_is_one_document_alone_on_stdout_and_other_commands_say_what_they_did(project: Shell) -> None:
    started = project.greenshift("twin", "start", "--speed", "120")
    again = project.greenshift("twin", "start", ok=False)
    status = project.greenshift("twin", "status", "--json")
    plan = project.greenshift("preview", "--json")
    stopped = project.greenshift("twin", "stop")
    for ended in (started, again, status, plan, stopped):
        assert_plain(ended)

    assert "120 times as fast" in started.out
    assert f"export AWS_ENDPOINT_URL={status.json['endpoint']}" in started.out
    assert (again.code, again.out) == (2, "")
    assert "greenshift twin stop" in again.err
    assert (status.json["speed"], status.json["resources"], status.err) == (120, {}, "")
    assert (set(plan.json["changes"]), plan.err) == ({"create"}, "")
    assert stopped.out == f"stopped the twin on {status.json['endpoint']}\n"


def test_an_error_leaves_stdout_empty_also_with_json(project: Shell) -> None:
    for command in ("status", "twin status"):
        ended = project.greenshift(*command.split(), "--json", ok=False)

        assert (ended.code, ended.out) == (1, ""), command
        assert ended.err.startswith("error: the twin is not running")


def test_brackets_in_a_mistake_are_shown_as_they_were_typed(project: Shell) -> None:
    project.edit("Pulumi.yaml", "greenshift:rollout:", "greenshift:[bold]rollout[/bold]:")
    ended = project.greenshift("preview", ok=False)

    assert ended.code == 2
    assert "[bold]rollout[/bold]" in ended.err
    assert ESCAPE not in ended.err
