"""``greenshift state list|delete|rename|unprotect``: the state of the local stack, changed by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import JsonOption, StackOption, YesOption
from greenshift.cli.project.workspace import LOCAL_STACK, Workspace
from greenshift.engine import Engine
from greenshift.engine.state import edit
from greenshift.errors import UsageError

app = typer.Typer(
    no_args_is_help=True,
    help="Look at the state of the local stack, and change it by hand.",
    add_completion=False,
    rich_markup_mode=None,
)

ResourceArgument = Annotated[str, typer.Argument(metavar="RESOURCE", help="A resource's URN, or its name.")]


@app.command("list")
def list_(stack: StackOption = LOCAL_STACK, json: JsonOption = False) -> None:
    """List every resource of the state: its type, name and id.

    Example:  greenshift state list
    """
    states = edit.listed(_engine(stack, "list").snapshot())
    if json:
        terminal.json([{"urn": s.urn, "type": s.type, "id": s.id, "protect": s.protect} for s in states])
        return
    for state in states:
        marks = f"{'  protected' if state.protect else ''}{'  to be deleted' if state.condemned else ''}"
        terminal.out.print(f"{state.type:<48} {state.name}  {state.id}{marks}", markup=False, soft_wrap=True)


@app.command()
def delete(
    resource: ResourceArgument,
    stack: StackOption = LOCAL_STACK,
    force: Annotated[bool, typer.Option(help="Also a protected one.")] = False,
    target_dependents: Annotated[bool, typer.Option(help="With it, also what needs it.")] = False,
    yes: YesOption = False,
) -> None:
    """Forget a resource. It stays where it is; nothing will delete it any more.

    Example:  greenshift state delete uploads
    """
    engine = _engine(stack, "delete")
    _agree(f"Forget {resource!r}? It stays on the twin.", yes)
    with engine.editing() as journal:
        for urn in edit.delete(journal, resource, force=force, dependents=target_dependents):
            terminal.result(f"forgotten: {urn}")


@app.command()
def rename(
    resource: ResourceArgument,
    name: Annotated[str, typer.Argument(help="The new name.")],
    stack: StackOption = LOCAL_STACK,
    yes: YesOption = False,
) -> None:
    """Give a resource another name in the state, as the program is about to have it.

    Example:  greenshift state rename uploads incoming
    """
    engine = _engine(stack, "rename")
    _agree(f"Rename {resource!r} to {name!r} in the state?", yes)
    with engine.editing() as journal:
        terminal.result(f"renamed: {edit.rename(journal, resource, name)}")


@app.command()
def unprotect(
    resource: Annotated[
        str | None, typer.Argument(metavar="RESOURCE", help="A resource's URN, or its name.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every resource.")] = False,
    stack: StackOption = LOCAL_STACK,
    yes: YesOption = False,
) -> None:
    """Take the protection of a resource away, so that it may be deleted.

    Example:  greenshift state unprotect uploads
    """
    if (resource is None) is not all_:
        raise UsageError("name a resource, or say --all", hint="greenshift state unprotect uploads")
    engine = _engine(stack, "unprotect")
    _agree(f"Take the protection of {resource or 'every resource'} away?", yes)
    with engine.editing() as journal:
        changed = edit.unprotect(journal, resource)
    for urn in changed:
        terminal.result(f"no longer protected: {urn}")
    if not changed:
        terminal.result("nothing was protected")


def _engine(stack: str, command: str) -> Engine:
    workspace = Workspace.find(stack)
    if not workspace.is_local:
        asked = "stack --show-urns" if command == "list" else f"state {command}"
        raise UsageError(
            f"stack {stack!r} is on AWS, where Pulumi keeps the state",
            hint=f"pulumi {asked} --stack {stack}",
        )
    return workspace.engine(workspace.twin(), lambda event: None)


def _agree(question: str, yes: bool) -> None:
    if yes:
        return
    if not terminal.err.is_terminal:
        raise UsageError("this asks first, and here is no terminal", hint="say --yes")
    if not typer.confirm(question, err=True):
        raise UsageError("nothing was changed")
