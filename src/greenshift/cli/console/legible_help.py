"""A command's help, on a console that cannot show every character too."""

from __future__ import annotations

import sys
from typing import Any

import typer

from greenshift.cli.console.narrow_console import as_written


class _Context(typer.Context):
    """Who prints a help writes UTF-8 where the console is said to be ASCII, whatever we told the stream."""

    def get_help(self) -> str:
        return as_written(super().get_help(), sys.stdout.encoding)


def legibly(command: Any) -> Any:
    """A command, and those below it, whose help is written as the console can show it."""
    command.context_class = _Context
    for each in getattr(command, "commands", {}).values():
        legibly(each)
    return command
