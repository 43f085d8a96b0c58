"""``greenshift show``: one release in full, moment by moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from greenshift.cli import complete, lookup
from greenshift.cli.icons import icon
from greenshift.cli.narrate import first_line, shown
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.spoken import clock, day, took
from greenshift.cli.terminal import terminal
from greenshift.cli.workspace import Workspace
from greenshift.contract.text import duration
from greenshift.view import FunctionRelease, Moment, ReleaseView, Timeline
from greenshift.view.moments import seconds_between

_FUNCTIONS = 20


def show(
    release: Annotated[
        str,
        typer.Argument(
            help="The start of a release's id, or `latest`.",
            autocompletion=complete.releases,
        ),
    ] = lookup.LATEST,
    stack: StackOption = "local",
    json: JsonOption = False,
) -> None:
    """Show one release: what it changed, and everything that happened, with how long it took.

    Pipeline actions, the release's own statuses, hooks, steps of the traffic, alarms; times are UTC.

    \b
    Example:  greenshift show
              greenshift show d2fe761d
              greenshift show latest --json | jq '.moments[] | select(.kind == "alarm")'
    """
    view = Workspace.find(stack).view()
    timeline = view.timeline(lookup.release_id(view, release))
    if json:
        terminal.json(timeline.to_json())
        return
    for line in lines(timeline):
        terminal.result(line)


def lines(timeline: Timeline) -> Iterator[str]:
    yield _head(timeline)
    yield from (f"  [dim]{name + ':':<9}[/]{text}" for name, text in _facts(timeline) if text)
    if timeline.release is not None:
        yield from _functions(timeline.release)
    yield ""
    begun = _begun(timeline)
    for moment in timeline.moments:
        yield _moment(moment, begun)


def _head(timeline: Timeline) -> str:
    release, execution = timeline.release, timeline.execution
    status = release.status if release else execution.status if execution else "unknown"
    told = release or execution
    commit, message = (told.commit, told.message) if told else ("", "")
    what = f"{shown(commit[:8])} {shown(message)}"
    return f"{icon(status).markup} [bold]{shown(timeline.id)}[/]  {shown(status)}  {what}".rstrip()


def _facts(timeline: Timeline) -> Iterator[tuple[str, str]]:
    release, execution = timeline.release, timeline.execution
    begun = _begun(timeline)
    ended = release.ended_at if release else execution.updated_at if execution else ""
    length = took(begun, ended)
    yield "began", f"{day(begun)} UTC"
    yield "took", length
    yield "trigger", shown(execution.trigger if execution else release.trigger if release else "")
    if release is None:
        return
    yield "author", shown(release.author)
    yield "mode", shown(release.mode)
    yield "by", shown(release.by)
    yield "why", shown(release.why)
    yield "reason", shown(first_line(release.reason))
    yield "alarm", shown(release.alarm)
    if len(release.back) > 1:
        first, last = release.back[0], release.back[-1]
        length = took(first.back_at, last.back_at)
        yield "mixed", f"{length} from the first function that was back to the last"


def _begun(timeline: Timeline) -> str:
    starts = [moment.at for moment in timeline.moments]
    starts += [timeline.release.started_at] if timeline.release else []
    return min(starts, default="")


def _functions(release: ReleaseView) -> Iterator[str]:
    width = max((len(function.key) for function in release.changed), default=0)
    for function in release.changed[:_FUNCTIONS]:
        yield f"  {_function(function, width)}"
    if (rest := len(release.changed) - _FUNCTIONS) > 0:
        yield f"  [dim]and {rest} more[/]"
    if unchanged := len(release.functions) - len(release.changed):
        yield f"  [dim]{unchanged} unchanged[/]"
    yield from (f"  [yellow]![/] {shown(finding)}" for finding in release.findings)


def _function(function: FunctionRelease, width: int) -> str:
    wave = f"  [dim]wave {function.wave}[/]" if function.wave else ""
    why = f"  {shown(first_line(function.reason))}" if function.reason else ""
    key, moved = f"{function.key:<{width}}", f"{function.from_version} → {function.to_version}"
    return f"{icon(function.state).markup} {shown(f'{key}  {moved}  {function.state}')}{wave}{why}"


def _moment(moment: Moment, begun: str) -> str:
    since = seconds_between(begun, moment.at) or 0.0
    length = f"  [dim]{duration(moment.seconds)}[/]" if moment.seconds is not None else ""
    mark = icon(moment.status).markup if moment.status else "[cyan]→[/]"
    status = "" if moment.status in ("", "Succeeded") else f" {shown(moment.status)}"
    text = f"  {shown(first_line(moment.text))}" if moment.text else ""
    at = f"{clock(moment.at)}  [dim]+{duration(round(since)):<11}[/] {shown(f'{moment.kind:<8}')}"
    return f"{at} {mark} {shown(moment.subject)}{status}{length}{text}"
