"""Which versions of a function nobody can need any more. Pure: nothing is deleted here.

A rollback to a release needs what every function had at its end. That is live now, or it is what a later
release changed it from; so keeping both sides of each release in the window keeps all that any rollback into
the window needs, and both sides of a failed one cost little.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from greenshift.contract.release import Release
from greenshift.contract.statuses import Status
from greenshift.release.targets import Versions

# How the description of a version published by a release begins.
OURS = "greenshift "


@dataclass(frozen=True)
class Published:
    """One version of a function, as Lambda lists it."""

    version: str
    at: datetime | None  # absent when Lambda's text could not be read: then it counts as young
    is_ours: bool  # published by a release, or a working copy; others may be somebody's, whatever their age


def needed(releases: Iterable[Release], rules: Versions, now: datetime) -> Mapping[str, frozenset[str]]:
    """The versions a rollback may need, by the physical name of the function.

    ``releases`` come newest first and are read only as far as the window reaches: to the ``keep``-th
    successful release, and to ``keep_days``. Failed ones in it count for nothing and lose nothing.
    """
    found: dict[str, frozenset[str]] = {}
    succeeded = 0
    for release in releases:
        if succeeded >= rules.keep and not _is_young(release.started_at, rules, now):
            break
        for item in release.functions:
            sides = {item.from_version, item.to_version}
            found[item.name] = found.get(item.name, frozenset()) | sides
        succeeded += release.status is Status.SUCCEEDED
    return found


def prunable(
    published: Collection[Published],
    *,
    aliased: Collection[str],
    needed: Collection[str],
    rules: Versions,
    now: datetime,
) -> list[str]:
    """The versions that may go, oldest first. ``aliased`` are those any alias names, as a weight too.

    Never `$LATEST`, and never the newest version: Lambda's PublishVersion answers with it when nothing
    changed since, so the release that is being published at this moment may be about to use it.
    """
    numbered = [each for each in published if each.version.isdecimal()]
    newest = max((int(each.version) for each in numbered), default=0)
    free = [
        int(each.version)
        for each in numbered
        if each.is_ours
        and each.version not in {*aliased, *needed}
        and int(each.version) != newest
        and not _is_young(each.at, rules, now)
    ]
    return [str(version) for version in sorted(free)]


def _is_young(moment: datetime | None, rules: Versions, now: datetime) -> bool:
    return moment is None or now - moment < timedelta(days=rules.keep_days)
