"""Functions that no release has reached: they serve a placeholder, which fails every call."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.checks.deployed.facts import AliasFacts, StackFacts
from greenshift.checks.deployed.recorded import bootstrap_version
from greenshift.checks.finding import Finding
from greenshift.contract.statuses import STAYED

RULE = "serves-bootstrap-code"


def check_unreleased(facts: StackFacts) -> Iterator[Finding]:
    if facts.is_releasing:
        return
    for alias in facts.aliases:
        if _is_bootstrap(alias, facts):
            yield _finding(alias)


def _is_bootstrap(alias: AliasFacts, facts: StackFacts) -> bool:
    """Whether all of it goes to the version the function was made with, which no release made live."""
    if (
        not alias.version
        or alias.weights
        or alias.copy is not None
        or alias.version != bootstrap_version(alias, facts)
    ):
        return False
    return not any(
        part.key == alias.function.key and part.to_version == alias.version and part.state in STAYED
        for release in facts.releases
        for part in release.functions
    )


def _finding(alias: AliasFacts) -> Finding:
    function = alias.function
    return Finding(
        rule=RULE,
        level="error",
        function=function.key,
        resource=function.alias_arn,
        what=f"{function.name} serves a placeholder: no release has reached it, or its first one went back",
        why="every call fails until one does",
        fix="greenshift release; why the last one did not get there is in: greenshift history",
    )
