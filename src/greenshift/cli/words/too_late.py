"""What is said to whoever would stop a release when none is under way: how it ended, what is live, what next.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.cli.following.narrate import first_line
from greenshift.contract.status_words import word
from greenshift.contract.statuses import ARRIVED
from greenshift.view import Hours, ReleaseView

_NOTHING = "nothing is under way, so there is nothing to stop"


def words_of(
    meant: ReleaseView | None, live: ReleaseView | None, rows: Sequence[ReleaseView], hours: Hours
) -> tuple[str, str]:
    """The error and its hint. ``meant`` is the release that was to be stopped, or the newest; None of none.
    ``live`` is the one whose commit is live; None where that is not known.
    """
    if meant is None:
        return f"{_NOTHING}: nothing was released yet", "greenshift release"
    if not meant.has_ended:
        return f"{_NOTHING}; {_named(meant)} is {word(meant.status)}", "greenshift status"
    ended = hours.spoken(meant.ended_at)
    what = f"{_named(meant)} ended at {ended}: {word(meant.status)}"
    return f"{_NOTHING}: {what}{_standing(meant, live)}", _next(meant, live, rows)


def _standing(meant: ReleaseView, live: ReleaseView | None) -> str:
    if live is None:
        return "; what is live is of no single release"
    if live.id == meant.id:
        return ", and it is live"
    return f"; {_named(live)} is live"


def _next(meant: ReleaseView, live: ReleaseView | None, rows: Sequence[ReleaseView]) -> str:
    taken = next((each for each in rows if each.undone_by == meant.id), None)
    if taken is not None:
        return f"what it took back goes live again with: greenshift rollback --to {taken.short_id}"
    if live is None:
        return "see what each function serves with: greenshift status"
    if live.id == meant.id and meant.changed:
        return f"undo it with: greenshift rollback --undo {meant.short_id}"
    if meant.status not in ARRIVED:
        return f"see why it ended so with: greenshift show {meant.short_id}"
    return "undo what is live with: greenshift rollback --undo live"


def _named(release: ReleaseView) -> str:
    if release.mode == "rollback":
        return release.short_id
    message = first_line(release.message)
    told = f" ({release.commit[:8]} “{message}”)" if release.commit and message else ""
    return f"release {release.short_id}{told}"
