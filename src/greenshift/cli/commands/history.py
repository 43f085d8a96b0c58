"""``greenshift history``: what was released, when, by whom, and why it went back."""

from __future__ import annotations

from typing import Annotated

import typer

from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project import complete, lookup
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.ledger_table import table, under
from greenshift.cli.words.statuses import STATUSES
from greenshift.errors import UsageError
from greenshift.view import AWS, Hours, LedgerPage, Query, StackView, plain
from greenshift.view.live import live_id
from greenshift.view.moments import iso

_NEWEST = 100
"""Releases in which the one that is live is looked for."""
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
    """Show the ledger: the releases of this pipeline, newest first. The one whose commit is live says so.

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
    newest = read(view, _NEWEST, "", Query()).releases if page.releases else ()
    for line in table(page.releases, hours, live_id(newest)):
        terminal.entry(line, under(line))
    if page.next:
        terminal.progress(f"[dim]older ones: greenshift history --before {page.releases[-1].short_id}[/]")


def query(view: StackView, function: str, status: str, since: str, hours: Hours = AWS) -> Query:
    """The filters, checked."""
    wanted = status.strip().upper().replace(" ", "_")
    if wanted and wanted not in STATUSES:
        raise UsageError(f"{status!r} is no status of a release", hint=f"one of {', '.join(STATUSES)}")
    named = lookup.function(view, function, of_release="greenshift show") if function else None
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
