"""Which of two releases goes back for the other."""

from __future__ import annotations

from greenshift.contract.release import Release
from greenshift.contract.rules import Mode, Newer
from greenshift.contract.statuses import Status


def may_give_way(release: Release) -> bool:
    """Whether there can be one it goes back for: a rollback, or one in a hurry, goes on to its end."""
    is_under_way = not release.is_ended and release.status is not Status.ROLLING_BACK
    return is_under_way and release.mode is Mode.NORMAL


def gives_way(release: Release, newer: Release) -> bool:
    """Whether a release goes back for one that is published: any newer one if its rules say so, one in a
    hurry always.
    """
    is_wanted = newer.mode is Mode.NOW or release.rules.newer is Newer.SUPERSEDE
    is_newer = newer.status is Status.PUBLISHED and newer.started_at > release.started_at
    return may_give_way(release) and is_newer and is_wanted
