"""``greenshift show``: one release in full, moment by moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from greenshift.cli.console.terminal import terminal
from greenshift.cli.following.narrate import alarm_word, first_line, shown
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project import complete, lookup
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words import by_source
from greenshift.cli.words.icons import icon
from greenshift.contract.action_words import action_in_words
from greenshift.contract.people import person
from greenshift.contract.status_words import word
from greenshift.contract.text import duration, with_arrows
from greenshift.view import AWS, BuildView, FunctionRelease, Hours, Moment, ReleaseView, Timeline
from greenshift.view.model.releases import short_id
from greenshift.view.moments import seconds_between
from greenshift.view.started import started
from greenshift.view.timeline import kind_in_words, status_in_words

_FUNCTIONS = 20
_TESTS = 5


def show(
    release: Annotated[
        str,
        typer.Argument(
            help="The start of a release's id or of its commit's, or `latest`.",
            autocompletion=complete.releases,
        ),
    ] = lookup.LATEST,
    stack: StackOption = "local",
    json: JsonOption = False,
) -> None:
    """Show one release: what it changed, its builds and their tests, and everything that happened.

    Pipeline actions, the release's own statuses, hooks, steps of the traffic, alarms. Times are UTC;
    on the twin they are yours, with the twin's beside them. The twin also counts what came from a queue, an
    API or a schedule to each version, and what one version failed on and another one did.

    \b
    Example:  greenshift show
              greenshift show d2fe761d
              greenshift show latest --json | jq '.moments[] | select(.kind == "alarm")'
    """
    workspace = Workspace.find(stack)
    view = workspace.view()
    timeline = view.timeline(lookup.release_id(view, release))
    if json:
        terminal.json(timeline.to_json())
        return
    for line in lines(timeline, workspace.hours()):
        terminal.entry(line)


def lines(timeline: Timeline, hours: Hours = AWS) -> Iterator[str]:
    yield _head(timeline)
    yield from (f"  [dim]{name + ':':<9}[/]{text}" for name, text in _facts(timeline, hours) if text)
    if timeline.release is not None:
        yield from _functions(timeline.release, hours)
    yield from (f"  {line}" for line in by_source.told(timeline.sources))
    for build in timeline.builds:
        yield from _build(build, hours)
    yield ""
    begun = _begun(timeline)
    if timeline.moments:
        yield _columns(timeline.moments, hours)
    for moment in timeline.moments:
        yield _moment(moment, begun, timeline.release, hours, _twins_width(timeline.moments, hours))


def _head(timeline: Timeline) -> str:
    release, execution = timeline.release, timeline.execution
    status = release.status if release else execution.status if execution else "unknown"
    told = release or execution
    is_rollback = release is not None and release.mode == "rollback"  # whose message is its reason: see why
    commit, message = (told.commit, told.message) if told and not is_rollback else ("", "")
    what = f"{shown(commit[:8])} {shown(first_line(message))}"
    return f"{icon(status).markup} [bold]{shown(timeline.id)}[/]  {shown(word(status))}  {what}".rstrip()


def _facts(timeline: Timeline, hours: Hours) -> Iterator[tuple[str, str]]:
    release, execution = timeline.release, timeline.execution
    yield from _span(timeline, hours)
    yield "started", shown(started(release, execution))
    if release is None:
        return
    is_another = person(release.author) != person(release.by)
    yield "author", shown(person(release.author)) if is_another else ""
    yield "how", "all at once" if release.mode == "now" else ""
    yield "why", shown(release.why)
    yield "undone", f"by {shown(short_id(release.undone_by))}" if release.undone_by else ""
    yield "reason", shown(first_line(release.reason, hours))
    yield "alarm", shown(release.alarm)
    yield "alarm", _fired_after(timeline, release)
    if len(release.back) > 1:
        first, last = release.back[0], release.back[-1]
        length = hours.lasted(first.back_at, last.back_at)
        yield "mixed", f"{length} from the first function that was back to the last"


def _span(timeline: Timeline, hours: Hours) -> Iterator[tuple[str, str]]:
    """When it began and how long it took: a release as every screen has it, from when the ledger knows of it;
    and what the pipeline did for it before that.
    """
    release, execution, first = timeline.release, timeline.execution, _begun(timeline)
    begun = release.started_at if release else first
    ended = release.ended_at if release else execution.updated_at if execution else ""
    yield "began", hours.spoken(begun)
    yield "took", hours.lasted(begun, ended)
    if first < begun:
        yield "before", f"{hours.lasted(first, begun)}, from the pipeline's start to the release's"


def _fired_after(timeline: Timeline, release: ReleaseView) -> str:
    """What a release that went well could not see any more, and what undoes it."""
    if release.status != "SUCCEEDED" or release.mode == "rollback" or release.undone_by:
        return ""
    fired = (m for m in timeline.moments if (m.kind, m.status) == ("alarm", "ALARM"))
    late = next((moment.subject for moment in fired if moment.at > release.ended_at), "")
    undo = f"undo it with: greenshift rollback --undo {release.short_id}"
    return f"{shown(late)} fired after it had ended; {undo}" if late else ""


def _columns(moments: Sequence[Moment], hours: Hours) -> str:
    """Above the moments: whose clocks they are told by, and from when the third column counts."""
    if not hours.are_twins:
        return "[dim]at (UTC)  after[/]"
    twin = f"{'twin':<{_twins_width(moments, hours)}}"
    return f"[dim]at        {twin}  after{' (of AWS)' if hours.told else ''}[/]"


def _twins_width(moments: Sequence[Moment], hours: Hours) -> int:
    """Of the column of the twin's clock, which has the date as well where that is another one."""
    return max((len(_twins(moment.stands_at, hours)) for moment in moments), default=0)


