"""``greenshift logs``: what a build, a function or the controller printed, and prints."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated

import typer
from rich.text import Text

from greenshift.cli.console.terminal import Terminal, terminal
from greenshift.cli.following.narrate import CONTROL
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project import complete, lookup
from greenshift.cli.project.workspace import Workspace
from greenshift.errors import GreenshiftError, UsageError
from greenshift.view import AWS, Hours, StackView
from greenshift.view.logs import BuildTail, GroupTail, LogLine

POLL_SECONDS = 0.5
_LATEST = 100

Tail = GroupTail | BuildTail


def logs(
    stack: StackOption = "local",
    build: Annotated[
        bool, typer.Option("--build", help="Of a release's build; this is the default.")
    ] = False,
    function: Annotated[
        str, typer.Option("--function", help="Of one function.", autocompletion=complete.functions)
    ] = "",
    controller: Annotated[
        bool, typer.Option("--controller", help="Of the function that publishes and shifts.")
    ] = False,
    release: Annotated[
        str, typer.Option(help="The release whose build is meant.", autocompletion=complete.releases)
    ] = lookup.LATEST,
    number: Annotated[
        int, typer.Option(help="Of this build, by its number; `show` names those of a release.")
    ] = 0,
    since: Annotated[str, typer.Option(help="How far back, for functions: 90s, 10m, 2h, 7d.")] = "10m",
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with new lines: to the build's end, or to Ctrl-C.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show what a build, a function or the controller printed. With --json each line is one JSON document.

    \b
    Example:  greenshift logs
              greenshift logs --build --release d2fe761d
              greenshift logs --number 12
              greenshift logs --function charge --since 1h
              greenshift logs --controller --follow
    """
    if sum((build or bool(number), bool(function), controller)) > 1:
        raise UsageError("choose one of --build (or --number), --function and --controller")
    workspace = Workspace.find(stack)
    view, hours = workspace.view(), workspace.hours()
    start = hours.ago(view.now(), lookup.span(since))
    if function:
        tail: Tail = view.function_tail(lookup.function(view, function).key, start)
    elif controller:
        tail = view.controller_tail(start)
    else:
        tail = numbered(view, number) if number else build_of(view, release)
    tell(tail, terminal, _pause, follow=follow, as_json=json, hours=hours)


def build_of(view: StackView, release: str) -> BuildTail:
    """The log of a release's build."""
    found = view.execution(lookup.release_id(view, release))
    for stage in found.stages if found else ():
        for action in stage.actions:
            if action.category == "Build" and action.external_id:
                return view.build_tail(action.external_id)
    raise GreenshiftError(
        f"release {release} has no build (yet)", hint="see how far it is with: greenshift status"
    )


def numbered(view: StackView, number: int) -> BuildTail:
    """The log of one of the latest hundred builds."""
    builds = view.builds(_LATEST)
    found = next((build for build in builds if build.number == number), None)
    if found is None:
        there = f"the latest is {builds[0].number}" if builds else "there is none yet"
        raise GreenshiftError(f"no build has the number {number}: {there}", hint="greenshift show")
    return view.build_tail(found.id)


def tell(
    tail: Tail,
    to: Terminal,
    pause: Callable[[], None],
    *,
    follow: bool,
    as_json: bool = False,
    hours: Hours = AWS,
) -> None:
    """Every line, and with ``follow`` those that are still to come."""
    while True:
        for line in tail.read():
            if as_json:
                to.json_line({"at": line.at, "stream": line.stream, "text": line.text})
            else:
                to.text(_shown(line, hours if isinstance(tail, GroupTail) else None))
        if tail.is_over or not follow:
            return
        pause()


def _shown(line: LogLine, hours: Hours | None) -> Text:
    """The line in its own colours on a terminal, without any other power over it."""
    text = Text.from_ansi(line.text) if "\x1b[" in line.text else Text(CONTROL.sub("", line.text))
    if hours is None:
        return text
    return Text(f"{hours.clock(line.at)}{hours.beside(line.at)}  ", style="dim").append_text(text)


def _pause() -> None:
    time.sleep(POLL_SECONDS)
