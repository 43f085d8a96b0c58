"""Watching: in lines, as JSON, and steadily."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import UTC

import pytest
from botocore.exceptions import EndpointConnectionError
from rich.text import Text

from greenshift.cli.commands.status import Steady, watch_in_lines, watch_in_place, watch_json
from greenshift.cli.console.legible_console import LegibleConsole
from greenshift.cli.console.terminal import Terminal
from greenshift.view import ExecutionView, FunctionView, Hours, LedgerPage, PipelineView, Snapshot

GONE = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
EMPTY = Snapshot(
    at="2026-11-23T16:50:57.123Z",
    pipeline=PipelineView("shop", "url", 1, (), (ExecutionView("e1", "InProgress", "abcdef01", "m"),)),
    functions=(FunctionView("charge", "p-charge", "1"),),
    alarms=(), release=None, shifts=(), traffic=(), ledger=LedgerPage(()), attention=(),
)  # fmt: skip
UP = "\x1b[1A\x1b[2K"
"""Goes up a line, and clears it."""
MOVED = replace(EMPTY, at="2026-11-23T16:51:57.123Z", functions=(FunctionView("charge", "p-charge", "2"),))


class Looks:
    """One answer after the other; ``goes_on`` until they are used up."""

    def __init__(self, *answers: Snapshot | Exception) -> None:
        self.left = list(answers)

    def __call__(self) -> Snapshot:
        answer = self.left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def goes_on(self) -> bool:
        return bool(self.left)


def test_in_a_pipe_the_tree_comes_once_and_then_what_changed(capsys: pytest.CaptureFixture[str]) -> None:
    looks = Looks(EMPTY, EMPTY, MOVED, MOVED)
    watch_in_lines(looks, Terminal(), looks.goes_on, everything=False)
    out = capsys.readouterr().out.splitlines()

    assert out[:3] == [
        "shop  2026-11-23 16:50:57 UTC",
        "├─ pipeline  ▸ abcdef01 m running",
        "└─ functions",
    ]
    assert out[4:] == [f"16:51:57  function charge  {'█' * 20} 100 % on version 2  alarm · none"]


def test_what_changed_is_told_by_the_clock_of_the_tree_above_it(capsys: pytest.CaptureFixture[str]) -> None:
    hours = Hours.of_twin(60, 1_000.0, 1_000.0, UTC)
    ended = ExecutionView(
        "e1", "Succeeded", "abcdef01", "m",
        started_at="2026-11-23T16:50:00.000Z", updated_at="2026-11-23T16:52:00.000Z",
    )  # fmt: skip
    looks = Looks(EMPTY, replace(EMPTY, pipeline=replace(EMPTY.pipeline, executions=(ended,))))
    watch_in_lines(looks, Terminal(), looks.goes_on, everything=False, hours=hours)

    assert capsys.readouterr().out.splitlines()[-1].endswith("succeeded, 2 min of AWS, 2 s here")


def test_as_json_each_look_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    looks = Looks(EMPTY, MOVED)
    watch_json(looks, Terminal(), looks.goes_on)

    versions = [json.loads(line)["functions"][0]["version"] for line in capsys.readouterr().out.splitlines()]
    assert versions == ["1", "2"]


def test_a_moment_without_an_answer_does_not_end_it() -> None:
    steady = Steady(Looks(EMPTY, GONE, GONE, MOVED), patience=2)

    assert [steady() for _ in range(4)] == [EMPTY, EMPTY, EMPTY, MOVED]


def test_no_answer_for_long_or_from_the_beginning_ends_it() -> None:
    long, never = Steady(Looks(EMPTY, GONE, GONE, GONE), patience=2), Steady(Looks(GONE))
    for _ in range(3):
        long()

    with pytest.raises(EndpointConnectionError):
        long()
    with pytest.raises(EndpointConnectionError):
        never()


def test_drawn_anew_it_takes_the_lines_that_it_took() -> None:
    """What goes up is what went down, or the screen fills with copies of the first line."""
    long = replace(
        EMPTY, functions=tuple(FunctionView(f"{'charge' * 20}{n}", f"f{n}", "1") for n in range(3))
    )
    looks, to = Looks(long, long), Terminal()
    to.out = LegibleConsole(
        file=io.StringIO(), force_terminal=True, width=80, height=50, soft_wrap=True, legacy_windows=False
    )
    watch_in_place(looks, to, looks.goes_on, everything=False)
    assert isinstance(to.out.file, io.StringIO)
    written = to.out.file.getvalue()

    lines = written.split("\r", 1)[0].split("\n")
    went_up = [len(run) // len(UP) for run in re.findall(f"(?:{re.escape(UP)})+", written)]
    assert max(Text.from_ansi(line).cell_len for line in lines) <= 80
    assert len(lines) > len(long.functions) * 2, "they did not fit"
    assert set(went_up) == {len(lines) - 1}
