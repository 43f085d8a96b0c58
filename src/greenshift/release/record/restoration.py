"""Which versions a rollback puts live again, read from the ledger's rows. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from greenshift.contract.release import Release
from greenshift.contract.rules import Mode
from greenshift.contract.statuses import Status
from greenshift.contract.text import listed
from greenshift.release.errors import Refusal

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
    """Those that ended after that one and left nothing of theirs: they failed, or went back. Newest first."""


def after(release: Release) -> Restoration:
    """What was live when this release had ended. Raises Refusal when it did not end whole."""
    if release.status not in _WHOLE:
        raise Refusal(
            f"release {release.id} is {release.status.value}, so it left no whole set of versions: "
            "`greenshift history` lists those that did"
        )
    if release.status is Status.ROLLED_BACK:
        return _before(release, f"back to release {_short(release)}")
    versions = {item.key: item.to_version for item in release.functions}
    return Restoration(versions, f"back to release {_short(release)}")


def before_last(releases: Iterable[Release]) -> Restoration:
    """What was live before the last release that moved traffic: the one under way, else the last that went
    well. The last to end, that is: a release may wait for approval while a rollback comes and goes.

    Raises Refusal when there is none, when it was the first of all its functions, or when it was a rollback
    itself: undoing that would be the very set somebody just left.
    """
    rows = list(releases)
    moved = [each for each in rows if _moved_traffic(each)]
    last = max(moved, key=_moved_at, default=None)
    if last is None:
        raise Refusal("no release has gone well yet, so there is nothing to go back to")
    if last.mode is Mode.ROLLBACK:
        raise Refusal(
            f"the last release, {last.id}, is a rollback itself: say where to go with --to RELEASE "
            "(`greenshift history` lists them)"
        )
    found = _before(last, f"undoing release {_short(last)}")
    return replace(found, undone=last, after=_nothing_left(rows, last))


def nothing_to_go_back_to(release: str, keys: Iterable[str]) -> Refusal:
    """``release`` in words. The rollback that has no release's version to go to, before anything moves."""
    return Refusal(
        f"{release} was the first of {listed(keys)}: no release published what was there before, so there is "
        "nothing to go back to. Release a fix: greenshift release"
    )


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
    left = [
        each
        for each in releases
        if each.status in (Status.FAILED, Status.ROLLED_BACK) and _moved_at(each) > _moved_at(last)
    ]
    return tuple(sorted(left, key=_moved_at, reverse=True))


def _moved_at(release: Release) -> tuple[bool, datetime]:
    return (not release.is_ended, release.since)


def _short(release: Release) -> str:
    commit = f" ({release.commit[:8]})" if release.commit else ""
    return f"{release.id[:8]}{commit}"
