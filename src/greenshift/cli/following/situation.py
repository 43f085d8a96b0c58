"""What is under way and where the latest commit stands, read for `release`, `rollback` and `abort`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from greenshift.actions import CommitStanding, Running, ask_standing
from greenshift.actions.decision import Command, Deed, State, decide, release_state
from greenshift.actions.decision import state_of_commit as stands_as
from greenshift.actions.decision import state_of_running as running_as
from greenshift.cli.console.terminal import terminal
from greenshift.cli.following.narrate import shown
from greenshift.errors import GreenshiftError
from greenshift.view import FunctionView, StackView
from greenshift.view.astray import astray

POLL_SECONDS = 0.2
# Real seconds; a source is read within moments, and within minutes on a machine that has no time.
_PATIENCE = 600.0
_NO_TRAFFIC_YET = ("PUBLISHING", "PUBLISHED")


class Situation:
    """The stack as it is at this moment; asks as little as the question needs."""

    def __init__(self, view: StackView, clients: Callable[[str], Any], commit: str) -> None:
        self.commit = commit
        self.running = running(view)
        self._lambda = clients("lambda")
        self._controller = view.outputs.controller
        self._view = view
        self._standing: CommitStanding | None = None
        self._copies: tuple[FunctionView, ...] | None = None

    @property
    def standing(self) -> CommitStanding:
        """Where the commit stands, by the controller's word."""
        if self._standing is None:
            self._standing = ask_standing(self._lambda, self._controller, self.commit)
        return self._standing

    @property
    def copies(self) -> tuple[FunctionView, ...]:
        """The functions that serve a developer's working copy instead of what the ledger says is live."""
        if self._copies is None:
            self._copies = tuple(each for each in self._view.live() if each.released)
        return self._copies

    @property
    def state(self) -> State:
        under_way = running_as(self.running, self.commit)
        if under_way is not None and under_way is not State.OTHER:
            return under_way
        found = self.standing
        by_rollback = found.release is not None and found.release.mode == "rollback"
        left = any(each.is_left_behind for each in self.copies)
        commit = stands_as(
            found.stands,
            by_rollback=by_rollback,
            pending=bool(found.pending),
            copies=bool(self.copies),
            left_copies=left,
        )
        return release_state(under_way, commit)

    @property
    def own(self) -> str:
        """The execution or release of the commit that is under way, or said how it stands."""
        for each in self.running:
            if each.commit == self.commit:
                return each.id
        return self.standing.release.id if self.standing.release else ""


def moved_by_hand(view: StackView) -> list[str]:
    """What to say of aliases that somebody moved past Greenshift, line by line, as markup."""
    found = [shown(str(each)) for each in astray(view.live(), view.ledger_page().releases)]
    if found:
        found.append("put back what was released with: greenshift repair")
        found.append("or release from there with: greenshift release --again --adopt")
    return [f"  {line}" for line in found]


def running(view: StackView) -> tuple[Running, ...]:
    """Executions under way, newest first."""
    executions = view.running_executions()
    asked = {each.execution for each in view.approvals()} if executions else set()
    found = []
    for id_, commit in executions.items():
        release = view.release(id_)
        has_traffic = release is not None and release.status not in _NO_TRAFFIC_YET
        found.append(Running(id_, commit, id_ in asked, has_traffic))
    return tuple(found)


def settled(
    look: Callable[[], Situation],
    command: Command,
    *,
    wait: Callable[[float], None] = time.sleep,
    patience: float = _PATIENCE,
) -> Situation:
    """The situation once it can be decided on: an execution that has not read its source may be the commit's.

    Raises GreenshiftError when that never happens.
    """
    deadline, is_told = time.monotonic() + patience, False
    while True:
        situation = look()
        if decide(command, situation.state).deed is not Deed.WAIT:
            return situation
        if not is_told:
            terminal.progress("an execution is under way that has not read its commit yet; waiting for it")
            is_told = True
        if time.monotonic() > deadline:
            raise GreenshiftError(
                f"an execution has not read its commit in {patience:g} seconds",
                hint="see where it is with: greenshift status; end it with: greenshift abort",
            )
        wait(POLL_SECONDS)
