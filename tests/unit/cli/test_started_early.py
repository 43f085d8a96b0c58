"""How a command begins and ends: what runs a program is started first, and nothing is searched at the end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from greenshift.cli.ahead import runs_a_program, started


@pytest.mark.parametrize("command", ["preview", "up"])
def test_a_program_has_a_process_before_its_command_is_there(command: str) -> None:
    with started([command, "--json"]) as waiting:
        assert waiting is not None
        process = waiting.process
        assert process.poll() is None

    assert process.poll() is not None
    assert not Path("/proc", str(process.pid)).exists()


@pytest.mark.parametrize(
    "line",
    [
        (),
        ("--version",),
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
    assert not runs_a_program(line)
    with started(line) as waiting:
        assert waiting is None


def test_a_process_that_waits_ends_when_nobody_needs_it() -> None:
    with started(["up"]) as waiting:
        assert waiting is not None and waiting.process.stdin is not None

        waiting.process.stdin.close()

        assert waiting.process.wait(timeout=60) == 0


def test_a_command_ends_without_a_search_through_all_it_loaded() -> None:
    """Exit handlers run last to first, so one that was there before sees what the command's own did."""
    script = (
        "import atexit, gc, sys; atexit.register(lambda: print(gc.get_freeze_count() > 0));"
        "sys.argv = ['greenshift', 'version'];"
        "from greenshift.cli import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )

    assert ended.stdout.splitlines()[-1] == "True"
