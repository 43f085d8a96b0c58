"""Which version an alias should be on: what one at rest is compared with, and put back on."""

from __future__ import annotations

from greenshift.checks.deployed.facts import AliasFacts, StackFacts
from greenshift.contract.left_at import has_moved, left_at, part_of
from greenshift.contract.statuses import ENDED


def resting_version(alias: AliasFacts, facts: StackFacts) -> str:
    """The one version this alias should be whole on; empty when nothing says which."""
    name = alias.function.name
    if recorded := left_at(name, facts.releases):
        return recorded
    under_way = (part_of(name, each) for each in facts.releases if each.status not in ENDED)
    if any(part is not None and has_moved(part) for part in under_way):
        return ""
    return bootstrap_version(alias, facts)


def bootstrap_version(alias: AliasFacts, facts: StackFacts) -> str:
    """The version the deployment made, for a function that no release in the ledger has moved.

    An alias on a release's version, of which the ledger has no row, is left alone: rows expire, and then
    it is the row that is missing, not the version that is wrong.
    """
    versions = facts.versions_of(alias.function.key)
    if any(each.release for each in versions if each.version == alias.version):
        return ""
    return next((each.version for each in versions if not each.release), "")
