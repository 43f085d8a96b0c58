"""``greenshift preview`` and ``up``: what should exist, made so."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from greenshift.cli.console.printing import Printer, of_changes
from greenshift.cli.console.terminal import terminal
from greenshift.cli.following.narrate import shown
from greenshift.cli.following.situation import Situation
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words import outputs
from greenshift.cli.words.next_steps import next_steps
from greenshift.cli.words.standing_in import stand_ins
from greenshift.engine import (
    Result,
    Scope,
    plan_line,
    summary,
)
from greenshift.errors import GreenshiftError
from greenshift.settings.on_twin import refuse_on_twin
from greenshift.twin import nodesdk
from greenshift.twin.machine import process
from greenshift.twin.machine.cache import default_cache
from greenshift.twin.machine.process import TwinHandle

if TYPE_CHECKING:
    from greenshift.actions.decision import State
    from greenshift.engine.program.host import Waiting
    from greenshift.pulumi_cli import PulumiStack
    from greenshift.view import StackView


class EngineName(StrEnum):
    """Who deploys the stack `local`."""

    GREENSHIFT = "greenshift"
    PULUMI = "pulumi"


TargetOption = Annotated[
    list[str] | None,
    typer.Option("--target", "-t", help="Only this resource: a URN (with `*`), or on `local` its name."),
]
ReplaceOption = Annotated[
    list[str] | None, typer.Option("--replace", help="Replace this resource, changed or not.")
]
DependentsOption = Annotated[
    bool, typer.Option("--target-dependents", help="With the targets, also what depends on them.")
]
EngineOption = Annotated[
    EngineName, typer.Option("--engine", help="Who deploys `local`: our engine, or the Pulumi CLI.")
]
RefreshOption = Annotated[
    bool, typer.Option("--refresh", "-r", help="Look first at what is there (see `greenshift refresh`).")
]

StrictOption = Annotated[
    bool,
    typer.Option("--strict", help="On `local`, refuse what the twin does not have, instead of a stand-in."),
]


def preview(
    context: typer.Context,
    stack: StackOption = "local",
    target: TargetOption = None,
    replace: ReplaceOption = None,
    target_dependents: DependentsOption = False,
    refresh: RefreshOption = False,
    strict: StrictOption = False,
    engine: EngineOption = EngineName.GREENSHIFT,
    json: JsonOption = False,
) -> None:
    """Show what `up` would create, change and delete. Nothing is changed.

    Example:  greenshift preview
    """
    workspace = Workspace.find(stack, any_program=True)
    if workspace.is_local:
        refuse_on_twin(workspace.project.settings.functions)
    printer = Printer(plan_line, quiet=json)
    scope = Scope(tuple(target or ()), tuple(replace or ()), target_dependents, refresh)
    if workspace.is_local and engine == EngineName.PULUMI:
        result = with_pulumi(workspace, started_twin(workspace), printer, lambda stack: stack.preview(scope))
    elif workspace.is_local:
        ours = workspace.engine(started_twin(workspace), printer, strict=strict, spare=context.obj)
        result = ours.preview(scope.targeting(), refresh=refresh)
    else:
        result = workspace.pulumi(printer).preview(scope)
    finish(result, json, planned=True, is_local=workspace.is_local)


def up(
    context: typer.Context,
    stack: StackOption = "local",
    target: TargetOption = None,
    replace: ReplaceOption = None,
    target_dependents: DependentsOption = False,
    refresh: RefreshOption = False,
    strict: StrictOption = False,
    engine: EngineOption = EngineName.GREENSHIFT,
    json: JsonOption = False,
) -> None:
    """Create or change everything the project describes. On `local`, start the twin when it does not run.

    A resource of a type the twin does not have becomes a stand-in: it is in the state alone, and told.
    Any other stack is on AWS and is deployed by the Pulumi CLI, with the same program.

    Example:  greenshift up
    """
    workspace = Workspace.find(stack)
    scope = Scope(tuple(target or ()), tuple(replace or ()), target_dependents, refresh)
    if not workspace.is_local:
        _up_on_aws(workspace, json, scope)
        return
    refuse_on_twin(workspace.project.settings.functions)
    workspace.repository()
    twin = started_twin(workspace)
    result = deploy(workspace, twin, scope, engine=engine, quiet=json, strict=strict, spare=context.obj)
    finish(result, json, is_local=True)
    if not json:
        terminal.progress(f"the twin answers on {twin.endpoint}")
        _tell_next(workspace)


def _tell_next(workspace: Workspace) -> None:
    """What is under way (making a pipeline starts it at once), and what to type next."""
    view = workspace.view()
    running = view.running_executions().values()
    latest, stands = ("", None) if running else _latest(workspace, view)
    for line in next_steps(running, workspace.stack, latest, stands):
        terminal.progress(line)


def _latest(workspace: Workspace, view: StackView) -> tuple[str, State | None]:
    """The branch's latest commit and how it stands; nothing where nobody can say."""
    try:
        latest = workspace.repository().head(workspace.project.settings.source.branch).id
        return latest, Situation(view, workspace.clients(workspace.twin()), latest).state
    except GreenshiftError:
        return "", None


