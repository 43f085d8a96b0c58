"""Results on one stream, everything else on the other, and nothing a text can do to either."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from greenshift.cli.console.terminal import Terminal
from greenshift.errors import GreenshiftError, UsageError

Captured = pytest.CaptureFixture[str]


def test_results_go_to_stdout_and_everything_else_to_stderr(capsys: Captured) -> None:
    terminal = Terminal()
    terminal.result("the result")
    terminal.progress("on the way")
    terminal.warning("careful")
    terminal.error(GreenshiftError("broken", hint="fix it"))
    captured = capsys.readouterr()

    assert captured.out == "the result\n"
    assert captured.err.splitlines() == [
        "on the way",
        "warning: careful",
        "error: broken",
        "  next: fix it",
    ]


def test_an_error_without_a_next_step_is_one_line(capsys: Captured) -> None:
    Terminal().error(UsageError("misused"))

    assert capsys.readouterr().err == "error: misused\n"


def test_an_error_is_shown_as_it_is_written(capsys: Captured) -> None:
    message, hint = "key 'a[b]' is [bold]not[/bold] allowed [/]", "write [red] instead of [/red]"
    Terminal().error(GreenshiftError(message, hint=hint))

    assert capsys.readouterr().err == f"error: {message}\n  next: {hint}\n"


def test_a_warning_is_shown_as_it_is_written(capsys: Captured) -> None:
    Terminal().warning("runtime [link=x] is [/] old")

    assert capsys.readouterr().err == "warning: runtime [link=x] is [/] old\n"


def test_long_lines_are_not_broken(capsys: Captured) -> None:
    Terminal().error(GreenshiftError("x" * 500))

    assert capsys.readouterr().err == f"error: {'x' * 500}\n"


def test_json_is_the_only_thing_on_stdout(capsys: Captured) -> None:
    value = {"message": "[bold]fix[/] \x1b[31m", "when": datetime(2026, 11, 23, tzinfo=UTC), "none": None}
    Terminal().json(value)
    captured = capsys.readouterr()

    assert json.loads(captured.out) == {**value, "when": "2026-11-23 00:00:00+00:00"}
    assert "\x1b" not in captured.out
    assert captured.err == ""


def test_in_a_pipe_there_is_no_colour(capsys: Captured) -> None:
    terminal = Terminal()
    terminal.result("[bold red]red[/]")
    terminal.warning("careful")

    assert capsys.readouterr() == ("red\n", "warning: careful\n")


def test_what_is_only_read_is_one_line_in_a_pipe(capsys: Captured) -> None:
    Terminal().entry("a word " * 60 + "end")

    assert capsys.readouterr().out.count("\n") == 1
