"""``greenshift preview``, ``up`` and ``destroy``: what should exist, made so."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.terminal import terminal
from greenshift.cli.workspace import Workspace
from greenshift.engine import (
    Diagnostic,
    Event,
    Output,
    OutputsChanged,
    Result,
    Scope,
    StepStarted,
    plan_line,
    progress_line,
    summary,
)
from greenshift.errors import UsageError
from greenshift.twin import nodesdk, process
from greenshift.twin.cache import default_cache
from greenshift.twin.process import TwinHandle

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
RefreshOption = Annotated[
    bool, typer.Option("--refresh", "-r", help="Look first at what is there (see `greenshift refresh`).")
]


def preview(
    stack: StackOption = "local",
    target: TargetOption = None,
    replace: ReplaceOption = None,
    target_dependents: DependentsOption = False,
    refresh: RefreshOption = False,
    json: JsonOption = False,
) -> None:
    """Show what `up` would create, change and delete. Nothing is changed.

    Example:  greenshift preview
    """
    workspace = Workspace.find(stack)
    printer = Printer(plan_line, quiet=json)
    scope = Scope(tuple(target or ()), tuple(replace or ()), target_dependents, refresh)
    if workspace.is_local:
        result = workspace.engine(started_twin(workspace), printer).preview(
            scope.targeting(), refresh=refresh
        )
    else:
        result = workspace.pulumi(printer).preview(scope)
    finish(result, json, planned=True)


def up(
    stack: StackOption = "local",
    target: TargetOption = None,
    replace: ReplaceOption = None,
    target_dependents: DependentsOption = False,
    refresh: RefreshOption = False,
    json: JsonOption = False,
) -> None:
    """Create or change everything the project describes. On `local`, start the twin when it does not run.

    Any other stack is on AWS and is deployed by the Pulumi CLI, with the same program.

    Example:  greenshift up
    """
    workspace = Workspace.find(stack)
    scope = Scope(tuple(target or ()), tuple(replace or ()), target_dependents, refresh)
    if not workspace.is_local:
        _up_on_aws(workspace, json, scope)
        return
    workspace.repository()
    twin = started_twin(workspace)
    finish(deploy(workspace, twin, scope, quiet=json), json)
    if not json:
        terminal.progress(f"the twin answers on {twin.endpoint}")
        terminal.progress(_next(workspace))


def _next(workspace: Workspace) -> str:
    """What to type after an `up`; making a pipeline starts it at once."""
    if workspace.view().running_executions():
        return "the pipeline releases what is committed already; watch it with: greenshift release --follow"
    return "release what is committed with: greenshift release"


def _up_on_aws(workspace: Workspace, json: bool, scope: Scope) -> None:
    settings = workspace.project.settings
    if settings.source.provider == "github":
        settings.token(os.environ).refuse_placeholder()
    finish(workspace.pulumi(Printer(progress_line, quiet=json)).up(scope), json)
    if not json:
        terminal.progress(f"see what is left to do with: greenshift doctor --stack {workspace.stack}")


def deploy(
    workspace: Workspace, twin: TwinHandle, scope: Scope | None = None, *, quiet: bool = False
) -> Result:
    """Bring the stack to what the project says, with the git repository as its source."""
    repository = workspace.repository()
    settings = workspace.project.settings
    if any(function.runtime.startswith("nodejs") for function in settings.functions.values()):
        nodesdk.install(default_cache(), terminal.progress)
    if settings.source.repository:
        process.register_repository(twin, settings.source.repository, repository.path)
    for note in workspace.project.notes:
        terminal.warning(note)
    scope = scope or Scope()
    engine = workspace.engine(twin, Printer(progress_line, quiet=quiet))
    return engine.up(scope.targeting(), refresh=scope.refresh)


def remove(workspace: Workspace, twin: TwinHandle, *, quiet: bool = False) -> Result:
    """Delete everything the stack has."""
    return workspace.engine(twin, Printer(progress_line, quiet=quiet)).destroy()


def destroy(
    stack: StackOption = "local",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: JsonOption = False,
) -> None:
    """Delete everything the stack has, with all versions, objects and logs.

    Example:  greenshift destroy --yes
    """
    workspace = Workspace.find(stack)
    twin = workspace.twin() if workspace.is_local else None
    for line in workspace.project.settings.kept_on_destroy:
        terminal.warning(line)
    if not yes:
        _confirm(workspace)
    if twin is None:
        result = workspace.pulumi(Printer(progress_line, quiet=json)).destroy()
    else:
        result = remove(workspace, twin, quiet=json)
    finish(result, json)


def _confirm(workspace: Workspace) -> None:
    if not terminal.err.is_terminal:
        raise UsageError(
            "destroy asks before it deletes, and this is no terminal", hint="greenshift destroy --yes"
        )
    question = f"Delete everything in stack {workspace.stack!r} of {workspace.project.name!r}?"
    if not typer.confirm(question, err=True):
        raise UsageError("nothing was deleted")


def started_twin(workspace: Workspace) -> TwinHandle:
    """The project's twin, started when it does not run."""
    running = process.find(workspace.home)
    if running is not None:
        return running
    terminal.progress("starting the twin")
    return process.start(workspace.home)


def finish(result: Result, json: bool, *, planned: bool = False) -> None:
    if json:
        terminal.json(_to_json(result))
        return
    terminal.progress(f"{summary(result.changes, planned=planned)} [dim]({result.duration:.1f} s)[/]")
    for name, output in sorted(result.outputs.items()):
        terminal.out.print(f"{name}: {_text(output)}", markup=False)


def _text(output: Output) -> str:
    if not output.known:
        return "(known after up)"
    return "[secret]" if output.secret else yaml_text(output.value)


def yaml_text(value: object) -> str:
    """A value on as few lines as it needs; structured ones indented below their name."""
    if not isinstance(value, Mapping):
        return str(value)
    return "".join(f"\n  {key}: {_flat(item)}" for key, item in sorted(value.items()))


def _flat(item: object) -> str:
    return ", ".join(f"{k} {v}" for k, v in item.items()) if isinstance(item, Mapping) else str(item)


def _to_json(result: Result) -> dict[str, Any]:
    outputs = {name: None if output.secret else output.value for name, output in result.outputs.items()}
    return {"changes": dict(result.changes), "outputs": outputs, "seconds": round(result.duration, 3)}


class Printer:
    """Prints the engine's events as they come; they come from several threads."""

    def __init__(self, line: Callable[[Event], str], *, quiet: bool) -> None:
        self._line = line
        self._quiet = quiet
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        # What is done is told when it is done; most steps take less time than it takes to read them.
        line = "" if isinstance(event, StepStarted | OutputsChanged) else self._line(event)
        if not line or (self._quiet and not isinstance(event, Diagnostic)):
            return
        with self._lock:
            terminal.err.print(line, markup=False)
