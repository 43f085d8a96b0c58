"""An alias that is split, or off its recorded version: put whole on the version the ledger says."""

from __future__ import annotations

from greenshift.checks import Finding
from greenshift.checks.deployed.facts import AliasFacts, StackFacts
from greenshift.checks.deployed.recorded import resting_version
from greenshift.contract.statuses import MOVING
from greenshift.repair.steps import Later, Proposal, PutAlias, Refused, Step


def propose(finding: Finding, facts: StackFacts) -> Proposal:
    alias = facts.alias_of(finding.function)
    assert alias is not None, "the finding was made from these facts"
    if holder := _holder(alias, facts):
        return Later(finding, f"{holder} has ended")
    version = resting_version(alias, facts) or (alias.copy.released if alias.copy else "")
    if not version:
        return Refused(
            finding,
            "the ledger does not say which version should be live",
            f"decide it, then: aws lambda update-alias --function-name {alias.function.name} "
            f"--name {alias.function.alias} --function-version <version> "
            "--routing-config AdditionalVersionWeights={}",
        )
    if version not in {each.version for each in facts.versions_of(finding.function)}:
        return Refused(
            finding,
            f"version {version}, on which the ledger left it, does not exist any more",
            "release again, which publishes a version and brings alias and ledger together",
        )
    return _put(finding, alias, version)


def _holder(alias: AliasFacts, facts: StackFacts) -> str:
    """What may still move this alias; empty when nothing does."""
    key, group = alias.function.key, alias.function.deployment_group
    for deployment in facts.deployments:
        if deployment.group == group:
            return f"the deployment {deployment.id}"
    for release in facts.releases:
        if release.status in MOVING and any(part.key == key for part in release.changed):
            return f"the release {release.id}"
    return ""


def _put(finding: Finding, alias: AliasFacts, version: str) -> Step:
    function = alias.function
    return Step(
        finding,
        will=f"send all traffic of {function.name}:{function.alias} to version {version}",
        safe=f"version {version} exists and is the one the ledger left live; nothing is under way, and the "
        "update is refused when the alias has been changed since",
        action=PutAlias(function.name, function.alias, version, alias.revision, alias.copy is not None),
    )
