"""What a visitor is asked before a release or a rollback: in the controller's own words, with names.

The commands ask the same (`greenshift release`, `greenshift rollback`).
"""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.actions import CommitStanding, Deed, Named, RollbackPlan, ask_standing
from greenshift.actions.decision import Command, decide, state_of_commit
from greenshift.dashboard import words
from greenshift.dashboard.problems import Problem
from greenshift.dashboard.reader import hours
from greenshift.dashboard.watched import Desk, Head

_NAMED = 12


@dataclass(frozen=True)
class Asked:
    title: str
    text: str
    button: str
    again: bool = False
    """Whether a yes means a commit that is not released again unasked."""
    lines: tuple[str, ...] = ()


def release(desk: Desk, head: Head) -> Asked:
    """About a commit we know. Raises Problem while a release of it is under way."""
    stack = desk.stack
    found = ask_standing(stack.clients("lambda"), stack.outputs.controller, head.id)
    commit = f"{words.short(head.id)} “{words.first_line(head.summary)}”"
    if found.stands == "UNDER_WAY":
        raise Problem(409, f"a release of {commit} is under way already", hint="watch it at: /")
    by_rollback = found.release is not None and found.release.mode == "rollback"
    state = state_of_commit(found.stands, by_rollback=by_rollback, pending=bool(found.pending))
    title = f"Release {commit}?"
    if decide(Command.RELEASE, state).deed is Deed.START:
        settings = (
            f" It makes the changed settings of {', '.join(found.pending)} live." if found.pending else ""
        )
        return Asked(title, f"{_way(desk)}{settings}", "Release")
    return Asked(f"Release {commit} again?", f"{_before(desk, found)} {_way(desk)}", "Release again", True)


def unknown_release(desk: Desk) -> Asked:
    """About a commit that only the repository's host knows; the newest release may have been of it."""
    with desk.view() as view:
        newest = next(iter(view.ledger_page(limit=1).releases), None)
    warning = ""
    if newest is not None and (newest.status == "ROLLED_BACK" or newest.mode == "rollback"):
        what = "was a rollback" if newest.mode == "rollback" else "went back"
        warning = (
            f"The newest release, {words.short(newest.id)}, {what} {_ago(desk, newest.ended_at)}: when the "
            "branch still ends with the same commit, this one is refused. "
        )
    return Asked("Release the latest commit?", f"{warning}{_way(desk)}", "Release")


def rollback(plan: RollbackPlan, target: str) -> Asked:
    """About what the controller would do; ``target`` is the release to go back to, in words."""
    moves = [f"{each.key}: {each.from_version} → {each.to_version}" for each in plan.moves]
    rest = len(moves) - _NAMED
    lines = (*moves[:_NAMED], *((f"and {rest} more functions",) if rest > 0 else ()))
    how = "All of the traffic goes back at once, as a release of its own; hooks and alarms watch it."
    if plan.undoes is None:
        return Asked(f"Roll back to {target}?", how, "Roll back", lines=lines)
    left = (
        f"{_nothing_left(plan.after[0])} What is live came with {_named(plan.undoes)}. " if plan.after else ""
    )
    return Asked(f"Undo {_named(plan.undoes)}?", f"{left}{how}", "Roll back", lines=lines)


def _way(desk: Desk) -> str:
    return f"The release goes through {desk.stack.outputs.pipeline}, from its source to all of the traffic."


def _before(desk: Desk, found: CommitStanding) -> str:
    other = found.release
    if other is None:
        return "It was released before."
    ago = _ago(desk, other.ended_at)
    if found.stands == "LIVE":
        return f"It is live since {words.named(other.id)}, {ago}."
    why = f": {words.first_line(other.reason or other.message)}" if other.reason or other.message else ""
    what = "was taken back by" if other.mode == "rollback" else "was rolled back, as"
    return f"It {what} {words.named(other.id)} {ago}{why}."


def _ago(desk: Desk, moment: str) -> str:
    with desk.view() as view:
        now = view.now().isoformat()
    waited = hours().waited(moment, now)
    return f"{waited} ago" if waited else "before"


def _named(release: Named) -> str:
    message = words.first_line(release.message)
    told = " ".join(part for part in (words.short(release.commit), f"“{message}”" if message else "") if part)
    return words.named(release.id) + (f" ({told})" if told else "")


def _nothing_left(release: Named) -> str:
    how = "was rolled back" if release.status == "ROLLED_BACK" else "failed and moved nothing"
    return f"The newest, {_named(release)}, {how}: there is nothing of it to undo."
