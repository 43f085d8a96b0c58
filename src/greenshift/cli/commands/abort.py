"""``greenshift abort``: stop what is under way, and go back."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from greenshift.actions import Abort
from greenshift.actions import abort as ask_abort
from greenshift.cli.console.terminal import terminal
from greenshift.cli.following import outcome
from greenshift.cli.following.ending import reason
from greenshift.cli.following.follow import follow, follow_rollback
from greenshift.cli.following.narrate import first_line, published, shown
from greenshift.cli.options import JsonOption, StackOption, YesOption
from greenshift.cli.project import complete
from greenshift.cli.project.identity import who
from greenshift.cli.project.lookup import release_id
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.icons import BACK, BAD, OK
from greenshift.cli.words.too_late import words_of
from greenshift.errors import GreenshiftError, UsageError
from greenshift.view import Hours, Progress, ReleaseView, StackView
from greenshift.view.live import live, served

FAILED = 1
_RECENT = 20


def abort(
    id_: Annotated[
        str,
        typer.Argument(
            metavar="[RELEASE]",
            help="Which one (the start of its id), when several are under way.",
            autocompletion=complete.releases,
            show_default=False,
        ),
    ] = "",
    stack: StackOption = "local",
    why: Annotated[str, typer.Option("--why", help="Why; kept in the ledger.")] = "",
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Stop the release that is under way, and send back what it has moved. Asks before it does.

    One that has moved nothing just ends. Exit 1 when something could not be sent back, or nothing was under
    way.

    \b
    Example:  greenshift abort --why "wrong branch"
              greenshift abort 3f2a91c0 --yes
    """
    workspace = Workspace.find(stack)
    outputs, clients = workspace.deployed()
    view = StackView(outputs, clients, workspace.pace, stack)
    running, hours = under_way(view), workspace.hours()
    if not running:
        raise too_late(view, id_, hours)
    meant = chosen(running, id_)
    release = view.release(meant)
    terminal.progress(f"this stops {_named(meant, release)}")
    _confirm(stack, yes=yes)
    asked = Abort(meant, by=who(workspace, clients), why=why)
    ask_abort(clients("codepipeline"), clients("lambda"), outputs.pipeline, outputs.controller, asked)
    terminal.progress("stopping; what it has moved goes back to where it was")
    _end(view, asked, json, hours, heard=len(release.transitions) if release else 0)


def under_way(view: StackView) -> list[str]:
    """Executions, and rollbacks, which come past the pipeline; newest first."""
    rollbacks = [
        row.id
        for row in view.ledger_page(limit=_RECENT).releases
        if row.mode == "rollback" and not row.has_ended
    ]
    return [*rollbacks, *view.running_executions()]


def too_late(view: StackView, id_: str, hours: Hours) -> GreenshiftError:
    """Nothing is under way. Says what ended instead, what is live, and what to do about it.

    Raises GreenshiftError where no release is called ``id_``.
    """
    rows = view.ledger_page().releases
    meant = view.release(release_id(view, id_)) if id_ else next(iter(rows), None)
    if meant is not None:
        meant = next((row for row in rows if row.id == meant.id), meant)  # which says what undid it
    found = live(rows, served(view.live()))
    message, hint = words_of(meant, found, rows, hours)
    return GreenshiftError(message, hint=hint)


def chosen(running: list[str], id_: str) -> str:
    """The one that is meant. Raises UsageError when it is not among them, or may be several."""
    found = [each for each in running if each.startswith((id_, f"rollback-{id_}"))]
    listed = ", ".join(each.removeprefix("rollback-")[:8] for each in running)
    if not found:
        raise UsageError(f"{id_!r} is not under way; this is: {listed}")
    if len(found) > 1:
        raise UsageError(f"several are under way: {listed}", hint="say which: greenshift abort RELEASE")
    return found[0]


def _named(id_: str, release: ReleaseView | None) -> str:
    what = "rollback" if id_.startswith("rollback-") else "release"
    short = id_.removeprefix("rollback-")[:8]
    commit = ""
    if release is not None and release.commit:
        commit = f" ({release.commit[:8]} “{shown(first_line(release.message))}”)"
    if release is None or not _has_moved(release):
        return f"{what} [bold]{short}[/]{commit}, which has moved nothing yet"
    return f"{what} [bold]{short}[/]{commit}: {published(release)}"


def _confirm(stack: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("this may move traffic, and nobody is here to be asked", hint="say so with: --yes")
    if not typer.confirm(f"Stop it on stack {stack!r}?", err=True):
        raise typer.Exit(FAILED)


def _end(view: StackView, asked: Abort, json: bool, hours: Hours, *, heard: int) -> None:
    """Follow it to its end, and say what became of it; its first ``heard`` transitions are known already."""
    if asked.has_execution:
        snapshot = follow(view, asked.release, terminal, quiet=True)
        if snapshot.release is None or not _has_moved(snapshot.release):
            _tell_unmoved(asked, snapshot, json, hours)
            return
    ended = follow_rollback(view, asked.release, terminal, quiet=json, hours=hours, heard=heard)
    terminal.json(outcome.aborted(ended)) if json else _tell_last(view, ended, hours)
    if ended.status == "FAILED" and _has_moved(ended):
        raise typer.Exit(FAILED)


def _tell_unmoved(asked: Abort, snapshot: Progress, json: bool, hours: Hours) -> None:
    if json:
        terminal.json(outcome.aborted(snapshot))
        return
    recorded = snapshot.release.reason if snapshot.release else ""
    if recorded and recorded != asked.reason:
        why = shown(first_line(recorded, hours))
        terminal.result(f"{BAD.markup} {asked.release[:8]} had ended before it was stopped: {why}")
    else:
        terminal.result(f"{OK.markup} {asked.release[:8]} stopped; it had moved nothing")


def _has_moved(release: ReleaseView) -> bool:
    return any(each.state not in ("PUBLISHED", "UNCHANGED", "") for each in release.functions)


def _tell_last(view: StackView, ended: ReleaseView, hours: Hours) -> None:
    id_ = ended.id.removeprefix("rollback-")[:8]
    match ended.status:
        case "ROLLED_BACK":
            terminal.result(
                f"{BACK.markup} {id_} stopped and went back: every function serves what it served before"
            )
        case "SUCCEEDED" | "UNCHANGED":
            late = too_late(view, ended.id, hours)
            terminal.result(f"{BAD.markup} {shown(late.message)}")
            terminal.result(f"  next: {shown(late.hint)}")
        case _:
            terminal.result(f"{BAD.markup} {id_} stopped: {shown(reason(ended, hours))}")
