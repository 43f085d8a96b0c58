"""How the pipeline's newest execution went."""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenshift.checks.deployed.facts import StackFacts
from greenshift.checks.finding import Finding
from greenshift.contract.errands import ABORTED
from greenshift.contract.status_words import word
from greenshift.view import Progress

_FAILURES = ("Failed", "Stopped")
# What IAM, Lambda and CodePipeline say of a role they may not take.
_NOT_ASSUMED = re.compile(
    r"sts:AssumeRole|cannot be assumed|unable to assume|perform AssumeRole", re.IGNORECASE
)


def check_releases(facts: StackFacts) -> Iterator[Finding]:
    if facts.newest is not None and facts.newest.status in _FAILURES:
        yield _failed(facts.newest)


def _failed(newest: Progress) -> Finding:
    """A release that went back is not lost service, but what was committed is not live."""
    stage = next((stage for stage in newest.stages if stage.error), None)
    release = newest.release
    went_back = release is not None and release.status == "ROLLED_BACK"
    reason = release.reason if release is not None and release.reason else stage.error if stage else ""
    where = f" in stage {stage.name}" if stage else ""
    if _NOT_ASSUMED.search(reason):
        return _not_assumed(newest, reason)
    # Who stops an execution may have waited until its release had failed by itself.
    if reason.startswith(ABORTED) or (newest.status == "Stopped" and not (release and release.reason)):
        return _stopped(newest, reason)
    return Finding(
        rule="release-rolled-back" if went_back else "execution-failed",
        level="warning" if went_back else "error",
        resource=newest.pipeline,
        what=f"the newest execution ({newest.commit[:8] or newest.execution}) "
        + (f"was rolled back{where}" if went_back else f"ended: {word(newest.status)}{where}"),
        why=reason.strip().split("\n", 1)[0] or "no reason was recorded",
        fix="once a commit has fixed the cause, release it: greenshift release (on AWS: git push); "
        "see all of it with: greenshift history",
    )


def _stopped(newest: Progress, reason: str) -> Finding:
    """Nothing is broken: somebody did not want it."""
    return Finding(
        rule="release-stopped",
        level="warning",
        resource=newest.pipeline,
        what=f"the newest execution ({newest.commit[:8] or newest.execution}) was stopped",
        why=reason.strip().split("\n", 1)[0] or "no reason was recorded",
        fix="release its commit after all with: greenshift release --again",
    )


def _not_assumed(newest: Progress, reason: str) -> Finding:
    """A new role is unknown for some seconds; one that stays so has a trust its service cannot meet."""
    return Finding(
        rule="role-not-assumed",
        level="error",
        resource=newest.pipeline,
        what=f"the newest execution ({newest.commit[:8] or newest.execution}) ended ({word(newest.status)}): "
        "a role cannot be assumed",
        why=reason.strip().split("\n", 1)[0],
        fix="run it again in a minute; if it stays so, the service tells no account: set "
        "greenshift:trustSourceAccount to false and run: greenshift up",
    )
