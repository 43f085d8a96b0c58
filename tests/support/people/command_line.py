"""What the real command line says of a command somebody wrote down: it parses it, and runs nothing."""

from __future__ import annotations

import re
from typing import Any

import typer

from greenshift.cli.app import app

# Typer keeps its parser to itself, and shows the errors of it by this one alone.
_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
# What stands for a value that only the reader knows: FUNCTION, OWNER/NAME, <stack>.
_PLACEHOLDER = re.compile(r"[A-Z_/-]+|<[a-z-]+>|\$\w+")
VALUE = "VALUE"


def complaint(words: list[str]) -> str:
    """Why `greenshift` would refuse these words; "" when it would take them.

    The end of a command may be missing: pages name `greenshift invoke` and `greenshift new --template`.
    """
    command: Any = typer.main.get_command(app)
    rest = list(words)
    while (below := getattr(command, "commands", None)) is not None and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        if name not in below:
            return f"there is no command {name!r}"
        command = below[name]
    found = _refusal(command, rest)
    if found and rest and rest[-1].startswith("-"):
        found = _refusal(command, [*rest, VALUE])
    return found


def is_command(name: str) -> bool:
    """Whether `greenshift` has a command of this name."""
    return name in getattr(typer.main.get_command(app), "commands")  # noqa: B009 - Typer's type has no such name


def _refusal(command: Any, arguments: list[str]) -> str:
    context = command.context_class(command, info_name="greenshift")
    try:
        values, extra, _ = command.make_parser(context).parse_args(list(arguments))
        for parameter in command.params:
            _convert(parameter, context, values.get(parameter.name))
    except _USAGE_ERROR as refused:
        return str(refused)
    return f"nobody takes {' '.join(extra)}" if extra else ""


def _convert(parameter: Any, context: Any, value: object) -> None:
    """Raises for a value that is none of the parameter's: another choice, no number."""
    given = value if isinstance(value, list | tuple) else [value]
    known = [each for each in given if isinstance(each, str) and not _PLACEHOLDER.fullmatch(each)]
    if known and parameter.callback is None:
        parameter.process_value(context, known if isinstance(value, list | tuple) else known[0])
