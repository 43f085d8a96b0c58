"""What is said to somebody who mistyped: the two lines of any other error, on any console."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def greenshift(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "greenshift", *words]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **environment}
    )


@pytest.mark.parametrize(
    ("words", "error", "next_"),
    [
        (["nope"], "error: No such command 'nope'", "next: greenshift --help"),
        (["release", "--nope"], "error: No such option: --nope", "next: greenshift release --help"),
        (["twin", "nope"], "error: No such command 'nope'", "next: greenshift twin --help"),
        (
            ["history", "--limit", "x"],
            "error: Invalid value for '--limit'",
            "next: greenshift history --help",
        ),
    ],
)
def test_a_mistyped_command_is_told_in_two_lines(words: list[str], error: str, next_: str) -> None:
    ended = greenshift(*words)

    assert ended.returncode == 2
    assert ended.stderr.startswith(error)
    assert next_ in ended.stderr
    assert "Usage" not in ended.stderr


def test_help_is_short_for_help_and_version_is_a_command_too() -> None:
    assert greenshift("-h").stdout == greenshift("--help").stdout
    assert greenshift("twin", "-h").stdout.startswith("Usage: ")
    assert greenshift("version").stdout == greenshift("--version").stdout


@pytest.mark.parametrize("words", [("release",), ("status",), ("twin",), ("twin", "snapshot"), ()])
def test_a_console_without_utf8_gets_ascii_and_no_traceback(words: tuple[str, ...]) -> None:
    ended = greenshift(*words, "--help", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")

    assert ended.returncode == 0
    assert ended.stdout.isascii()
    assert "?" not in ended.stdout, "each character has one that stands for it"
    assert "Traceback" not in ended.stderr
