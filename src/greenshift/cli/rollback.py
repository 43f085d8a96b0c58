"""``greenshift rollback``: the versions that were live before, all of them, in seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer

from greenshift.actions import Rollback, start_rollback
from greenshift.cli.icons import BACK, BAD, OK, icon
from greenshift.cli.identity import who
from greenshift.cli.lookup import release_id
from greenshift.cli.narrate import published, shown
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.terminal import terminal
from greenshift.cli.workspace import Workspace
from greenshift.errors import GreenshiftError, UsageError
from greenshift.view import ReleaseView, StackView
from greenshift.view.model.releases import short_id

FAILED = 1
POLL_SECONDS = 0.2
# Real seconds: all at once takes a few, a hook may take a function's whole time-out, twice.
PATIENCE_SECONDS = 1800.0


def rollback(
    stack: StackOption = "local",
    to: Annotated[
        str, typer.Option("--to", help="A release (or the start of its id): what was live after it.")
    ] = "",
    why: Annotated[str, typer.Option("--why", help="Why; kept in the ledger.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    no_follow: Annotated[
        bool, typer.Option("--no-follow", help="Start the rollback and return at once.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Put the versions of before the last release live again, all at once, as a release of its own.

    Nothing is built: the versions are still there. With --to, those that were live after that release. Hooks
    and alarms watch it like any release: it is all or nothing, too. Exit 1 when it does not succeed.

    \b
    Example:  greenshift rollback --why "refunds fail"
              greenshift rollback --to 3f2a91c0 --yes
    """
    workspace = Workspace.find(stack)
    outputs, clients = workspace.deployed()
    view = StackView(outputs, clients, workspace.pace, stack)
    target = release_id(view, to) if to else ""
    _confirm(stack, target, yes=yes)
    asked = Rollback(to=target, by=who(workspace, clients), why=why)
    started = start_rollback(clients("lambda"), outputs.controller, asked)
    if no_follow:
        terminal.json({"release": started}) if json else terminal.result(started)
        return
    ended = follow(view, started, quiet=json)
    terminal.json(asdict(ended)) if json else _tell(ended)
    if ended.status not in ("SUCCEEDED", "UNCHANGED"):
        raise typer.Exit(FAILED)


def _confirm(stack: str, target: str, *, yes: bool) -> None:
    when = f"after release {short_id(target)}" if target else "before the last release"
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(
            "a rollback moves traffic, and nobody is here to be asked", hint="say so with: --yes"
        )
    if not typer.confirm(f"Put what was live {when} live again on stack {stack!r}?", err=True):
        raise typer.Exit(FAILED)


def follow(
    view: StackView,
    release_id: str,
    *,
    quiet: bool = False,
    wait: Callable[[float], None] = time.sleep,
    patience: float = PATIENCE_SECONDS,
) -> ReleaseView:
    """The release at its end; each transition on the way is a line of progress."""
    told, deadline = 0, time.monotonic() + patience
    while True:
        release = view.release(release_id)
        for transition in release.transitions[told:] if release else ():
            told += 1
            if not quiet:
                terminal.progress(f"{icon(transition.status).markup} {shown(transition.cause)}")
        if release is not None and release.has_ended:
            return release
        if time.monotonic() > deadline:
            raise GreenshiftError(
                f"release {release_id} has not ended after {patience:g} seconds",
                hint="it may still do so: greenshift history; what hangs is found by: greenshift doctor",
            )
        wait(POLL_SECONDS)


def _tell(release: ReleaseView) -> None:
    why = shown(release.reason or "no reason recorded")
    match release.status:
        case "SUCCEEDED":
            terminal.result(f"{OK.markup} back: {published(release)}")
        case "UNCHANGED":
            terminal.result(f"{OK.markup} nothing to do: these versions are live already")
        case "ROLLED_BACK":
            terminal.result(f"{BACK.markup} the rollback itself went back: {why}")
        case _:
            terminal.result(f"{BAD.markup} {why}")
