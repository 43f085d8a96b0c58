"""``greenshift status``: the pipeline, the release in flight, all traffic, and what waits for a person."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.live import Live

from greenshift.cli.console.terminal import Terminal, terminal
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.board import board
from greenshift.cli.words.folding import folded
from greenshift.cli.words.standing_in import stand_ins
from greenshift.cli.words.tree import lines, paths
from greenshift.view import AWS, Hours, Snapshot

WATCH_SECONDS = 1.0


def status(
    stack: StackOption = "local",
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Keep looking, until you press Ctrl-C.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="List every function, also quiet ones.")] = False,
    json: JsonOption = False,
) -> None:
    """Show the pipeline, the release in flight, every function's traffic and alarm, and what needs you.

    With --watch a terminal is redrawn in place; a pipe gets a line for each thing that changed. With --json
    the result is one document, and with --watch one such line for each look; see “The JSON of a snapshot” of
    the documentation.

    \b
    Example:  greenshift status
              greenshift status --watch
              greenshift status --stack prod --json | jq '.functions[].version'
    """
    workspace = Workspace.find(stack)
    look, hours = workspace.view().snapshot, workspace.hours()
    if watch:
        _watch(Steady(look), everything, json, hours)
    elif json:
        terminal.json(look().to_json())
    else:
        terminal.tree(board(look(), everything=everything, hours=hours))
        for line in stand_ins(workspace.stand_ins()):
            terminal.progress(line)


class Steady:
    """Looks, and shows what was seen last when AWS does not answer for a moment; not for long."""

    def __init__(self, look: Callable[[], Snapshot], patience: int = 10) -> None:
        self._look = look
        self._patience = patience
        self._last: Snapshot | None = None
        self._failures = 0

    def __call__(self) -> Snapshot:
        try:
            self._last, self._failures = self._look(), 0
        except (BotoCoreError, ClientError):
            self._failures += 1
            if self._last is None or self._failures > self._patience:
                raise
        return self._last


def _watch(look: Callable[[], Snapshot], everything: bool, json: bool, hours: Hours) -> None:
    def pause() -> bool:
        time.sleep(WATCH_SECONDS)
        return True

    if json:
        watch_json(look, terminal, pause)
    elif terminal.out.is_terminal:
        watch_in_place(look, terminal, pause, everything, hours)
    else:
        watch_in_lines(look, terminal, pause, everything, hours)


def watch_json(look: Callable[[], Snapshot], to: Terminal, goes_on: Callable[[], bool]) -> None:
    """One line of JSON for each look."""
    is_on = True
    while is_on:
        to.json_line(look().to_json())
        is_on = goes_on()


def watch_in_place(
    look: Callable[[], Snapshot],
    to: Terminal,
    goes_on: Callable[[], bool],
    everything: bool,
    hours: Hours = AWS,
) -> None:
    """The same place of the terminal, drawn anew; what was drawn last stays when it ends."""
    with Live(console=to.out, auto_refresh=False, vertical_overflow="crop") as live:
        is_on = True
        while is_on:
            tree = board(look(), everything=everything, hours=hours)
            live.update(folded(tree, to.out), refresh=True)
            is_on = goes_on()


def watch_in_lines(
    look: Callable[[], Snapshot],
    to: Terminal,
    goes_on: Callable[[], bool],
    everything: bool,
    hours: Hours = AWS,
) -> None:
    """The tree once, and then each line that is new, with its time."""
    first = look()
    for line in lines(board(first, everything=everything, hours=hours)):
        to.result(line)
    known = set(paths(board(first, everything=everything, hours=hours)))
    while goes_on():
        snapshot = look()
        told = paths(board(snapshot, everything=everything, hours=hours))
        for line in told:
            if line not in known:
                to.result(f"{hours.clock(snapshot.at)}  {line}")
        known = set(told)
