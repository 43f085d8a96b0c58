"""``greenshift logs``: what a build, a function or the controller printed, and prints."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.text import Text

from greenshift.cli.console.terminal import Terminal, terminal
from greenshift.cli.following.narrate import CONTROL
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project import complete, lookup
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.spoken import count
from greenshift.errors import GreenshiftError, UsageError
from greenshift.view import AWS, Hours, StackView
from greenshift.view.log_moments import by_reader
from greenshift.view.logs import BuildTail, GroupTail, LogLine
from greenshift.view.model.releases import short_id

POLL_SECONDS = 0.5
_LATEST = 100
_SPAN = "10m"
_AT_FIRST = 20
"""Lines of a function's past, where new ones are what is waited for."""
_OF_LAMBDA = re.compile("(START|END|REPORT) RequestId: |INIT_START ")
_FAILED = re.compile("\tStatus: (timeout|error)\\b")

Tail = GroupTail | BuildTail


def logs(
    named: Annotated[
        str,
        typer.Argument(
            metavar="[FUNCTION]",
            help="Of one function; without one, of the latest release's build.",
            autocompletion=complete.functions,
            show_default=False,
        ),
    ] = "",
    stack: StackOption = "local",
    build: Annotated[
        bool, typer.Option("--build", help="Of a release's build; this is the default.")
    ] = False,
    function: Annotated[
        str, typer.Option("--function", help="The same as FUNCTION.", autocompletion=complete.functions)
    ] = "",
    controller: Annotated[
        bool, typer.Option("--controller", help="Of the function that publishes and shifts.")
    ] = False,
    release: Annotated[
        str, typer.Option(help="The release whose build is meant.", autocompletion=complete.releases)
    ] = lookup.LATEST,
    number: Annotated[
        int,
        typer.Option(
            help="Of this build, by its number; `show` names those of a release.", show_default=False, min=0
        ),
    ] = 0,
    since: Annotated[
        str,
        typer.Option(
            help="How far back by your own clock, for functions: 90s, 10m, 2h, 7d. Default: 10m; with "
            f"--follow the last {_AT_FIRST} lines of that.",
        ),
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Also what Lambda itself writes of each call: START, END, REPORT.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with new lines: to the build's end, or to Ctrl-C.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show what a build, a function or the controller printed. With --json each line is one JSON document,
    and none is left out.

    \b
    Example:  greenshift logs
              greenshift logs --build --release d2fe761d
              greenshift logs --number 12
              greenshift logs charge --since 1h
              greenshift logs --controller --follow
    """
    if named and function and named != function:
        raise UsageError(f"choose one of {named} and {function}")
    function = named or function
    if sum((build or bool(number), bool(function), controller)) > 1:
        raise UsageError("choose one of --build (or --number), a function and --controller")
    workspace = Workspace.find(stack)
    view, hours = workspace.view(), workspace.hours()
    start = hours.ago(view.now(), lookup.span(since or _SPAN))
    if function:
        found = lookup.function(view, function, of_release="greenshift logs --release")
        tail: Tail = view.function_tail(found.key, start)
    elif controller:
        tail = view.controller_tail(start)
    else:
        tail = numbered(view, number) if number else build_of(view, release)
    at_first = _AT_FIRST if follow and not since and not everything else None
    shown = Shown(json, everything or not isinstance(tail, GroupTail), at_first, hours)
    tell(tail, terminal, _pause, follow=follow, shown=shown)


def build_of(view: StackView, release: str) -> BuildTail:
    """The log of a release's build."""
    id_ = lookup.release_id(view, release)
    found = view.execution(id_)
    for stage in found.stages if found else ():
        for action in stage.actions:
            if action.category == "Build" and action.external_id:
                return view.build_tail(action.external_id)
    if id_.startswith("rollback-"):
        raise GreenshiftError(
            f"{short_id(id_)} builds nothing: its versions were there already",
            hint="name the release that built them, from greenshift history: greenshift logs --release ID",
        )
    raise GreenshiftError(
        f"release {short_id(id_)} has no build (yet)", hint="see how far it is with: greenshift status"
    )


def numbered(view: StackView, number: int) -> BuildTail:
    """The log of one of the latest hundred builds."""
    builds = view.builds(_LATEST)
    found = next((build for build in builds if build.number == number), None)
    if found is None:
        there = f"the latest is {builds[0].number}" if builds else "there is none yet"
        raise GreenshiftError(f"no build has the number {number}: {there}", hint="greenshift show")
    return view.build_tail(found.id)


@dataclass(frozen=True)
class Shown:
    """How lines are told, and which: for a program each of them as a document.

    ``everything``: also what Lambda writes of each call. ``at_first``: at most so many of those that are
    there already; None means all.
    """

    as_json: bool = False
    everything: bool = True
    at_first: int | None = None
    hours: Hours = AWS

    def of(self, lines: Sequence[LogLine]) -> list[LogLine]:
        return [line for line in lines if self.as_json or self.everything or not _is_of_lambda(line.text)]


def tell(
    tail: Tail, to: Terminal, pause: Callable[[], None], *, follow: bool, shown: Shown | None = None
) -> None:
    """The lines, and with ``follow`` those that are still to come."""
    shown = shown or Shown()
    most = None if shown.as_json else shown.at_first
    left_out = 0
    while True:
        read = tail.read()
        lines = shown.of(read)
        left_out += len(read) - len(lines)
        for line in lines if most is None else lines[-most:]:
            if shown.as_json:
                to.json_line({"at": line.at, "stream": line.stream, "text": line.text})
            else:
                told = _shown if isinstance(tail, GroupTail) else _built
                to.text(told(line, shown.hours))
        most = None
        if tail.is_over or not follow:
            break
        pause()
    if left_out:
        to.progress(f"[dim]{count(left_out, 'line')} of Lambda's own left out (--all shows them)[/]")


def _is_of_lambda(text: str) -> bool:
    """Whether Lambda wrote it of a call that went as calls do."""
    return _OF_LAMBDA.match(text) is not None and _FAILED.search(text) is None


def _shown(line: LogLine, hours: Hours) -> Text:
    """What a function said at once stays together; Lambda keeps the ends of its lines as carriage returns."""
    at = f"{hours.clock(line.at)}{hours.beside(line.at)}  "
    first, *more = by_reader(line.text, hours).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = Text(at, style="dim").append_text(_coloured(first))
    for each in more:
        found.append_text(Text("\n" + " " * len(at))).append_text(_coloured(each))
    return found


def _built(line: LogLine, hours: Hours) -> Text:
    return _coloured(by_reader(line.text, hours))


def _coloured(text: str) -> Text:
    """In its own colours on a terminal, without any other power over it."""
    return Text.from_ansi(text) if "\x1b[" in text else Text(CONTROL.sub("", text))


def _pause() -> None:
    time.sleep(POLL_SECONDS)
