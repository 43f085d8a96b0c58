"""A deployment that conflicts or hangs: stopped, so that CodeDeploy puts traffic back where it was."""

from __future__ import annotations

from greenshift.checks import Finding
from greenshift.checks.deployed.facts import StackFacts
from greenshift.repair.steps import Proposal, Step, StopDeployment


def propose(finding: Finding, facts: StackFacts) -> Proposal:
    deployment = finding.resource
    release = next((each.release for each in facts.deployments if each.id == deployment), "")
    after = f"; the release {release} then goes back as a whole" if release in facts.running else ""
    return Step(
        finding,
        will=f"stop the deployment {deployment} with automatic rollback, and wait for the way back{after}",
        safe="CodeDeploy itself sends traffic back to the version it came from; one that has ended meanwhile "
        "is left alone",
        action=StopDeployment(deployment),
    )
