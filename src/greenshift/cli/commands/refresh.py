"""``greenshift refresh``: the state brought to what is there."""

from __future__ import annotations

from typing import Annotated

import typer

from greenshift.cli.commands.deploy import TargetOption, finish
from greenshift.cli.console.printing import Printer
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project.workspace import Workspace
from greenshift.engine import Scope, plan_line, progress_line


def refresh(
    stack: StackOption = "local",
    target: TargetOption = None,
    preview_only: Annotated[bool, typer.Option("--preview-only", help="Only show what differs.")] = False,
    json: JsonOption = False,
) -> None:
    """Bring the state to what is there: outputs anew, and without what somebody deleted.

    Nothing but the state is changed; the next `up` makes again what is gone.

    \b
    Example:  greenshift refresh --preview-only
              greenshift refresh && greenshift up
    """
    workspace = Workspace.find(stack)
    scope = Scope(tuple(target or ()))
    printer = Printer(plan_line if preview_only else progress_line, quiet=json)
    if workspace.is_local:
        engine = workspace.engine(workspace.twin(), printer)
        result = engine.refresh(scope.targeting(), dry_run=preview_only)
    else:
        result = workspace.pulumi(printer).refresh(scope, dry_run=preview_only)
    finish(result, json, planned=preview_only)
