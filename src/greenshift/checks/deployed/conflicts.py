"""Deployments that run beside the releases: nobody waits for them, and they keep a release from starting."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.checks.deployed.facts import DeploymentFacts, StackFacts
from greenshift.checks.finding import Finding

CONFLICT = "deployment-conflict"


def check_conflicts(facts: StackFacts) -> Iterator[Finding]:
    """CodeDeploy's own rollbacks are on the way back to where traffic was: they conflict with nothing."""
    open_releases = facts.running | {release.id for release in facts.releases if not release.ended_at}
    first: dict[str, DeploymentFacts] = {}
    for deployment in sorted(facts.deployments, key=lambda each: (each.created, each.id)):
        if deployment.is_rollback:
            continue
        if deployment.release not in open_releases:
            yield _conflict(deployment, facts, _stray(deployment))
        elif deployment.group in first:
            yield _conflict(deployment, facts, f"{first[deployment.group].id} runs in the same group")
        else:
            first[deployment.group] = deployment


def _stray(deployment: DeploymentFacts) -> str:
    if not deployment.release:
        return "it belongs to no release"
    return f"it belongs to the release {deployment.release}, which is not under way"


def _conflict(deployment: DeploymentFacts, facts: StackFacts, because: str) -> Finding:
    return Finding(
        rule=CONFLICT,
        level="error",
        function=key_of(deployment, facts),
        resource=deployment.id,
        what=f"the deployment {deployment.id} in group {deployment.group} is under way, and {because}",
        why="it moves traffic that no release watches, and its group refuses every other deployment",
        fix=f"greenshift repair --only {CONFLICT} stops it, and CodeDeploy puts traffic back",
    )


def key_of(deployment: DeploymentFacts, facts: StackFacts) -> str:
    """The function whose group it is; empty for a group that is not the stack's."""
    found = (alias.function for alias in facts.aliases if alias.function.deployment_group == deployment.group)
    return next((function.key for function in found), "")