def _twins(moment: str, hours: Hours) -> str:
    return hours.twin_clock(moment) or hours.clock(moment) if hours.are_twins else ""


def _begun(timeline: Timeline) -> str:
    starts = [moment.at for moment in timeline.moments]
    starts += [timeline.release.started_at] if timeline.release else []
    return min(starts, default="")


def _functions(release: ReleaseView, hours: Hours) -> Iterator[str]:
    width = max((len(function.key) for function in release.changed), default=0)
    for function in release.changed[:_FUNCTIONS]:
        yield f"  {_function(function, width, hours)}"
    if (rest := len(release.changed) - _FUNCTIONS) > 0:
        yield f"  [dim]and {rest} more[/]"
    if unchanged := len(release.functions) - len(release.changed):
        yield f"  [dim]{unchanged} unchanged[/]"
    yield from (f"  [yellow]![/] {shown(with_arrows(finding))}" for finding in release.findings)


def _function(function: FunctionRelease, width: int, hours: Hours) -> str:
    wave = f"  [dim]wave {function.wave}[/]" if function.wave else ""
    why = f"  {shown(first_line(function.reason, hours))}" if function.reason else ""
    key, moved = f"{function.key:<{width}}", f"{function.from_version} → {function.to_version}"
    return f"{icon(function.state).markup} {shown(f'{key}  {moved}  {word(function.state)}')}{wave}{why}"


def _build(build: BuildView, hours: Hours) -> Iterator[str]:
    """A build, its test reports, and the tests that failed."""
    length = hours.lasted(build.started_at, build.ended_at)
    log = f"log: greenshift logs --number {build.number}"
    told = ", ".join(part for part in (shown(word(build.status)), length, log) if part)
    yield f"  {icon(build.status).markup} build {build.number}  [dim]{told}[/]"
    for report in build.reports:
        skipped = f", {report.skipped} skipped" if report.skipped else ""
        failed = f", [red]{report.failed} failed[/]" if report.failed else ""
        passed = f"{report.passed} of {report.total} passed"
        name = "" if report.name == "tests" else f" {shown(report.name)}"
        yield f"    tests{name}: {passed}{failed}{skipped}"
        for test in report.failures[:_TESTS]:
            yield f"      [red]✖[/] {shown(test.name)}  [dim]{shown(first_line(test.message))}[/]".rstrip()
        if (rest := report.failed - len(report.failures[:_TESTS])) > 0:
            yield f"      [dim]and {rest} more[/]"


def _moment(moment: Moment, begun: str, release: ReleaseView | None, hours: Hours, width: int) -> str:
    """One line. The release's own id need not be told once more, nor its reason by the action that it failed.
    Lengths are the stack's, as is the column beside them: what they were for the reader is told of the whole.
    """
    own, reason = (release.short_id, release.reason) if release else ("", "")
    stands_at = moment.stands_at
    since = seconds_between(begun, stands_at) or 0.0
    length = f"  [dim]{duration(moment.seconds)}[/]" if moment.seconds is not None else ""
    mark = icon(moment.status).markup if moment.status else "[cyan]→[/]"
    subject = "" if moment.subject == own else f" {shown(action_in_words(moment.subject))}"
    is_told = moment.kind == "action" and moment.text == reason
    text = "" if is_told else with_arrows(first_line(moment.text, hours))
    what = f"{subject}{_status(moment, text)}{length}"
    text = f"{'  ' if what else ' '}{shown(text)}" if text else ""
    twin = f"[dim]{_twins(stands_at, hours):<{width}}[/]  " if width else ""
    at = f"{hours.clock(stands_at)}  {twin}[dim]{duration(round(since)):<11}[/]"
    return f"{at} {shown(f'{kind_in_words(moment):<8}')} {mark}{what}{text}"


def _status(moment: Moment, text: str) -> str:
    """The status in a word, where neither the mark says all there is to say nor the text the same word."""
    said = alarm_word(moment.status) if moment.kind == "alarm" else status_in_words(moment)
    is_said = text.startswith(f"{said} ") or text.endswith(f" {said}") or text == said
    return "" if moment.status in ("", "Succeeded") or is_said else f" {shown(said)}"
