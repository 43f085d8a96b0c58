"""``greenshift rollback``: the versions that were live before, all of them, in seconds."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from greenshift.actions import (
    Command,
    Deed,
    RollbackPlan,
    RollbackRequest,
    decide,
    plan_rollback,
    start_rollback,
)
from greenshift.actions.decision import rollback_state
from greenshift.cli.console.terminal import terminal
from greenshift.cli.following import outcome
from greenshift.cli.following.ending import FAILED, tell_rollback
from greenshift.cli.following.follow import follow_rollback
from greenshift.cli.following.situation import moved_by_hand
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project.identity import who
from greenshift.cli.project.lookup import release_id
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.icons import OK
from greenshift.cli.words.naming import named, nothing_left, undoing
from greenshift.contract.errands import LIVE
from greenshift.contract.statuses import ARRIVED
from greenshift.errors import GreenshiftError, UsageError
from greenshift.view import Hours, StackView
from greenshift.view.model.releases import short_id


def rollback(
    stack: StackOption = "local",
    to: Annotated[
        str, typer.Option("--to", help="A release (or the start of its id): what was live after it.")
    ] = "",
    undo: Annotated[
        str,
        typer.Option(
            "--undo",
            help="The release to undo (the start of its id, or `live`); nothing is done if a rollback would "
            "undo another one.",
        ),
    ] = "",
    why: Annotated[str, typer.Option("--why", help="Why; kept in the ledger.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    no_follow: Annotated[
        bool, typer.Option("--no-follow", help="Start the rollback and return at once.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Put the versions of before the last release live again, all at once, as a release of its own.

    It names the release it undoes and each function's versions, and asks. Nothing is built: the versions are
    still there. With --to, those that were live after that release. Hooks and alarms watch it like any
    release: it is all or nothing, too. A release that changed nothing is passed over, as there is nothing of
    it to undo. Exit 1 when it fails.

    \b
    Example:  greenshift rollback --why "refunds fail"
              greenshift rollback --to 3f2a91c0 --yes
    """
    if to and undo:
        raise UsageError(
            "--to says what becomes live, --undo what shall not be: both at once may contradict each other",
            hint="give one of them",
        )
    workspace = Workspace.find(stack)
    outputs, clients = workspace.deployed()
    view = StackView(outputs, clients, workspace.pace, stack)
    target = release_id(view, to) if to else ""
    wanted = undo if undo in ("", LIVE) else release_id(view, undo)
    plan = plan_rollback(clients("lambda"), outputs.controller, target, wanted)
    _refuse(plan, wanted, view)
    if not plan.moves:
        terminal.json(outcome.rolled_back()) if json else _tell_nothing(view)
        return
    hours = workspace.hours()
    _tell(plan, view, hours, is_named=bool(target or wanted), yes=yes)
    _confirm(stack, yes=yes)
    undone = plan.undoes.id if plan.undoes else ""
    asked = RollbackRequest(to=target, by=who(workspace, clients), why=why, undo=undone)
    started = start_rollback(clients("lambda"), outputs.controller, asked)
    if no_follow:
        terminal.json(outcome.rolled_back(None, started, plan.moves)) if json else terminal.result(started)
        return
    ended = follow_rollback(view, started, terminal, quiet=json, hours=hours)
    if json:
        terminal.json(outcome.rolled_back(ended, ended.id, plan.moves))
    else:
        tell_rollback(ended, hours)
    if ended.status not in ARRIVED:
        raise typer.Exit(FAILED)


def _tell_nothing(view: StackView) -> None:
    terminal.result(f"{OK.markup} nothing to do: these versions are live already")
    for line in moved_by_hand(view):
        terminal.result(line)


def _refuse(plan: RollbackPlan, wanted: str, view: StackView) -> None:
    if plan.refused:
        for line in moved_by_hand(view):
            terminal.progress(line)
        raise GreenshiftError(plan.refused)
    if plan.undoes is not None and wanted not in ("", LIVE, plan.undoes.id):
        last = short_id(plan.undoes.id)
        raise GreenshiftError(
            f"release {short_id(wanted)} is not the one that moved traffic last; it is {last}",
            hint=f"undo that one with: greenshift rollback --undo {last}; to go further back, say where to: "
            "greenshift rollback --to RELEASE",
        )


def _tell(plan: RollbackPlan, view: StackView, hours: Hours, *, is_named: bool, yes: bool) -> None:
    """What is about to be done. Raises GreenshiftError where somebody who is not asked may mean another one:
    the newest release left nothing to undo.
    """
    running = view.running_executions()
    newest = plan.after[0] if plan.after and not is_named else None
    undoes_running = plan.undoes is not None and not plan.undoes.ended_at
    state = rollback_state(
        undoes_running=undoes_running,
        is_running=bool(running),
        nothing_left=newest.status if newest else "",
    )
    if decide(Command.ROLLBACK, state).deed is Deed.OFFER and newest is not None and plan.undoes is not None:
        terminal.progress(nothing_left(newest, hours))
        terminal.progress(f"what is live came with {named(plan.undoes)}")
        if yes:
            raise GreenshiftError(
                "so it is not clear what to undo, and nothing was moved",
                hint=f"undo the one that is live with: greenshift rollback --undo {plan.undoes.id[:8]} --yes",
            )
    for line in undoing(plan, hours):
        terminal.progress(line)
    for id_ in running if not undoes_running else ():
        terminal.progress(
            f"execution {id_[:8]} is under way and goes on; to stop it: greenshift abort {id_[:8]}"
        )


def _confirm(stack: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(
            "a rollback moves traffic, and nobody is here to be asked", hint="say so with: --yes"
        )
    if not typer.confirm(f"Roll back stack {stack!r}?", err=True):
        raise typer.Exit(FAILED)
