"""``greenshift status``: what is live, where its traffic goes, and what the pipeline is doing."""

from __future__ import annotations

from dataclasses import asdict

from greenshift.cli.icons import icon
from greenshift.cli.narrate import bar, first_line, shown
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.terminal import terminal
from greenshift.cli.workspace import Workspace
from greenshift.view import FunctionView, Progress


def status(stack: StackOption = "local", json: JsonOption = False) -> None:
    """Show the pipeline's latest execution, and every function's traffic and alarm.

    Example:  greenshift status --json
    """
    view = Workspace.find(stack).view()
    execution = view.latest_execution()
    snapshot = view.progress(execution) if execution else None
    functions = view.live()
    if json:
        latest = snapshot.to_json() if snapshot else None
        terminal.json(
            {
                "pipeline": view.outputs.pipeline,
                "execution": latest,
                "functions": [asdict(f) for f in functions],
            }
        )
        return
    terminal.result(f"[bold]{view.outputs.pipeline}[/]")
    for line in [*_execution(snapshot), *_functions(functions)]:
        terminal.result(line)


def _execution(snapshot: Progress | None) -> list[str]:
    if snapshot is None:
        return ["├ the pipeline has not run yet"]
    what = f"{snapshot.commit[:8]} {shown(snapshot.message)}"
    lines = [f"├ {icon(snapshot.status).markup} {what} [dim]{snapshot.status}[/]"]
    for stage in snapshot.stages:
        error = f"  [red]{shown(first_line(stage.error))}[/]" if stage.error else ""
        lines.append(f"│  {icon(stage.status).markup} {stage.name}{error}")
    return lines


def _functions(functions: tuple[FunctionView, ...]) -> list[str]:
    width = max((len(function.key) for function in functions), default=0)
    return ["└ functions", *(_function(function, width) for function in functions)]


def _function(function: FunctionView, width: int) -> str:
    alarm = f"alarm {icon(function.alarm_state).markup} {function.alarm_state}"
    return f"   {function.key:<{width}}  {_share(function)}  {alarm}"


def _share(function: FunctionView) -> str:
    if not function.new_version:
        return f"{bar(100)} 100 % on version {function.version}"
    new, old = function.new_percent, 100 - function.new_percent
    return f"{bar(new)} {new:g} % on version {function.new_version}, {old:g} % on {function.version}"
