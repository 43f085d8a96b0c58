"""``greenshift history``: what was released, when, and why it went back."""

from __future__ import annotations

from typing import Annotated

import typer

from greenshift.cli import complete, lookup
from greenshift.cli.icons import icon
from greenshift.cli.narrate import first_line, published, shown
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.statuses import STATUSES
from greenshift.cli.terminal import terminal
from greenshift.cli.workspace import Workspace
from greenshift.contract.people import person
from greenshift.errors import UsageError
from greenshift.view import AWS, Hours, LedgerPage, Query, ReleaseView, StackView, plain
from greenshift.view.model.releases import short_id
from greenshift.view.moments import iso

_NONE = "nothing was released yet; release the latest commit with: greenshift release"
_NONE_LIKE_THAT = "no release is like that"


def history(
    stack: StackOption = "local",
    limit: Annotated[int, typer.Option(help="At most this many releases.", min=1, max=1000)] = 20,
    before: Annotated[
        str,
        typer.Option(help="Go on after this release, to older ones.", autocompletion=complete.releases),
    ] = "",
    function: Annotated[
        str,
        typer.Option(help="Only releases that changed this function.", autocompletion=complete.functions),
    ] = "",
    status: Annotated[
        str,
        typer.Option(help="Only releases with this status.", autocompletion=complete.statuses),
    ] = "",
    since: Annotated[str, typer.Option(help="Only releases that began so long ago: 90s, 10m, 2h, 7d.")] = "",
    json: JsonOption = False,
) -> None:
    """Show the ledger: the releases of this pipeline, newest first.

    \b
    Example:  greenshift history --limit 5
              greenshift history --before d2fe761d
              greenshift history --function charge --status rolled_back --since 30d
    """
    workspace = Workspace.find(stack)
    view, hours = workspace.view(), workspace.hours()
    page = read(view, limit, before, query(view, function, status, since, hours))
    if json:
        terminal.json(plain(page.releases))
        return
    if not page.releases:
        is_filtered = bool(before or function or status or since)
        terminal.result(_NONE_LIKE_THAT if is_filtered else _NONE)
    for release in page.releases:
        for line in lines(release, hours):
            terminal.entry(line)
    if page.next:
        terminal.progress(f"[dim]older ones: greenshift history --before {page.releases[-1].short_id}[/]")


def query(view: StackView, function: str, status: str, since: str, hours: Hours = AWS) -> Query:
    """The filters, checked."""
    wanted = status.upper()
    if wanted and wanted not in STATUSES:
        raise UsageError(f"{status!r} is no status of a release", hint=f"one of {', '.join(STATUSES)}")
    named = lookup.function(view, function) if function else None
    return Query(
        function=named.name if named else "",
        key=named.key if named else "",
        status=wanted,
        since=iso(hours.ago(view.now(), lookup.span(since))) if since else "",
    )


def read(view: StackView, limit: int, before: str, wanted: Query) -> LedgerPage:
    """Up to ``limit`` releases, from after the one a person named."""
    start = view.page_after(lookup.release_id(view, before), wanted) if before else ""
    return view.ledger_page(start, limit, wanted)


def lines(release: ReleaseView, hours: Hours = AWS) -> list[str]:
    """One release: what, when, how it ended; and below it why, when it did not go well or stay."""
    when = f"{hours.day(release.started_at)}[dim]{hours.beside(release.started_at)}[/]"
    head = f"{icon(release.status).markup} {shown(f'{release.short_id:<8}')}  {when}  "
    what = f"{shown(release.commit[:8])}  {published(release)}  [dim]{_why(release, hours)}[/]"
    head += f"{shown(f'{release.status:<12}')} {what}"
    below = [f"    {shown(first_line(release.reason, hours))}"] if release.reason else []
    undone = [f"    undone by {shown(short_id(release.undone_by))}"] if release.undone_by else []
    return [head, *below, *undone]


def _why(release: ReleaseView, hours: Hours) -> str:
    """The commit's message; and who asked for it and why, when it was not an ordinary one."""
    message = shown(release.message)
    if release.mode in ("", "normal"):
        return message
    by = f" by {shown(person(release.by))}" if release.by else ""
    why = f": {shown(first_line(release.why, hours))}" if release.why else ""
    asked = f"{shown(release.mode)}{by}{why}"
    # A rollback is of no commit; its message is its reason, or that it is one.
    return asked if release.mode == "rollback" else f"{message}  ({asked})"
