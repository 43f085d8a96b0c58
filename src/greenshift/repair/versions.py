"""A version that a failed release left behind: deleted."""

from __future__ import annotations

from greenshift.checks import Finding
from greenshift.checks.deployed.facts import StackFacts
from greenshift.repair.steps import DeleteVersion, Later, Proposal, Step


def propose(finding: Finding, facts: StackFacts) -> Proposal:
    number = finding.resource.rpartition(":")[2]
    version = next(each for each in facts.versions_of(finding.function) if each.version == number)
    release = facts.release(version.release)
    if release is not None and not release.ended_at:
        return Later(finding, f"the release {release.id} has ended")
    return Step(
        finding,
        will=f"delete version {number} of {version.function.name}",
        safe="no alias sends it traffic, which is looked up again right before; no release went from it or "
        "ended on it, so no way back leads to it; the code is in the repository",
        action=DeleteVersion(version.function.name, number),
    )
