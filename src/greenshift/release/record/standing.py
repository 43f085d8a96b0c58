"""Where one commit stands, read from the ledger's rows. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from greenshift.contract.left_at import left_at
from greenshift.contract.release import Release
from greenshift.contract.rules import Mode
from greenshift.contract.statuses import Status
from greenshift.contract.undone import Rollbacks


class Stands(StrEnum):
    NEW = "NEW"  # no release of it is known
    UNDER_WAY = "UNDER_WAY"  # a release of it has not ended
    LIVE = "LIVE"  # its versions are where the ledger last left every function
    WENT_BACK = "WENT_BACK"  # its last release went back, or was taken back since
    FAILED = "FAILED"  # its last release ended before it moved anything, or could not end whole
    REPLACED = "REPLACED"  # it was live, and a release of another commit came after it


@dataclass(frozen=True)
class Standing:
    """``release`` is the one that says so: the commit's own, or the rollback that took it back."""

    stands: Stands
    release: Release | None = None


def standing(commit: str, releases: Sequence[Release], keys: Collection[str] = ()) -> Standing:
    """Where a commit stands; it is live only when its release's version is where each function was left, and
    its release knew all of ``keys``.
    """
    own = [each for each in releases if each.commit == commit and each.mode is not Mode.ROLLBACK]
    if not own:
        return Standing(Stands.NEW)
    if (open_one := next((each for each in own if not each.is_ended), None)) is not None:
        return Standing(Stands.UNDER_WAY, open_one)
    last = max(own, key=_ended)
    if last.status is Status.FAILED:
        return Standing(Stands.FAILED, last)
    if last.status is Status.ROLLED_BACK:
        return Standing(Stands.WENT_BACK, last)
    is_there = all(left_at(item.name, releases) in (item.to_version, None) for item in last.functions)
    if is_there and set(keys) <= {item.key for item in last.functions}:
        return Standing(Stands.LIVE, last)
    later = max((each for each in releases if each.is_ended and each.changed), key=_ended, default=last)
    if later.mode is Mode.ROLLBACK:
        undone_by = Rollbacks(releases).that_undid(last)
        by = next((each for each in releases if each.id == undone_by), later)
        return Standing(Stands.WENT_BACK, by)
    return Standing(Stands.REPLACED, later)


def _ended(release: Release) -> datetime:
    return release.ended_at or release.since
