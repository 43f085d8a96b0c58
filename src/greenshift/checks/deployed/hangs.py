"""Deployments that do not come to an end: longer under way than they can need, or their hook is silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from greenshift.checks.deployed.conflicts import key_of
from greenshift.checks.deployed.facts import DeploymentFacts, StackFacts
from greenshift.checks.finding import Finding
from greenshift.contract.text import duration

HANGING = "deployment-hanging"

# User guide, "AppSpec 'hooks' section for an AWS Lambda deployment": CodeDeploy waits one hour for a hook.
# There are two of them.
HOOKS = 2 * timedelta(hours=1)
# CodeDeploy invokes a hook asynchronously: three attempts of at most 15 minutes, one and two minutes apart
# [developer guide: asynchronous invocation]. After that nobody is left who could report.
SILENT = timedelta(minutes=48)


def check_hangs(facts: StackFacts) -> Iterator[Finding]:
    for deployment in facts.deployments:
        age = facts.now - deployment.created
        if deployment.hook_since is not None and facts.now - deployment.hook_since >= SILENT:
            since = _told(facts.now - deployment.hook_since)
            yield _hanging(deployment, facts, f"its {deployment.hook} hook has not reported for {since}")
        elif age >= deployment.shift + HOOKS:
            longest = _told(deployment.shift + HOOKS)
            yield _hanging(deployment, facts, f"it takes {longest} at the most, and began {_told(age)} ago")


def _told(span: timedelta) -> str:
    return duration(span.total_seconds() // 60 * 60)


def _hanging(deployment: DeploymentFacts, facts: StackFacts, because: str) -> Finding:
    return Finding(
        rule=HANGING,
        level="error",
        function=key_of(deployment, facts),
        resource=deployment.id,
        what=f"the deployment {deployment.id} in group {deployment.group} hangs: {because}",
        why="traffic stays where it is, split or not, and no release of this function can go on",
        fix=f"greenshift repair --only {HANGING} stops it, and CodeDeploy puts traffic back",
    )
