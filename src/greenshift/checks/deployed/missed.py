"""Ends that the recorder never heard of: no row, or a row whose end nobody was told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from greenshift.checks.deployed.endless import GRACE
from greenshift.checks.deployed.facts import StackFacts
from greenshift.checks.finding import Finding
from greenshift.contract.status_words import word
from greenshift.reading.executions import Execution
from greenshift.view import ReleaseView

MISSED = "missed-event"

# The ledger's shortest retention: with no row to tell it, this is how long one must be there.
_SHORTEST = timedelta(days=1)


def check_missed(facts: StackFacts) -> Iterator[Finding]:
    """A row without an end is told by `endless`: it is taken back first, and its end announced then."""
    oldest = facts.now - retention(facts.releases)
    for execution in facts.executions:
        ended = execution.updated if execution.has_ended else None
        if ended is not None and oldest < ended <= facts.now - GRACE:
            yield from _of(execution, ended, facts)


def retention(releases: tuple[ReleaseView, ...]) -> timedelta:
    """How long rows are kept, from the newest row that says it; DynamoDB may delete them afterwards."""
    for release in releases:
        if release.expires_at:
            return timedelta(seconds=release.expires_at - _epoch(release.started_at))
    return _SHORTEST


def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _of(execution: Execution, ended: datetime, facts: StackFacts) -> Iterator[Finding]:
    # One that succeeded went through Publish, which writes a row: a missing one was deleted by somebody,
    # and what it said is known to nobody.
    if execution.id in facts.unrecorded and execution.status != "Succeeded":
        yield _missed(execution, ended, "the ledger has no row of it")
    release = facts.release(execution.id)
    if release is not None and release.ended_at and release.notified != release.ended_at:
        yield _missed(execution, ended, f"nobody was told that its release is {word(release.status)}")


def _missed(execution: Execution, ended: datetime, because: str) -> Finding:
    return Finding(
        rule=MISSED,
        level="warning",
        resource=execution.id,
        what=f"the execution {execution.id} ended ({word(execution.status)}) "
        f"at {ended:%Y-%m-%d %H:%M:%S} UTC, and {because}",
        why="the recorder missed its end: a rule was disabled, or EventBridge or SNS refused for too long",
        fix=f"greenshift repair --only {MISSED} gives the recorder the event again",
    )
