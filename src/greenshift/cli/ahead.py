"""What a command will surely need, started before the command itself is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from greenshift.advice import LOCAL
from greenshift.cli.project.home import HOME, state_path

if TYPE_CHECKING:
    from greenshift.engine.program.host import Waiting

_RUN_A_PROGRAM = frozenset(("preview", "up"))
_WITHOUT_OURS = frozenset(("--stack", "-s", "--engine", "--help", "-h"))
"""Options with which those leave the program to somebody else, or run none."""


def runs_a_program(line: Sequence[str]) -> bool:
    """Whether the command of a command line runs the project's program with our engine."""
    named = {word.partition("=")[0] for word in line[1:]}
    return bool(line) and line[0] in _RUN_A_PROGRAM and _WITHOUT_OURS.isdisjoint(named)


@contextmanager
def started(line: Sequence[str]) -> Iterator[Waiting | None]:
    """The process for the program, where one will run; ended with the block when nobody used it."""
    if not runs_a_program(line):
        yield None
        return
    from greenshift.engine.program import host

    waiting = host.waiting(_state())
    try:
        yield waiting
    finally:
        waiting.discard()


def _state() -> Path | None:
    """The state of the project here or above, where there is one."""
    here = Path.cwd()
    found = (state_path(each / HOME, LOCAL) for each in (here, *here.parents))
    return next((each for each in found if each.is_file()), None)
