"""Options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

from greenshift.cli.console.terminal import terminal
from greenshift.cli.project import complete


def _remember(stack: str) -> str:
    terminal.stack = stack
    return stack


StackOption = Annotated[
    str,
    typer.Option(
        "--stack",
        "-s",
        help="The stack; `local` is the twin.",
        autocompletion=complete.stacks,
        callback=_remember,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
