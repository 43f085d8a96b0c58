"""Which version the ledger says is live: what an alias at rest is compared with, and put back on."""

from __future__ import annotations

from collections.abc import Iterable

from greenshift.checks.deployed.facts import AliasFacts, StackFacts
from greenshift.view import FunctionRelease, ReleaseView


def resting_version(alias: AliasFacts, facts: StackFacts) -> str:
    """The one version this alias should be whole on; empty when nothing says which."""
    key = alias.function.key
    if recorded := recorded_version(key, facts.releases):
        return recorded
    if not any(_part_of(release, key) for release in facts.releases):
        return bootstrap_version(alias, facts)
    # The newest release could not restore it. Whoever moved it whole had a reason; a split is what
    # CodeDeploy left, and the way back was under way.
    return way_back(key, facts.releases) if alias.weights else ""


def recorded_version(key: str, releases: Iterable[ReleaseView]) -> str:
    """The version the newest ended release left a function on; empty when the ledger does not know.

    A failed release says it per function: what it shifted stayed, what it took back went back, and of
    what it could not restore nothing is certain.
    """
    for release in releases:
        part = _part_of(release, key)
        if part is None or not release.ended_at:
            continue
        if part.state == "FAILED" and release.status == "FAILED":
            return ""
        version = part.to_version if _stayed(release, part) else part.from_version
        if version:
            return version
    return ""


def way_back(key: str, releases: Iterable[ReleaseView]) -> str:
    """Where the newest ended release of this function tried to go back to."""
    ended = (_part_of(release, key) for release in releases if release.ended_at)
    part = next((part for part in ended if part is not None), None)
    return part.from_version if part is not None else ""


def bootstrap_version(alias: AliasFacts, facts: StackFacts) -> str:
    """The version the deployment made, for a function that no release in the ledger has touched.

    An alias on a release's version, of which the ledger has no row, is left alone: rows expire, and then
    it is the row that is missing, not the version that is wrong.
    """
    versions = facts.versions_of(alias.function.key)
    if any(each.release for each in versions if each.version == alias.version):
        return ""
    return next((each.version for each in versions if not each.release), "")


def _part_of(release: ReleaseView, key: str) -> FunctionRelease | None:
    return next((part for part in release.functions if part.key == key), None)


def _stayed(release: ReleaseView, part: FunctionRelease) -> bool:
    if release.status == "FAILED":
        return part.state in ("SHIFTED", "HALTED")
    return release.status in ("SUCCEEDED", "UNCHANGED")
