"""Which release a snapshot is about, and the stretch of time its traffic is of interest. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from greenshift.contract.statuses import MOVING
from greenshift.view.model import ExecutionView, ReleaseView
from greenshift.view.moments import parsed

_BEFORE = timedelta(minutes=5)
"""What served before the shift, to compare with."""
AFTER = timedelta(minutes=5)
"""The last periods, which CloudWatch completes late."""


def focus(releases: Sequence[ReleaseView], executions: Sequence[ExecutionView]) -> ReleaseView | None:
    """The release whose traffic moves, else one under way, else the newest; ``releases`` newest first."""
    running = {execution.id for execution in executions if not execution.has_ended}
    # A rollback is a release without a pipeline execution.
    in_flight = [
        release
        for release in releases
        if not release.has_ended and (release.id in running or release.mode == "rollback")
    ]
    moving = [release for release in in_flight if release.status in MOVING]
    return next(iter([*moving, *in_flight, *releases]), None)


def window(release: ReleaseView, now: datetime) -> tuple[datetime, datetime] | None:
    """From a little before traffic moved to a little after the end; None when it has not moved.

    Nor has it for who does not know the time yet: a twin's clock runs ahead of what was heard a second ago.
    """
    moved = next((parsed(each.at) for each in release.transitions if each.status in MOVING), None)
    if moved is None:
        return None
    ended = parsed(release.ended_at)
    start, end = moved - _BEFORE, now if ended is None else min(now, ended + AFTER)
    return (start, end) if start < end else None
