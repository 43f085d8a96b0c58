"""``greenshift import``: what exists already, taken into the state."""

from __future__ import annotations

from typing import Annotated

import typer

from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project.workspace import Workspace
from greenshift.errors import UsageError


def bring_in(
    type_: Annotated[
        str, typer.Argument(metavar="TYPE", help="Pulumi's type, for example aws:sns/topic:Topic.")
    ],
    name: Annotated[str, typer.Argument(help="The name it gets in the program.")],
    id_: Annotated[str, typer.Argument(metavar="ID", help="Its id, often its name or ARN.")],
    stack: StackOption = "local",
    json: JsonOption = False,
) -> None:
    """Take a resource that exists on the twin into the state, and print the line that declares it.

    It is protected until the program has it, so that an `up` before that refuses instead of deleting it.

    Example:  greenshift import aws:s3/bucket:Bucket uploads my-uploads
    """
    workspace = Workspace.find(stack)
    if not workspace.is_local:
        raise UsageError(
            f"stack {stack!r} is on AWS, where Pulumi keeps the state",
            hint=f"pulumi import {type_} {name} {id_} --stack {stack}",
        )
    imported = workspace.engine(workspace.twin(), lambda event: None).bring_in(type_, name, id_)
    if json:
        terminal.json({"urn": imported.urn, "declaration": imported.declaration})
        return
    terminal.progress("imported; add to the program:")
    terminal.out.print(imported.declaration, markup=False, soft_wrap=True)
