"""``greenshift destroy``: everything a stack has, deleted."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import typer

from greenshift.cli.commands.deploy import EngineName, EngineOption, finish, with_pulumi
from greenshift.cli.console.printing import of_deletions
from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.next_steps import cut_off
from greenshift.contract.text import listed
from greenshift.engine import Result
from greenshift.errors import GreenshiftError, UsageError
from greenshift.twin.machine.process import TwinHandle

_NAMED = 6
"""How many functions a question names."""


def destroy(
    stack: StackOption = "local",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    engine: EngineOption = EngineName.GREENSHIFT,
    json: JsonOption = False,
) -> None:
    """Delete everything the stack has, with all versions, objects and logs.

    Example:  greenshift destroy --yes
    """
    workspace = Workspace.find(stack)
    twin = workspace.twin() if workspace.is_local else None
    for line in workspace.project.settings.kept_on_destroy:
        terminal.warning(line)
    if not yes and not terminal.err.is_terminal:
        raise UsageError(
            "destroy asks before it deletes, and this is no terminal", hint="greenshift destroy --yes"
        )
    for line in cut_off(_running(workspace), workspace.stack):
        terminal.warning(line)
    if not yes:
        _confirm(workspace)
    if twin is None:
        with of_deletions(quiet=json) as printer:
            result = workspace.pulumi(printer).destroy()
    else:
        result = remove(workspace, twin, engine=engine, quiet=json)
    finish(result, json)


def remove(
    workspace: Workspace,
    twin: TwinHandle,
    *,
    engine: EngineName = EngineName.GREENSHIFT,
    quiet: bool = False,
) -> Result:
    """Delete everything the stack has."""
    with of_deletions(quiet=quiet) as printer:
        if engine == EngineName.PULUMI:
            return with_pulumi(workspace, twin, printer, lambda stack: stack.destroy())
        return workspace.engine(twin, printer).destroy()


def _running(workspace: Workspace) -> Collection[str]:
    """Commits of executions under way; of a stack that is not whole none is known."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return workspace.view().running_executions().values()
    except (GreenshiftError, BotoCoreError, ClientError):
        return ()


def _confirm(workspace: Workspace) -> None:
    functions = listed(sorted(workspace.project.settings.functions), _NAMED)
    whole = f"stack {workspace.stack!r} of {workspace.project.name!r}"
    if not typer.confirm(f"Delete everything in {whole}, {functions} with all versions?", err=True):
        raise UsageError("nothing was deleted")
