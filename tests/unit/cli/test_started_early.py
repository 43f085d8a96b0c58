"""What runs a program is started while its command is loaded, and ended when nobody used it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer

from greenshift.cli.app import app
from greenshift.cli.lazy import LazyGroup


def resolved(*line: str) -> Any:
    """The context after the command of this line was found; the caller closes it."""
    group = typer.main.get_command(app)
    assert isinstance(group, LazyGroup)
    context = group.context_class(group)
    group.resolve_command(context, list(line))
    return context


@pytest.mark.parametrize("command", ["preview", "up"])
def test_a_program_has_a_process_before_its_command_asks(command: str) -> None:
    context = resolved(command, "--json")
    process = context.obj.process
    assert process.poll() is None

    context.close()

    assert process.poll() is not None
    assert not Path("/proc", str(process.pid)).exists()


@pytest.mark.parametrize(
    "line",
    [
        ("up", "--help"),
        ("up", "-h"),
        ("up", "--stack", "prod"),
        ("preview", "-s", "prod"),
        ("up", "--stack=prod"),
        ("up", "--engine", "pulumi"),
        ("up", "--engine=pulumi"),
        ("destroy", "--yes"),
        ("status",),
    ],
)
def test_others_start_nothing(line: tuple[str, ...]) -> None:
    context = resolved(*line)

    assert context.obj is None
    context.close()


def test_a_process_that_waits_ends_when_nobody_needs_it() -> None:
    context = resolved("up")
    process = context.obj.process

    process.stdin.close()

    assert process.wait(timeout=60) == 0
    context.close()
