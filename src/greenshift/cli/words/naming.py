"""Releases and what they do to functions, in the words every command and question uses. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from greenshift.actions import Move, Named, RollbackPlan
from greenshift.cli.following.narrate import first_line, shown
from greenshift.view import AWS, Hours
from greenshift.view.model.releases import short_id

_NAMED = 8


def named(release: Named) -> str:
    """``release 3f2a91c0 (4be1c2d7 “Lower the fee”)``, ``rollback-3f9b60a4``; as markup."""
    is_rollback = release.mode == "rollback"
    message = first_line(release.message)
    if is_rollback and message == release.mode:  # which it has where nobody gave a reason
        message = ""
    told = " ".join(part for part in (release.commit[:8], f"“{shown(message)}”" if message else "") if part)
    name = f"[bold]{short_id(release.id)}[/]"
    return (name if is_rollback else f"release {name}") + (f" ({told})" if told else "")


def moves(found: Iterable[Move]) -> Iterator[str]:
    """``charge 3 → 2``, a line each; of many functions the first ones and how many more."""
    all_of_them = list(found)
    for move in all_of_them[:_NAMED]:
        yield f"{move.key} {move.from_version} → {move.to_version}"
    if (rest := len(all_of_them) - _NAMED) > 0:
        yield f"and {rest} more functions"


def undoing(plan: RollbackPlan, hours: Hours = AWS) -> Iterator[str]:
    """What a rollback is about to do, line by line, as markup."""
    if plan.undoes is None:
        yield f"{shown(plan.what)}:"
    else:
        yield f"this undoes {named(plan.undoes)}, {_standing(plan.undoes, plan.through, hours)}:"
    for line in moves(plan.moves):
        yield f"  {line}"


def _standing(undone: Named, through: Named | None, hours: Hours) -> str:
    if through is not None:
        return f"live again since {hours.spoken(through.ended_at)} by {named(through)}"
    return f"live since {hours.spoken(undone.ended_at)}" if undone.ended_at else "under way"


def went_back(commit: str, release: Named, hours: Hours = AWS) -> str:
    """What became of a commit that is not live: by which rollback or as which release, and why. No markup."""
    is_rollback = release.mode == "rollback"
    name = short_id(release.id)
    what = f"{name} took {commit} back" if is_rollback else f"release {name} of {commit} was rolled back"
    told = first_line(release.reason or release.message, hours)
    return what if told in ("", release.mode) else f"{what}: {told}"  # one without a reason has its mode


def nothing_left(release: Named, hours: Hours = AWS) -> str:
    """Why there is nothing of a release to undo, as markup."""
    how = "was rolled back" if release.status == "ROLLED_BACK" else "failed and moved nothing"
    why = f": {shown(first_line(release.reason, hours))}" if release.reason else ""
    return f"{named(release)} {how}{why}; there is nothing of it to undo"
