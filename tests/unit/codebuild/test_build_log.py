"""The log of a build within its bounds: its beginning, then the end of each command, and a word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import pytest

from greenshift.twin.callers.principal import Principal
from greenshift.twin.clock import ManualClock
from greenshift.twin.codebuild.log import BuildLog, LogLimits
from greenshift.twin.codebuild.model import Build
from greenshift.twin.logs import LogLine

ROLE = Principal("role", "arn:aws:iam::123456789012:role/build")


class Written:
    """In place of the log writer: what it was given."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, principal: Principal, group: str, stream: str, lines: Iterable[LogLine]) -> None:
        self.lines += [text.rpartition(" ")[2] if "[Container]" in text else text for _, text in lines]


class OfABuild:
    """As much of a build as its log touches."""

    class settings:
        class logs:
            enabled, group = True, "/aws/codebuild/app"

    log_stream = "stream"

    def __init__(self) -> None:
        self.tail: list[str] = []


@pytest.fixture
def written() -> Written:
    return Written()


def log_of(written: Written, **limits: int) -> BuildLog:
    log = BuildLog(cast("Build", OfABuild()), ManualClock(), cast("Any", written), LogLimits(**limits))
    log.write_as(ROLE)
    return log


def test_within_its_bounds_every_line_is_kept(written: Written) -> None:
    log = log_of(written, lines=4)

    log.output(["1", "2"])
    log.output(["3", "4"])
    log.container("done")

    assert written.lines == ["1", "2", "3", "4", "done"]


def test_beyond_them_the_last_lines_of_each_command_are(written: Written) -> None:
    log = log_of(written, lines=3, last=2)

    log.output(["1", "2"])
    log.output(["3", "4", "5", "6", "7"])
    log.output(["8"])
    log.container("next")
    log.output(["9"])
    log.container("done")

    assert [line for line in written.lines if line != "build"] == [
        "1",
        "2",
        "3",
        "7",
        "8",
        "next",
        "9",
        "done",
    ]
    assert written.lines.count("build") == 1  # one sentence says what was cut: it ends so


def test_a_few_long_lines_are_bounded_as_many_short_ones_are(written: Written) -> None:
    log = log_of(written, size=100, last=1)

    log.output(["x" * 60, "y" * 60, "z"])
    log.container("done")

    assert [line[0] for line in written.lines] == ["x", "b", "z", "d"]


def test_even_the_last_lines_end_somewhere(written: Written) -> None:
    log = log_of(written, lines=0, last=2, last_in_total=4)

    for number in range(4):
        log.output([f"a{number}", f"b{number}"])
        log.container("next")

    shown = [line for line in written.lines if line not in ("next", "build")]
    assert shown == ["a0", "b0", "a1", "b1"]
    assert written.lines.count("build") == 2


def test_a_secret_is_hidden_in_what_comes_late_as_well(written: Written) -> None:
    log = log_of(written, lines=1, last=1)
    log.mask(["word"])

    log.output(["pass word", "a", "the word"])
    log.container("done")

    assert [line for line in written.lines if "***" in line] == ["pass ***", "the ***"]
