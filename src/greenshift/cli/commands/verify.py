"""``greenshift verify``: is what is deployed what a safe release needs? Asked of AWS, not of the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from greenshift.advice import addressed
from greenshift.cli.console.terminal import Terminal, terminal
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.icons import BAD, OK, WAITING
from greenshift.errors import UsageError
from greenshift.verify import (
    GROUPS,
    REHEARSAL,
    Report,
    Result,
    Stack,
    junit_xml,
    rehearse,
    run,
    select,
)
from greenshift.verify.aws import Aws
from greenshift.verify.rehearsal.rehearse import GROUP as RELEASE
from greenshift.verify.rehearsal.rehearse import TITLE

FAILED = 1
_TITLES = {group.name: group.title for group in GROUPS} | {RELEASE: TITLE}


def verify(
    stack: StackOption = "local",
    release: Annotated[
        bool, typer.Option("--release", help="Also do a real release and a real rollback, as told above.")
    ] = False,
    function: Annotated[
        str, typer.Option("--function", help="With --release: the function to try; any by default.")
    ] = "",
    group: Annotated[
        list[str] | None, typer.Option("--group", help="Only this group of checks; may be given again.")
    ] = None,
    junit: Annotated[
        Path | None, typer.Option("--junit", help="Write the results to this file as JUnit XML.")
    ] = None,
    json: JsonOption = False,
) -> None:
    groups = select(group or [])
    if function and not release:
        raise UsageError("--function is for --release", hint="greenshift verify --release --function KEY")
    outputs, clients = Workspace.find(stack).deployed()
    report = run(Stack(outputs, Aws(clients)), groups)
    if release:
        # Of its own: what was read before is not what is true in the middle of a release.
        report += rehearse(Stack(outputs, Aws(clients)), terminal.progress, key=function)
    if junit is not None:
        _write(junit, junit_xml(report, f"greenshift verify {outputs.pipeline}"))
    if json:
        terminal.json(report.to_json())
    else:
        tell(report, outputs.pipeline, terminal)
    if report.failures:
        raise typer.Exit(FAILED)


verify.__doc__ = f"""Check what is deployed, through AWS's own APIs; exit 1 when a check fails.

Reads only, unless --release is given. Groups: {", ".join(each.name for each in GROUPS)}.

\b
With --release:
{REHEARSAL}

Example:  greenshift verify --group roles --junit verify.xml
"""


_SKIPPED = "not checked"
_NAMED = 3
"""So many subjects that were not checked are named; of more their number is told."""
# What a check expected and found stands this far from the left.
_UNDER = 16


def tell(report: Report, pipeline: str, to: Terminal) -> None:
    """The whole report for a person: what is well in one line, what is not with all that is known."""
    to.result(f"[bold]{escape(pipeline)}[/]")
    for group in report.groups:
        for line in _group(group, report.of(group)):
            to.entry(line, _UNDER if line.startswith(" " * 6) else 4)
    counts = report.counts()
    skipped = f", {counts['skipped']} {_SKIPPED}" if counts["skipped"] else ""
    icon = BAD if report.failures else OK
    to.result(f"{icon.markup} {counts['passed']} passed, {counts['failed']} failed{skipped}")


def _group(group: str, results: tuple[Result, ...]) -> list[str]:
    failures = [result for result in results if result.status == "failed"]
    skips = [result for result in results if result.status == "skipped"]
    checked = len(results) - len(skips)
    passes = checked - len(failures)
    icon = BAD if failures else OK if passes else WAITING
    skipped = f", {len(skips)} {_SKIPPED}" if skips else ""
    count = f"{passes} of {checked} checks passed{skipped}"
    lines = [f"{icon.markup} {_TITLES.get(group, group)} [dim]({group}: {count})[/]"]
    if group == RELEASE:
        lines += [_done(result) for result in results if result.status == "passed"]
    for result in failures:
        lines += _failure(result)
    return [*lines, *_skips(skips)]


def _done(result: Result) -> str:
    return f"  {OK.markup} {escape(result.expected)} [dim]({escape(result.found)})[/]"


def _failure(result: Result) -> list[str]:
    return [
        f"  {BAD.markup} [bold]{escape(result.subject)}[/] [dim]({result.id})[/]",
        f"      expected  {escape(result.expected)}",
        f"      found     [red]{escape(result.found)}[/]",
        f"      fix       {escape(addressed(result.fix, terminal.stack))}",
    ]


def _skips(skips: Iterable[Result]) -> Iterator[str]:
    """What a check would have seen to, why it did not, and of what: once for all that have that reason."""
    subjects: dict[tuple[str, str, str], list[str]] = {}
    for result in skips:
        subjects.setdefault((result.id, result.expected, result.found), []).append(result.subject)
    for (id_, expected, why), some in subjects.items():
        more = f" and {len(some) - _NAMED} more" if len(some) > _NAMED else ""
        yield f"  {WAITING.markup} {escape(expected)}"
        yield f"      {_SKIPPED}: {escape(why)} [dim]({id_}: {escape(', '.join(some[:_NAMED]))}{more})[/]"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror}", hint="give --junit a file in a directory that exists"
        ) from None
