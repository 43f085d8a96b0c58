"""Versions that a failed release left behind: nobody calls them, and no way back leads to them."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.checks.deployed.endless import why_endless
from greenshift.checks.deployed.facts import StackFacts, VersionFacts
from greenshift.checks.finding import Finding
from greenshift.contract.left_at import left_at
from greenshift.contract.statuses import BEFORE_SHIFT
from greenshift.view import FunctionRelease, ReleaseView

ORPHAN = "orphan-version"


def check_orphans(facts: StackFacts) -> Iterator[Finding]:
    """Not while a release is under way: Lambda may give it such a version instead of a new one."""
    if facts.is_releasing:
        return
    for version in facts.versions:
        release = facts.release(version.release) if version.release else None
        if release is None or version.aliases or is_needed(version, facts):
            continue
        if release.status == "FAILED" or _was_abandoned_before_shift(release, facts):
            yield _orphan(version, release)


def _was_abandoned_before_shift(release: ReleaseView, facts: StackFacts) -> bool:
    return release.status in BEFORE_SHIFT and bool(why_endless(release, facts))


def is_needed(version: VersionFacts, facts: StackFacts) -> bool:
    """Whether it is live by the ledger, or a release went from it, arrived at it, or may still do so.

    The releases known reach back to the one that published it, and none before that could use it.
    """
    key = version.function.key
    if left_at(version.function.name, facts.releases) == version.version:
        return True
    return any(
        _uses(release, part, version)
        for release in facts.releases
        for part in release.functions
        if part.key == key
    )


def _uses(release: ReleaseView, part: FunctionRelease, version: VersionFacts) -> bool:
    if part.from_version == version.version:
        return True
    if part.to_version != version.version:
        return False
    if release.id == version.release:
        return part.state not in ("PUBLISHED", "ROLLED_BACK", "FAILED")
    return release.status != "FAILED"


def _orphan(version: VersionFacts, release: ReleaseView) -> Finding:
    function = version.function
    arn, _, _ = function.alias_arn.rpartition(":")
    return Finding(
        rule=ORPHAN,
        level="hint",
        function=function.key,
        resource=f"{arn}:{version.version}",
        what=f"version {version.version} was published by the release of {release.commit[:8] or release.id}, "
        f"which {_ended(release)}; nothing uses it",
        why="its code is kept for nothing, and counts against the account's code storage",
        fix=f"greenshift repair --only {ORPHAN} deletes it",
    )


def _ended(release: ReleaseView) -> str:
    return "failed" if release.status == "FAILED" else "never came to shift traffic"
