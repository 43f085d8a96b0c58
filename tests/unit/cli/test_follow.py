"""Following one execution to its end, with a view that is played from a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from greenshift.cli.follow import POLL_SECONDS, follow
from greenshift.cli.terminal import Terminal
from greenshift.view import Progress

Make = Callable[..., Any]


@dataclass
class PlayedView:
    """Answers with one snapshot after the other; asking past the end fails the test."""

    snapshots: list[Progress]
    asked: list[str] = field(default_factory=list)

    def progress(self, execution: str) -> Progress:
        self.asked.append(execution)
        return self.snapshots[len(self.asked) - 1]


@pytest.fixture
def story(snapshot_of: Make) -> list[Progress]:
    return [
        snapshot_of({"Source": "InProgress", "Build": ""}),
        snapshot_of({"Source": "Succeeded", "Build": "InProgress"}),
        snapshot_of({"Source": "Succeeded", "Build": "InProgress"}),
        snapshot_of({"Source": "Succeeded", "Build": "Failed"}, status="Failed", error="tests failed"),
    ]


def play(snapshots: list[Progress], *, quiet: bool = False) -> tuple[Progress, PlayedView, list[float]]:
    view, waits = PlayedView(snapshots), []
    last = follow(view, "id", Terminal(), quiet=quiet, wait=waits.append)  # type: ignore[arg-type]  # a fake
    return last, view, waits


def test_it_ends_with_the_execution_and_returns_its_last_snapshot(story: list[Progress]) -> None:
    last, view, waits = play(story)

    assert last is story[-1]
    assert view.asked == ["id"] * 4
    assert waits == [POLL_SECONDS] * 3


def test_lines_come_in_the_order_of_events_and_each_once(
    story: list[Progress], capsys: pytest.CaptureFixture[str]
) -> None:
    play(story)
    captured = capsys.readouterr()

    assert [line.rstrip() for line in captured.err.splitlines()] == [
        "▸ Source   started",
        "✔ Source   01234567 Lower the fee",
        "▸ Build    started",
        "✖ Build    failed  tests failed",
    ]
    assert captured.out == ""


def test_quiet_tells_nothing_and_ends_all_the_same(
    story: list[Progress], capsys: pytest.CaptureFixture[str]
) -> None:
    last, _, _ = play(story, quiet=True)

    assert last is story[-1]
    assert capsys.readouterr() == ("", "")


def test_an_execution_that_has_ended_already_is_told_without_waiting(
    story: list[Progress], capsys: pytest.CaptureFixture[str]
) -> None:
    _, view, waits = play(story[-1:])

    assert (len(view.asked), waits) == (1, [])
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_in_a_pipe_nothing_is_redrawn(story: list[Progress], capsys: pytest.CaptureFixture[str]) -> None:
    play(story)

    assert "\x1b" not in capsys.readouterr().err


def test_an_interrupt_ends_it_at_once(story: list[Progress]) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    view = PlayedView(story)
    with pytest.raises(KeyboardInterrupt):
        follow(view, "id", Terminal(), wait=interrupt)  # type: ignore[arg-type]  # a fake view

    assert len(view.asked) == 1
