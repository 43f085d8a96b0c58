"""``greenshift dev``: what is saved, behind the aliases of the local stack, a moment later."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from greenshift.checks.source import check_project
from greenshift.cli.commands.build import build_here, only
from greenshift.cli.console import ending
from greenshift.cli.console.terminal import terminal
from greenshift.cli.following.narrate import shown
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.icons import BACK, BAD, OK, PAUSED
from greenshift.contract.holding import Hold
from greenshift.develop import Behind, Built, Saves, Session
from greenshift.errors import GreenshiftError
from greenshift.view import StackView

LOOK_SECONDS = 0.25
_NEWEST = 5
"""A release under way is among so many."""


def dev(
    function: Annotated[
        list[str] | None, typer.Argument(metavar="FUNCTION", help="Keys of functions. Default: all.")
    ] = None,
) -> None:
    """Put what you save behind the aliases of the local stack, built and tested. Ctrl-C ends it.

    No pipeline and no commit: no release comes of it. What fails to build, or its tests, stays out, and the
    alias serves what it served. At the end the released versions are behind the aliases again. `greenshift
    status` says which functions serve a working copy.

    \b
    Example:  greenshift dev
              greenshift dev hello
    """
    workspace = Workspace.find()
    outputs, clients = workspace.deployed()
    if not workspace.is_on_twin:
        raise GreenshiftError("a working copy goes to the twin only", hint="greenshift up, then again")
    settings = only(workspace.project.settings, function or [])
    root = workspace.project.directory
    wanted = [each for each in outputs.functions if each.key in settings.functions]
    view = StackView(outputs, clients, workspace.pace)
    if _is_releasing(view):
        raise GreenshiftError(
            "a release is under way", hint="wait for its end: greenshift release --follow, then again"
        )
    hold = Hold()
    session = Session(
        {each.key: Behind(clients("lambda"), each.name, each.alias, hold.name) for each in wanted},
        lambda key: _built(workspace, key),
        _tell,
        lambda: _is_releasing(view),
    )
    saves = Saves({key: root / each.directory for key, each in settings.functions.items()})
    try:
        ending.as_with_ctrl_c(signal.default_int_handler)
        session.begin()
        terminal.progress(
            f"watching {', '.join(sorted(settings.functions))}; Ctrl-C puts the released versions back"
        )
        session.follow(saves, _pause)
    except KeyboardInterrupt:
        pass
    finally:
        ending.as_with_ctrl_c(signal.SIG_IGN)  # a terminal that closes tells it more than once
        session.end()
        hold.release()
    terminal.progress(f"{BACK.markup} the released versions are back")


def _is_releasing(view: StackView) -> bool:
    """Also a rollback, which is no execution."""
    return bool(view.running_executions()) or any(not each.ended_at for each in view.history(_NEWEST))


def _pause() -> bool:
    time.sleep(LOOK_SECONDS)
    return True


def _built(workspace: Workspace, key: str) -> bytes | None:
    """The package of one function; None when its sources are wrong, its build or its tests fail."""
    if _is_wrong(workspace, key):
        return None
    with tempfile.TemporaryDirectory(prefix="greenshift-dev-") as folder:
        target = Path(folder) / "built"
        if not build_here(workspace, only(workspace.project.settings, [key]), target):
            return None
        return (target / "packages" / f"{key}.zip").read_bytes()


def _is_wrong(workspace: Workspace, key: str) -> bool:
    """Whether a release would refuse its sources: told with file and line, as `greenshift check` tells it."""
    found = check_project(workspace.project.directory, workspace.stack, datetime.now(UTC).date(), os.environ)
    about = [each for each in found if each.function in ("", key)]
    wrong = [each for each in about if each.level == "error" or each.rule == "syntax"]
    for each in wrong:
        terminal.progress(f"{BAD.markup} {shown(each.where)}  {shown(each.what)}")
    return bool(wrong)


def _tell(built: Built) -> None:
    took = f"[dim]({built.seconds:.1f} s)[/]"
    key = shown(built.key)
    if built.waits:
        terminal.result(f"{PAUSED.markup} {key} is the release's; what you saved is back when that has ended")
    elif built.is_released:
        terminal.result(f"{OK.markup} {key} is what is released, version {built.version} {took}")
    elif built.version:
        terminal.result(f"{OK.markup} {key} serves your working copy, version {built.version} {took}")
    else:
        terminal.result(f"{BAD.markup} {key} stays as it was, for the reason above {took}")
