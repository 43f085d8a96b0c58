"""Which versions a rollback puts live again, read from the ledger's rows. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from greenshift.contract.errands import LIVE
from greenshift.contract.ids import short_id
from greenshift.contract.release import Release
from greenshift.contract.rules import Mode
from greenshift.contract.status_words import word
from greenshift.contract.statuses import ARRIVED, Status
from greenshift.contract.text import listed
from greenshift.contract.undone import Rollbacks
from greenshift.release.errors import Refusal

_TO = "greenshift rollback --to"
_WHOLE = frozenset({Status.SUCCEEDED, Status.UNCHANGED, Status.ROLLED_BACK})


@dataclass(frozen=True)
class Restoration:
    """The versions by key, and in a few words what they are. ``staying`` are the keys of functions that have
    nothing to go back to: no release published what was there before, so they stay where they are.
    """

    versions: Mapping[str, str]
    what: str
    staying: tuple[str, ...] = ()
    undone: Release | None = None
    """The release that is undone; None when somebody said where to go."""
    after: tuple[Release, ...] = ()
    """Those that ended after that one and left nothing of theirs: they failed, or went back. Newest first;
    none once a release of nothing new has gone well since, as then none of them is the newest.
    """
    through: Release | None = None
    """The rollback that made the undone release live again; None where it has been live since it ended."""


def after(release: Release) -> Restoration:
    """What was live when this release had ended. Raises Refusal when it did not end whole."""
    if release.status not in _WHOLE:
        raise Refusal(
            f"release {_short(release)}: {word(release.status)}, so it left no whole set of versions; "
            "see those that did with: greenshift history"
        )
    if release.status is Status.ROLLED_BACK:
        return _before(release, f"back to release {_short(release)}")
    versions = {item.key: item.to_version for item in release.functions}
    return Restoration(versions, f"back to release {_short(release)}")


def before_last(releases: Iterable[Release], undo: str = "") -> Restoration:
    """What was live before the last release that moved traffic: the one under way, else the last that went
    well. The last to end, that is: a release may wait for approval while a rollback comes and goes.

    Where that was a rollback, undoing it would be the very set somebody just left. The release that it made
    live again is undone, if ``undo`` names it by its id or says LIVE; or if newer ones have left nothing, so
    that somebody is asked by name.

    Raises Refusal when there is none, when it was the first of all its functions, or after a rollback when
    nobody said which.
    """
    rows = list(releases)
    moved = [each for each in rows if _moved_traffic(each)]
    last = max(moved, key=_moved_at, default=None)
    if last is None:
        raise Refusal("no release has gone well yet, so there is nothing to go back to")
    left = _nothing_left(rows, last)
    if last.mode is not Mode.ROLLBACK:
        return _undoing(last, left)
    live = _live_again(moved, last)
    if live is None or not (undo in (LIVE, live.id) or (left and not undo)):
        raise _is_a_rollback(last, live, rows)
    return replace(_undoing(live, left), through=last)


def nothing_to_go_back_to(release: str, keys: Iterable[str]) -> Refusal:
    """``release`` in words. The rollback that has no release's version to go to, before anything moves."""
    return Refusal(
        f"{release} was the first of {listed(keys)}: no release published what was there before, so there is "
        "nothing to go back to. It stays as it is; release a fix with: greenshift release"
    )


def _undoing(release: Release, left: tuple[Release, ...]) -> Restoration:
    return replace(_before(release, f"undoing release {_short(release)}"), undone=release, after=left)


def _live_again(moved: Iterable[Release], rollback: Release) -> Release | None:
    """The release whose versions a rollback put live: the last of those that brought them, all of them."""
    live = {item.key: item.to_version for item in rollback.functions}
    bringing = [
        each
        for each in moved
        if each.mode is not Mode.ROLLBACK
        and any(item.key in live for item in each.changed)
        and all(live.get(item.key, item.to_version) == item.to_version for item in each.functions)
    ]
    return max(bringing, key=_moved_at, default=None)


def _is_a_rollback(last: Release, live: Release | None, rows: Sequence[Release]) -> Refusal:
    """What it undid, what is live since, and the way from there in both directions."""
    undone = _undone_by(last, rows)
    what = f"the last to move traffic, {short_id(last.id)}, is a rollback itself"
    if undone is not None:
        what += f": it undid release {_short(undone)}"
    if live is not None:
        again = f"; to put {short_id(undone.id)} live again: {_TO} {short_id(undone.id)}" if undone else ""
        return Refusal(
            f"{what}. What it made live again came with release {_short(live)}; {_further(live)}{again}"
        )
    released = (each for each in rows if _moved_traffic(each) and each.mode is not Mode.ROLLBACK)
    newest = max(released, key=_moved_at, default=None)
    where = f"{_TO} {short_id(newest.id)}" if newest else "greenshift history"
    return Refusal(
        f"{what}, and the ledger has no release that brought what is live, so there is none to undo. "
        + (f"To go to the newest one: {where}" if newest else f"See what was released with: {where}")
    )


def _undone_by(rollback: Release, rows: Sequence[Release]) -> Release | None:
    """The newest release that this rollback took back."""
    ended = [each for each in rows if each.ended_at is not None]
    found = Rollbacks(ended)
    undone = (each for each in ended if found.that_undid(each) == rollback.id)
    return max(undone, key=_moved_at, default=None)


def _further(live: Release) -> str:
    try:
        _before(live, "")
    except Refusal:
        first = listed(item.key for item in live.functions if item.is_first)
        return f"it was the first of {first}, so nothing is before it"
    return f"to undo that one: greenshift rollback --undo {short_id(live.id)}"


def _before(release: Release, what: str) -> Restoration:
    """What was live before it, of the functions that were released before it at all."""
    versions = {item.key: item.from_version for item in release.functions if not item.is_first}
    staying = tuple(item.key for item in release.functions if item.is_first)
    moved = {item.key for item in release.changed}
    if staying and not moved & versions.keys():
        raise nothing_to_go_back_to(f"release {_short(release)}", staying)
    return Restoration(versions, what, staying)


def _moved_traffic(release: Release) -> bool:
    is_under_way = release.status.is_moving and release.has_begun
    return is_under_way or (release.status is Status.SUCCEEDED and bool(release.changed))


def _nothing_left(releases: Iterable[Release], last: Release) -> tuple[Release, ...]:
    since = sorted(
        (each for each in releases if each.is_ended and _moved_at(each) > _moved_at(last)),
        key=_moved_at,
        reverse=True,
    )
    if since and since[0].status in ARRIVED:
        return ()
    return tuple(each for each in since if each.status in (Status.FAILED, Status.ROLLED_BACK))


def _moved_at(release: Release) -> tuple[bool, datetime]:
    return (not release.is_ended, release.since)


def _short(release: Release) -> str:
    commit = f" ({release.commit[:8]})" if release.commit else ""
    return f"{short_id(release.id)}{commit}"
