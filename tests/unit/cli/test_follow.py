"""Following one execution to its end, with a view that is played from a list."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from greenshift.cli.console.legible_console import LegibleConsole
from greenshift.cli.console.terminal import Terminal
from greenshift.cli.following.follow import POLL_SECONDS, follow, follow_rollback
from greenshift.view import FunctionView, Hours, Progress, ReleaseView
from greenshift.view.model.releases import Transition

Make = Callable[..., Any]
BEGAN = datetime(2026, 11, 29, 16, 0, tzinfo=UTC)
FAST = Hours.of_twin(60.0, BEGAN.timestamp(), BEGAN.timestamp(), UTC)
FIRED = (
    "charge-errors: Threshold Crossed: 1 out of the last 1 datapoints [40.0 (29/11/26 16:11:00)] was greater "
    "than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition)."
)
FIRED_BY_BOTH_CLOCKS = "in the minute from 16:00:11 (twin 16:11:00)"


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


def test_what_is_known_of_a_release_is_not_told_once_more(
    capsys: pytest.CaptureFixture[str], release_of: Make
) -> None:
    """As whoever stops one has seen how far it is."""
    told = tuple(
        Transition("", status, cause)
        for status, cause in (("SHIFTING", "shift began"), ("ROLLING_BACK", "stopped"))
    )
    ended = replace(release_of("ROLLED_BACK", charge=("1", "2")), transitions=told)

    @dataclass
    class Ledger:
        def release(self, _: str) -> ReleaseView:
            return ended

        def moved(self, _: ReleaseView) -> tuple[FunctionView, ...]:
            return (FunctionView("charge", "p-charge", "2"),)

    for heard, lines in ((0, 3), (1, 1), (2, 0)):
        follow_rollback(Ledger(), "id", Terminal(), heard=heard)  # type: ignore[arg-type]  # a fake view
        assert len(capsys.readouterr().err.splitlines()) == lines, heard


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
        "✖ Build    failed",
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


def test_what_is_going_on_is_told_by_the_readers_clock_and_the_twins(snapshot_of: Make) -> None:
    terminal = Terminal()
    screen = terminal.err = LegibleConsole(file=io.StringIO(), force_terminal=True, width=200)
    runs = snapshot_of({"Shift": "InProgress"}, summary=FIRED)
    view = PlayedView([runs, replace(runs, status="Succeeded")])

    follow(view, "id", terminal, wait=lambda _: None, hours=FAST)  # type: ignore[arg-type]  # a fake view

    assert FIRED_BY_BOTH_CLOCKS in screen.file.getvalue()  # type: ignore[attr-defined]  # it is a StringIO


def test_the_last_line_has_the_traffic_that_the_lines_above_have(snapshot_of: Make, release_of: Make) -> None:
    terminal = Terminal()
    screen = terminal.err = LegibleConsole(file=io.StringIO(), force_terminal=True, width=200)
    release = release_of("SHIFTING", charge=("3", "4"), refund=("3", "4"))
    functions = (
        FunctionView("charge", "p-charge", "3", "4", 20.0),
        FunctionView("refund", "p-refund", "4"),
        FunctionView("page", "p-page", "9"),
    )
    before = "shifting: charge 0 %, refund 0 %"
    runs = snapshot_of({"Shift": "InProgress"}, functions, release, summary=before)
    view = PlayedView([runs, replace(runs, status="Succeeded")])

    follow(view, "id", terminal, wait=lambda _: None)  # type: ignore[arg-type]  # a fake view

    drawn = screen.file.getvalue()  # type: ignore[attr-defined]  # it is a StringIO
    assert "Shift … shifting: charge 20 %, refund 100 %" in drawn
    assert " 0 %, refund 0 %" not in drawn


@pytest.mark.parametrize(
    ("status", "told"), [("ROLLING_BACK", "rolling back"), ("ROLLED_BACK", "rolled back")]
)
def test_the_last_line_of_a_release_that_goes_back_has_no_share_of_before(
    status: str, told: str, snapshot_of: Make, release_of: Make
) -> None:
    """The pipeline's action has the controller's last word of the shift until it fails itself."""
    terminal = Terminal()
    screen = terminal.err = LegibleConsole(file=io.StringIO(), force_terminal=True, width=200)
    functions = (FunctionView("charge", "p-charge", "3"),)
    release = release_of(status, charge=("3", "4"))
    goes = snapshot_of({"Shift": "InProgress"}, functions, release, summary="shifting: charge 20 %")
    view = PlayedView([goes, replace(goes, status="Failed")])

    follow(view, "id", terminal, wait=lambda _: None)  # type: ignore[arg-type]  # a fake view

    drawn = screen.file.getvalue()  # type: ignore[attr-defined]  # it is a StringIO
    assert f"Shift … {told}" in drawn
    assert "20 %" not in drawn


def test_why_a_rollback_moves_on_is_told_by_both_clocks(
    release_of: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    entered = (Transition("2026-11-29T16:11:30Z", "ROLLING_BACK", FIRED),)
    ended: ReleaseView = replace(release_of("ROLLED_BACK"), transitions=entered, ended_at="2026-11-29T16:12Z")

    class Ledger:
        def release(self, _: str) -> ReleaseView:
            return ended

        def moved(self, _: ReleaseView) -> tuple[FunctionView, ...]:
            return ()

    follow_rollback(Ledger(), "id", Terminal(), hours=FAST)  # type: ignore[arg-type]  # a fake view

    assert FIRED_BY_BOTH_CLOCKS in capsys.readouterr().err


def test_a_rollback_shows_the_traffic_as_a_release_does(
    release_of: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    moving, over = release_of("SHIFTING", charge=("3", "2")), release_of("SUCCEEDED", charge=("3", "2"))
    over = replace(over, ended_at="2026-11-29T16:12Z")
    charge = FunctionView("charge", "p-charge", "3", alarm="a", alarm_state="OK")
    looks = [
        (moving, charge),
        (moving, replace(charge, new_version="2", new_percent=40.0)),
        (over, replace(charge, version="2")),
    ]

    class Stack:
        def release(self, _: str) -> ReleaseView:
            return looks[0][0]

        def moved(self, _: ReleaseView) -> tuple[FunctionView, ...]:
            return (looks.pop(0)[1],)

    follow_rollback(Stack(), "id", Terminal(), wait=lambda _: None)  # type: ignore[arg-type]  # a fake view

    assert capsys.readouterr().err.splitlines() == [
        "▸ charge   ████████░░░░░░░░░░░░ 40 % on version 2, 60 % on 3  alarm ✔ OK",
        "✔ charge   ████████████████████ 100 % on version 2  alarm ✔ OK",
    ]


def test_a_bar_is_of_the_version_named_first_when_a_person_takes_a_release_back(
    release_of: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    moving = replace(release_of("SHIFTING", charge=("3", "2"), refund=("5", "4")), mode="rollback")
    end = Transition("2026-11-29T16:12Z", "SUCCEEDED", "every function is back on the version of before")
    over = replace(moving, status="SUCCEEDED", ended_at=end.at, transitions=(end,))
    charge = FunctionView("charge", "p-charge", "3", "2", 40.0)
    looks = [(moving, charge), (over, replace(charge, version="2", new_version="", new_percent=0.0))]

    class Stack:
        def release(self, _: str) -> ReleaseView:
            return looks[0][0]

        def moved(self, _: ReleaseView) -> tuple[FunctionView, ...]:
            return (looks.pop(0)[1],)

    follow_rollback(Stack(), "id", Terminal(), wait=lambda _: None)  # type: ignore[arg-type]  # a fake view

    # The end that the ledger tells is told once, by whoever followed it.
    assert [line.rstrip() for line in capsys.readouterr().err.splitlines()] == [
        "↶ charge   ████████░░░░░░░░░░░░ 40 % on version 2, 60 % on 3",
        "↶ charge   ████████████████████ 100 % on version 2, as before",
    ]
