"""``greenshift history``: what was released, when, and why it went back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from greenshift.cli.icons import icon
from greenshift.cli.narrate import first_line, published, shown
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.terminal import terminal
from greenshift.cli.workspace import Workspace
from greenshift.view import ReleaseView


def history(
    stack: StackOption = "local",
    limit: Annotated[int, typer.Option(help="At most this many releases.", min=1, max=1000)] = 20,
    json: JsonOption = False,
) -> None:
    """Show the ledger: the releases of this pipeline, newest first.

    Example:  greenshift history --limit 5
    """
    releases = Workspace.find(stack).view().history(limit)
    if json:
        terminal.json([asdict(release) for release in releases])
        return
    if not releases:
        terminal.result("nothing was released yet; release the latest commit with: greenshift release")
    for release in releases:
        for line in lines(release):
            terminal.result(line)


def lines(release: ReleaseView) -> list[str]:
    """One release: what, when, how it ended; and below it why, when it did not go well."""
    when = release.started_at[:19].replace("T", " ")
    head = f"{icon(release.status).markup} {release.commit[:8]}  {when}  {release.status:<12}"
    head += f" {published(release)}  [dim]{shown(release.message)}[/]"
    return [head, f"    {shown(first_line(release.reason))}"] if release.reason else [head]
