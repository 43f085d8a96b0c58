"""Watch one pipeline execution until it ends: read, tell what changed, wait, again."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.live import Live
from rich.text import Text

from greenshift.cli.narrate import first_line, narrate
from greenshift.cli.terminal import Terminal
from greenshift.view import Progress, StackView

POLL_SECONDS = 0.2


def follow(
    view: StackView,
    execution: str,
    terminal: Terminal,
    *,
    quiet: bool = False,
    wait: Callable[[float], None] = time.sleep,
) -> Progress:
    """The last snapshot of the execution; every change on the way is told as a line of progress."""
    before: Progress | None = None
    with Live(console=terminal.err, transient=True, auto_refresh=False) as live:
        while True:
            after = view.progress(execution)
            for line in [] if quiet else narrate(before, after):
                live.console.print(line)
            if after.has_ended:
                return after
            if not quiet:
                live.update(Text(_waiting_for(after), style="dim"), refresh=terminal.err.is_terminal)
            before = after
            wait(POLL_SECONDS)


def _waiting_for(snapshot: Progress) -> str:
    """What is going on right now, for the last line of a terminal."""
    for stage in snapshot.stages:
        for action in stage.actions:
            if action.status == "InProgress":
                return f"  {stage.name} … {first_line(action.summary)}".rstrip()
    return "  waiting for its turn"
