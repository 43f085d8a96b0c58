"""Releases in the ledger that have no end, and that nobody brings to one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from greenshift.checks.deployed.facts import StackFacts
from greenshift.checks.finding import Finding
from greenshift.contract.status_words import word
from greenshift.view import ReleaseView

ENDLESS = "release-without-end"

# After an execution ended the recorder may still be at work on it: Lambda gives it 15 minutes at the most.
GRACE = timedelta(minutes=15)
# CodePipeline ends a Lambda action that has not answered for 20 minutes [user guide: Lambda invoke action];
# until then the next invocation takes over a lease that ran out.
ABANDONED = timedelta(minutes=30)


def check_endless(facts: StackFacts) -> Iterator[Finding]:
    for release in facts.releases:
        if because := why_endless(release, facts):
            yield _without_end(release, because)


def why_endless(release: ReleaseView, facts: StackFacts) -> str:
    """Why this release will not end by itself; empty when it has, or will."""
    if release.ended_at:
        return ""
    left = facts.now - lease_of(release) if release.lease_until else None
    if left is not None and left < timedelta(0):
        return ""  # somebody moves it at this moment
    if release.id in facts.running:
        is_abandoned = left is not None and left >= ABANDONED
        return f"whoever moved it stopped in the middle, at {release.lease_until}" if is_abandoned else ""
    if release.mode == "rollback" and facts.now - datetime.fromisoformat(release.started_at) < GRACE:
        return ""  # it has no execution; its invocation comes again by itself
    execution = facts.execution(release.id)
    if execution is not None and execution.updated and facts.now - execution.updated < GRACE:
        return ""
    return "its execution has ended"


def lease_of(release: ReleaseView) -> datetime:
    return datetime.fromisoformat(release.lease_until)


def _without_end(release: ReleaseView, because: str) -> Finding:
    return Finding(
        rule=ENDLESS,
        level="error",
        resource=release.id,
        what=f"the release of {release.commit[:8] or release.id} is {word(release.status)} "
        f"since {release.started_at} and {because}",
        why="nothing moves it any more: its functions may stay between two versions",
        fix=f"greenshift repair --only {ENDLESS} lets the controller take it back and end it",
    )
