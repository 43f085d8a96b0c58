"""The events of a deployment, as they come. Several threads tell them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType

from rich.console import Console
from rich.live import Live

from greenshift.cli.console.terminal import terminal
from greenshift.cli.following.narrate import shown
from greenshift.cli.words import creations
from greenshift.cli.words.folding import fitted, hanging
from greenshift.contract.text import listed
from greenshift.engine import (
    Diagnostic,
    Event,
    OutputsChanged,
    StepDone,
    StepFailed,
    StepStarted,
    progress_line,
)
from greenshift.engine.display import DONE

_NAMED = 3
_UNDER = 3


class Printer:
    """A line for each event that says something."""

    def __init__(self, line: Callable[[Event], str], *, quiet: bool) -> None:
        self._line = line
        self._quiet = quiet
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        # What is done is told when it is done; most steps take less time than it takes to read them.
        line = "" if isinstance(event, StepStarted | OutputsChanged) else self._line(event)
        if not line or (self._quiet and not isinstance(event, Diagnostic)):
            return
        with self._lock:
            terminal.err.print(line, markup=False)

    def __enter__(self) -> Printer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """What was kept for the end is told."""


class ScreenPrinter(Printer):
    """For a person at a screen: what is under way on one line that comes and goes; what was created (or what
    else ``many`` is the operation of), together at the end; everything else when it happens.
    """

    def __init__(self, on: Console, many: str = "create") -> None:
        super().__init__(progress_line, quiet=False)
        self._on = on
        self._many = many
        self._done: list[StepDone] = []
        self._under_way: dict[str, str] = {}
        self._open = ExitStack()
        self._live = Live(console=on, transient=True, auto_refresh=False)

    def __call__(self, event: Event) -> None:
        with self._lock:
            if isinstance(event, StepStarted) and event.step.op != "same":
                self._under_way[event.step.urn] = event.step.name
            elif isinstance(event, StepDone | StepFailed):
                self._under_way.pop(event.step.urn, None)
            if isinstance(event, StepDone) and event.step.op == self._many:
                self._done.append(event)
            elif not isinstance(event, StepStarted | OutputsChanged):
                self._print(progress_line(event))
            self._draw()

    def __enter__(self) -> Printer:
        self._open.enter_context(self._live)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._open.close()
        for line in creations.told(self._done):
            self._print(line)

    def _print(self, text: str) -> None:
        for line in text.splitlines():
            self._on.print(hanging(shown(line), self._on, _UNDER))

    def _draw(self) -> None:
        what = f": {listed(self._under_way.values(), _NAMED)}" if self._under_way else ""
        now = f"[dim]{len(self._done)} {DONE[self._many]}, {len(self._under_way)} under way{shown(what)}[/]"
        self._live.update(fitted(now, self._on), refresh=True)


def of_changes(*, quiet: bool) -> Printer:
    """For ``up`` and what deploys like it."""
    return _of_many("create", quiet=quiet)


def of_deletions(*, quiet: bool) -> Printer:
    """For ``destroy``."""
    return _of_many("delete", quiet=quiet)


def _of_many(what: str, *, quiet: bool) -> Printer:
    if quiet or not terminal.err.is_terminal:
        return Printer(progress_line, quiet=quiet)
    return ScreenPrinter(terminal.err, what)
