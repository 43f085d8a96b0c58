"""What the shell may complete: stacks and functions from the project's files, releases from a running twin.

Whatever goes wrong, there is nothing to complete: an error in the middle of a command line helps nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

from greenshift.advice import LOCAL
from greenshift.cli.words.statuses import STATUSES

if TYPE_CHECKING:
    from greenshift.cli.project.workspace import Workspace

_RELEASES = 20


def _workspace(stack: str = LOCAL) -> Workspace:
    """Loaded when a shell asks; the options of every command are made with this module."""
    from greenshift.cli.project.workspace import Workspace

    return Workspace.find(stack)


def _quietly(find: Callable[[str], Iterable[str]]) -> Callable[[click.Context, str], list[str]]:
    def complete(ctx: click.Context, incomplete: str) -> list[str]:
        stack = str(ctx.params.get("stack") or LOCAL)
        try:
            return [each for each in find(stack) if each.startswith(incomplete)]
        except Exception:
            return []

    return complete


def _stacks(stack: str) -> Iterable[str]:
    directory = _workspace().project.directory
    files = (path.name for path in directory.glob("Pulumi.*.yaml"))
    return sorted({LOCAL, *(name.removeprefix("Pulumi.").removesuffix(".yaml") for name in files)})


def _functions(stack: str) -> Iterable[str]:
    return sorted(_workspace(stack).project.settings.functions)


def _releases(stack: str) -> Iterable[str]:
    """Releases on the twin only: asking AWS takes as long as typing."""
    if stack != LOCAL:
        return []
    return ["latest", *(each.id[:8] for each in _workspace(stack).view().executions(_RELEASES))]


def statuses(incomplete: str) -> list[str]:
    """In the letters the person has begun with; the command takes both."""
    names = STATUSES if incomplete.isupper() else [name.lower() for name in STATUSES]
    return [name for name in names if name.startswith(incomplete)]


stacks = _quietly(_stacks)
functions = _quietly(_functions)
releases = _quietly(_releases)
