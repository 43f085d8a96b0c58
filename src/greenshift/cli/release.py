"""``greenshift release``: what is committed goes through the pipeline, and you watch."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import typer
from rich.text import Text

from greenshift.actions import Wish, start_release
from greenshift.cli.follow import POLL_SECONDS, follow
from greenshift.cli.icons import BACK, BAD, OK
from greenshift.cli.identity import who
from greenshift.cli.narrate import first_line, published, shown
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.terminal import Terminal, terminal
from greenshift.cli.workspace import Workspace
from greenshift.errors import UsageError
from greenshift.view import Progress, ReleaseView, StackView
from greenshift.view.builds import failing_part

FAILED = 1

_SOURCE_SECONDS = 10.0


def release(
    stack: StackOption = "local",
    to_its_end: Annotated[
        bool, typer.Option("--follow/--no-follow", help="Show it to its end, or start it and return at once.")
    ] = True,
    now: Annotated[
        bool,
        typer.Option("--now", help="All at once instead of slowly; hooks and alarms stay. Needs --why."),
    ] = False,
    why: Annotated[str, typer.Option("--why", help="Why it is in a hurry; kept in the ledger.")] = "",
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Accept aliases that somebody moved by hand as they are.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Release the latest commit of the branch and show it live; exit 1 when it fails or rolls back.

    The twin's stand-in for a push to GitHub. Interrupt it at any time: the release goes on, and the same
    command follows it again.

    With --now traffic moves at once, and a slower release that is under way gives way to it.

    \b
    Example:  git commit -am "Lower the fee" && greenshift release
              greenshift release --no-follow
              greenshift release --now --why "refunds fail since noon"
    """
    if now and not why:
        raise UsageError(
            "a release that is in a hurry says why", hint='greenshift release --now --why "refunds fail"'
        )
    workspace = Workspace.find(stack)
    outputs, clients = workspace.deployed()
    view = StackView(outputs, clients, workspace.pace, stack)
    wish = Wish(now=now, adopt=adopt, why=why, by=who(workspace, clients))
    execution = start(workspace, view, clients, wish)
    if not to_its_end:
        terminal.json({"execution": execution}) if json else terminal.result(execution)
        return
    try:
        snapshot = follow(view, execution, terminal, quiet=json)
    except KeyboardInterrupt:
        terminal.progress("[yellow]interrupted:[/] the release goes on; follow it with: greenshift release")
        raise
    if json:
        terminal.json(snapshot.to_json())
    else:
        tell_end(snapshot, view, terminal)
    if snapshot.status != "Succeeded":
        raise typer.Exit(FAILED)


def start(
    workspace: Workspace, view: StackView, clients: Callable[[str], Any], wish: Wish | None = None
) -> str:
    """The execution that releases the branch's latest commit: the one under way, or a new one."""
    wish = wish or Wish()
    if not workspace.is_on_twin:
        # The commit is GitHub's, whatever is in this directory.
        terminal.progress(f"releasing the branch's latest commit through [bold]{view.outputs.pipeline}[/]")
        return start_release(clients("codepipeline"), view.outputs.pipeline, wish)
    repository = workspace.repository()
    commit = repository.head(workspace.project.settings.source.branch)
    uncommitted = repository.uncommitted()
    if uncommitted:
        terminal.warning(f"{uncommitted} changed files are not committed and not part of this release")
    running = None if wish.is_special else _running_release_of(commit.id, view)
    if running is not None:
        terminal.progress(f"following the release of [bold]{commit.id[:8]}[/] that is under way")
        return running
    terminal.progress(f"releasing [bold]{commit.id[:8]}[/] {shown(commit.summary)}")
    told = replace(wish, author=commit.author)
    return start_release(clients("codepipeline"), view.outputs.pipeline, told)


def _running_release_of(commit: str, view: StackView) -> str | None:
    """An execution under way that releases this commit, such as the one a pipeline starts when it is made.

    One that has not read its source yet may turn out to be it, so it is given a moment to do so.
    """
    deadline = time.monotonic() + _SOURCE_SECONDS
    while "" in (running := view.running_executions()).values() and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return next((execution for execution, releases in running.items() if releases == commit), None)


def tell_end(snapshot: Progress, view: StackView, to: Terminal) -> None:
    """The last word on a release, on stdout; with the log of a build that failed."""
    _tell_failed_build(snapshot, view, to)
    release = snapshot.release
    if snapshot.status == "Succeeded":
        done = published(release) if release and release.changed else "nothing changed, nothing was deployed"
        to.result(f"{OK.markup} [bold]{snapshot.commit[:8]}[/] released: {done}")
    elif release is not None and release.status == "ROLLED_BACK":
        to.result(f"{BACK.markup} [bold]{snapshot.commit[:8]}[/] rolled back: {shown(reason(release))}")
        to.result("  every function serves the version it served before; see: greenshift history")
    else:
        to.result(
            f"{BAD.markup} [bold]{snapshot.commit[:8]}[/] {snapshot.status.lower()}: {shown(_why(snapshot))}"
        )


def reason(release: ReleaseView) -> str:
    return first_line(release.reason) or "no reason recorded"


def _why(snapshot: Progress) -> str:
    failed = next((stage for stage in snapshot.stages if stage.error), None)
    if failed is None:
        return reason(snapshot.release) if snapshot.release else "no reason recorded"
    return f"stage {failed.name}: {first_line(failed.error)}"


def _tell_failed_build(snapshot: Progress, view: StackView, to: Terminal) -> None:
    for stage in snapshot.stages:
        for action in stage.actions:
            if stage.name == "Build" and action.status == "Failed" and action.external_id:
                for line in failing_part(view.build_log(action.external_id)):
                    # Tools colour their output for whoever reads the log; a pipe gets the words alone.
                    to.err.print(Text("  │ ").append_text(Text.from_ansi(line)), style="dim")