def _up_on_aws(workspace: Workspace, json: bool, scope: Scope) -> None:
    settings = workspace.project.settings
    if settings.source.provider == "github":
        settings.token(os.environ).refuse_placeholder()
    with of_changes(quiet=json) as printer:
        result = workspace.pulumi(printer).up(scope)
    finish(result, json)
    if not json:
        terminal.progress(f"see what is left to do with: greenshift doctor --stack {workspace.stack}")
        for line in next_steps((), workspace.stack)[1:]:
            terminal.progress(line)


def deploy(
    workspace: Workspace,
    twin: TwinHandle,
    scope: Scope | None = None,
    *,
    engine: EngineName = EngineName.GREENSHIFT,
    quiet: bool = False,
    strict: bool = False,
    spare: Waiting | None = None,
) -> Result:
    """Bring the stack to what the project says, with the git repository as its source."""
    repository = workspace.repository()
    settings = workspace.project.settings
    refuse_on_twin(settings.functions)
    if any(function.runtime.startswith("nodejs") for function in settings.functions.values()):
        nodesdk.install(default_cache(), terminal.progress)
    if settings.source.repository:
        process.register_repository(twin, settings.source.repository, repository.path)
    for note in workspace.project.notes:
        terminal.warning(note)
    wanted = scope or Scope()
    with of_changes(quiet=quiet) as printer:
        if engine == EngineName.PULUMI:
            return with_pulumi(workspace, twin, printer, lambda stack: stack.up(wanted))
        ours = workspace.engine(twin, printer, strict=strict, spare=spare)
        return ours.up(wanted.targeting(), refresh=wanted.refresh)


def with_pulumi(
    workspace: Workspace,
    twin: TwinHandle,
    printer: Printer,
    work: Callable[[PulumiStack], Result],
) -> Result:
    """The stack `local` through the Pulumi CLI, which is loaded by who wants it."""
    from greenshift.cli.project import local_pulumi

    return local_pulumi.with_pulumi(workspace, twin, printer, work)


def started_twin(workspace: Workspace) -> TwinHandle:
    """The project's twin, started when it does not run."""
    running = process.find(workspace.home)
    if running is not None:
        return running
    terminal.progress("starting the twin")
    return process.start(workspace.home)


def finish(result: Result, json: bool, *, planned: bool = False, is_local: bool = False) -> None:
    """Tell what was done, or what would be, with the outputs: for a person in short."""
    if json:
        terminal.json(_to_json(result))
        return
    terminal.progress(f"{summary(result.changes, planned=planned)} [dim]({result.duration:.1f} s)[/]")
    for line in stand_ins(result.stand_ins):
        terminal.progress(line)
    is_brief = terminal.out.is_terminal
    for text in outputs.told(result.outputs, is_local=is_local, is_brief=is_brief):
        if is_brief:
            for line in text.splitlines():
                terminal.entry(shown(line))
        else:
            terminal.out.print(text, markup=False)


def _to_json(result: Result) -> dict[str, Any]:
    values = {name: None if output.secret else output.value for name, output in result.outputs.items()}
    changes, seconds = dict(result.changes), round(result.duration, 3)
    told = {"standIns": list(result.stand_ins)} if result.stand_ins else {}
    return {"changes": changes, "outputs": values, "seconds": seconds, **told}
