"""Watch one release until it ends: read, tell what changed, wait, again."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.live import Live

from greenshift.cli.console.terminal import Terminal
from greenshift.cli.following.events import Stream
from greenshift.cli.following.narrate import (
    firing,
    first_line,
    narrate,
    narrate_traffic,
    shown,
)
from greenshift.cli.words.folding import fitted
from greenshift.cli.words.icons import icon
from greenshift.contract.statuses import ENDED
from greenshift.errors import GreenshiftError, Unanswered
from greenshift.view import AWS, ActionView, FunctionView, Hours, Progress, ReleaseView, StackView
from greenshift.view.moving import doing

POLL_SECONDS = 0.2
# Real seconds: all at once takes a few, a hook may take a function's whole time-out, twice.
ROLLBACK_SECONDS = 1800.0


@dataclass(frozen=True)
class Patience:
    """How many real seconds an approval is waited for where nobody sits at a terminal."""

    seconds: float = 600.0
    is_attended: bool | None = None
    """Whether somebody does; None to look."""

    def is_over(self, waited: float) -> bool:
        attended = sys.stdin.isatty() if self.is_attended is None else self.is_attended
        return not attended and waited >= self.seconds


def follow(
    view: StackView,
    execution: str,
    terminal: Terminal,
    *,
    quiet: bool = False,
    wait: Callable[[float], None] = time.sleep,
    patience: Patience | None = None,
    told: Sequence[str] = (),
    clock: Callable[[], float] = time.monotonic,
    stream: Stream | None = None,
    hours: Hours = AWS,
) -> Progress:
    """The last snapshot of the execution; every change on the way is told as a line of progress.

    ``stream`` hears of every change as well. ``told`` are the addresses that hear of an approval. Raises
    Unanswered when patience with one is over.
    """
    before: Progress | None = None
    asked: ActionView | None = None
    fired: frozenset[str] = frozenset()
    since = clock()
    with Live(console=terminal.err, transient=True, auto_refresh=False) as live:
        while True:
            after = view.progress(execution)
            for line in [] if quiet else narrate(before, after, fired):
                terminal.news(line)
            fired |= firing(before, after)
            if stream is not None:
                stream.looked(before, after)
            if after.has_ended:
                return after
            if (question := _question(after)) != asked:
                asked, since = question, clock()
                if asked is not None:
                    message = _asked_in_words(view, execution, asked)
                    terminal.progress(_waits(message, execution, asked, told))
                    if stream is not None:
                        stream.asked(asked, message)
            if asked is not None and (patience or Patience()).is_over(clock() - since):
                raise _unanswered(execution, asked, clock() - since)
            if not quiet:
                now = f"[dim]{shown(_waiting_for(after, hours))}[/]"
                live.update(fitted(now, live.console), refresh=terminal.err.is_terminal)
            before = after
            wait(POLL_SECONDS)


def follow_rollback(
    view: StackView,
    release_id: str,
    terminal: Terminal,
    *,
    quiet: bool = False,
    wait: Callable[[float], None] = time.sleep,
    patience: float = ROLLBACK_SECONDS,
    stream: Stream | None = None,
    heard: int = 0,
    hours: Hours = AWS,
) -> ReleaseView:
    """A release that has no execution, at its end; each transition on the way is a line of progress, and so
    is each step of the traffic.

    ``heard``: so many transitions are known to whoever watches, as a screen or a stream; those are not told.
    Raises GreenshiftError when the controller refused it, or it does not end in ``patience`` seconds.
    """
    told, deadline = heard, time.monotonic() + patience
    seen: Sequence[FunctionView] | None = None
    while True:
        release = view.release(release_id)
        if release is None and (aside := view.aside(release_id)) is not None:
            raise GreenshiftError(
                first_line(aside.because, hours), hint="see what is live with: greenshift history"
            )
        for transition in release.transitions[told:] if release else ():
            told += 1
            if stream is not None:
                stream.entered(transition)
            if not quiet and transition.status not in ENDED:  # the end is told once, as such
                terminal.progress(
                    f"{icon(transition.status).markup} {shown(first_line(transition.cause, hours))}"
                )
        if release is not None and not quiet:
            now = view.moved(release)
            # Of the first look all is news, but to whoever has seen the release before.
            for line in narrate_traffic(seen, now, release) if seen is not None or not heard else ():
                terminal.progress(line)
            seen = now
        if release is not None and release.has_ended:
            return release
        if time.monotonic() > deadline:
            raise GreenshiftError(
                f"release {release_id} has not ended after {patience:g} seconds",
                hint="it may still do so: greenshift history; what hangs is found by: greenshift doctor",
            )
        wait(POLL_SECONDS)


def _question(snapshot: Progress) -> ActionView | None:
    """The approval that is waited for; only who and where, as the rest of an action may change."""
    for stage in snapshot.stages:
        for action in stage.actions:
            if action.category == "Approval" and action.status == "InProgress":
                return ActionView(action.stage, action.name)
    return None


def _asked_in_words(view: StackView, execution: str, asked: ActionView) -> str:
    place = (execution, asked.stage, asked.name)
    questions = {(each.execution, each.stage, each.action): each.message for each in view.approvals()}
    return questions.get(place, "")


def _waits(message: str, execution: str, asked: ActionView, told: Sequence[str]) -> str:
    question = f" “{shown(message)}”" if message else ""
    who = f"{', '.join(told)} heard of it" if told else "nobody is told of it (notifications.emails is empty)"
    id_ = execution[:8]
    return (
        f"[yellow]{asked.stage}[/] waits for somebody's answer{question}; {shown(who)}\n"
        f"  let it go on with: greenshift approve --release {id_}\n"
        f"  end it with:       greenshift reject --release {id_}"
    )


def _unanswered(execution: str, asked: ActionView, waited: float) -> Unanswered:
    id_ = execution[:8]
    return Unanswered(
        f"{asked.stage} of {id_} has waited {waited:.0f} seconds for an answer, and waits on",
        hint=f"greenshift approve --release {id_}; then watch it with: greenshift release --follow {id_}",
    )


def _waiting_for(snapshot: Progress, hours: Hours) -> str:
    """What is going on right now, for the last line of a terminal."""
    for stage in snapshot.stages:
        for action in stage.actions:
            if action.status == "InProgress":
                said = doing(action, snapshot.release, snapshot.functions)
                return f"  {stage.name} … {first_line(said, hours)}".rstrip()
    return "  waiting for its turn"
