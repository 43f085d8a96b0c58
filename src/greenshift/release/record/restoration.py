"""Which versions a rollback puts live again, read from the ledger's rows. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from greenshift.contract.release import Release
from greenshift.contract.rules import Mode
from greenshift.contract.statuses import Status
from greenshift.release.errors import Refusal

_WHOLE = frozenset({Status.SUCCEEDED, Status.UNCHANGED, Status.ROLLED_BACK})


@dataclass(frozen=True)
class Restoration:
    """The versions by key, and in a few words what they are."""

    versions: Mapping[str, str]
    what: str


def after(release: Release) -> Restoration:
    """What was live when this release had ended. Raises Refusal when it did not end whole."""
    if release.status not in _WHOLE:
        raise Refusal(
            f"release {release.id} is {release.status.value}, so it left no whole set of versions: "
            "`greenshift history` lists those that did"
        )
    went_back = release.status is Status.ROLLED_BACK
    versions = {item.key: item.from_version if went_back else item.to_version for item in release.functions}
    return Restoration(versions, f"back to release {_short(release)}")


def before_last(releases: Iterable[Release]) -> Restoration:
    """What was live before the last release that moved traffic: the one under way, else the last that went
    well. The last to end, that is: a release may wait for approval while a rollback comes and goes.

    Raises Refusal when there is none, or when it was a rollback itself: undoing that would be the very set
    somebody just left.
    """
    moved = [each for each in releases if _moved_traffic(each)]
    last = max(moved, key=_moved_at, default=None)
    if last is None:
        raise Refusal("no release has gone well yet, so there is nothing to go back to")
    if last.mode is Mode.ROLLBACK:
        raise Refusal(
            f"the last release, {last.id}, is a rollback itself: say where to go with --to RELEASE "
            "(`greenshift history` lists them)"
        )
    versions = {item.key: item.from_version for item in last.functions}
    return Restoration(versions, f"undoing release {_short(last)}")


def _moved_traffic(release: Release) -> bool:
    is_under_way = release.status.is_moving and release.has_begun
    return is_under_way or (release.status is Status.SUCCEEDED and bool(release.changed))


def _moved_at(release: Release) -> tuple[bool, datetime]:
    return (not release.is_ended, release.since)


def _short(release: Release) -> str:
    commit = f" ({release.commit[:8]})" if release.commit else ""
    return f"{release.id[:8]}{commit}"
