"""Somebody else's text is shown by the commands, and does nothing to the terminal."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from rich.live import Live
from rich.text import Text
from support.faults.hostile import HOSTILE, acting

from greenshift.cli.commands import logs, show
from greenshift.cli.console.legible_console import LegibleConsole
from greenshift.cli.console.terminal import Terminal
from greenshift.cli.following import narrate
from greenshift.cli.words import board, ledger_table, tree
from greenshift.errors import GreenshiftError
from greenshift.view import (
    AWS,
    ActionView,
    AlarmView,
    Attention,
    ExecutionView,
    FunctionView,
    HookView,
    LedgerPage,
    Moment,
    PipelineView,
    Progress,
    ReleaseView,
    ShiftView,
    Snapshot,
    StageView,
    Timeline,
)  # fmt: skip
from greenshift.view.logs import LogLine

Make = Callable[..., Any]


@pytest.fixture
def terminal() -> Terminal:
    """One that draws everything a real terminal could show."""
    made = Terminal()
    made.out = made.err = LegibleConsole(
        file=io.StringIO(), force_terminal=True, color_system="truecolor", width=200,
        highlight=False, soft_wrap=True, emoji=False, legacy_windows=False,
    )  # fmt: skip
    return made


def written(terminal: Terminal) -> str:
    file = terminal.out.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


@pytest.fixture(params=sorted(HOSTILE))
def text(request: pytest.FixtureRequest) -> str:
    return HOSTILE[request.param]


def test_no_way_of_saying_something_lets_a_text_act(terminal: Terminal, text: str) -> None:
    terminal.warning(text)
    terminal.error(GreenshiftError(text, hint=text))
    terminal.result(narrate.shown(text))
    terminal.progress(narrate.shown(text))
    terminal.text(Text(text))
    terminal.text(Text.from_ansi(text))
    terminal.err.print(text, markup=False)

    assert acting(written(terminal)) == []
    assert "52;c" not in written(terminal) or "\x1b]" not in written(terminal)


def test_a_line_of_a_log_keeps_its_colours_and_no_other_power(terminal: Terminal, text: str) -> None:
    for line in (text, f"\x1b[1m{text}"):
        said = LogLine("2026-11-23T16:50:57.123Z", "s", line)
        for told in (logs._shown(said, AWS), logs._built(said, AWS)):
            terminal.text(told)

    assert acting(written(terminal)) == []


def test_a_live_display_shows_it_too(terminal: Terminal, text: str) -> None:
    with Live(Text(""), console=terminal.out, auto_refresh=False) as live:
        live.update(Text.from_ansi(text), refresh=True)
    ours = LegibleConsole(file=io.StringIO(), force_terminal=True, width=200)
    with Live(Text(""), console=ours, auto_refresh=False) as other:
        other.update(Text("harmless"), refresh=True)

    assert isinstance(ours.file, io.StringIO)
    assert set(acting(written(terminal))) <= set(acting(ours.file.getvalue()))
    assert "52;c" not in written(terminal) or "\x1b]" not in written(terminal)


def filled(kind: Any, text: str, **known: Any) -> Any:
    """A view with the text in every field of text that is not given."""
    values = dict(known)
    for field in dataclasses.fields(kind):
        if field.name not in values and field.type in ("str", str):
            values[field.name] = text
    return kind(**values)


def snapshot(text: str, release: ReleaseView) -> Snapshot:
    at = "2026-11-23T16:50:57.123Z"
    times = {"started_at": at, "updated_at": at}
    action = filled(ActionView, text, status="Failed", **times)
    stage = (
        filled(StageView, text, actions=(action,), status_of_inbound="")
        if False
        else StageView(text, (action,), text)
    )
    execution = filled(ExecutionView, text, **times)
    function = FunctionView(text, text, "1", "2", 10.0, text, "ALARM")
    shift = ShiftView(**_shift(text))
    return Snapshot(
        at=at, pipeline=PipelineView(text, text, 1, (stage,), (execution,)),
        functions=(function,), alarms=(AlarmView(text, text, "ALARM", text, at, 5.0, text, 60, 1, 1),),
        release=release, shifts=(shift,), traffic=(), ledger=LedgerPage(()),
        attention=(Attention(**{f.name: text for f in dataclasses.fields(Attention)}),),
    )  # fmt: skip


def _shift(text: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in dataclasses.fields(ShiftView):
        kind = str(field.type)
        values[field.name] = (
            (HookView(text, "Failed"),) if field.name == "hooks" else 1.0 if "float" in kind else text
        )
    return values


def told(text: str, release: ReleaseView, make_snapshot: Make) -> Iterator[str]:
    """Every line that the commands make of views that hold the text wherever somebody else may put it."""
    yield from ledger_table.table([release])
    yield from tree.lines(board.board(snapshot(text, release), everything=True))
    before: Progress = make_snapshot({"Source": "InProgress"})
    fires = FunctionView(text, text, "1", "2", 10.0, text, "ALARM")
    stages = {"Source": "Succeeded", "Build": "Failed"}
    failed = make_snapshot(stages, (fires,), release, message=text, error=text, summary=text)
    yield from narrate.narrate(before, failed)
    yield from narrate.narrate(None, failed)
    moment = Moment("2026-11-23T16:50:57.123Z", text, text, text, text)
    yield from show.lines(Timeline(text, None, release, (), (moment,)))


def test_no_field_of_a_view_lets_its_text_act(
    terminal: Terminal, text: str, release_of: Make, snapshot_of: Make
) -> None:
    ended = release_of("ROLLED_BACK", text, text, charge=("1", "2"))
    release = replace(ended, mode="rollback", by=text, why=text, author=text, alarm=text, trigger=text)
    for line in told(text, release, snapshot_of):
        terminal.result(line)

    assert acting(written(terminal)) == []
    assert "evil.example\x1b\\" not in written(terminal)
