"""What the page is about right now: the release in flight, an execution on its way to become one, or the
last release. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from greenshift.dashboard import words
from greenshift.view import ExecutionView, ReleaseView, ShiftView, Snapshot
from greenshift.view.ended import failed_build, why
from greenshift.view.moving import has_turned


@dataclass(frozen=True)
class Subject:
    """``release`` is None as long as the ledger does not have it; ``execution`` is None of a rollback."""

    release: ReleaseView | None
    execution: ExecutionView | None
    shifts: tuple[ShiftView, ...]

    @property
    def id(self) -> str:
        return self.release.id if self.release else self.execution.id if self.execution else ""

    @property
    def is_moving(self) -> bool:
        if self.release is not None:
            return not self.release.has_ended
        return self.execution is not None and not self.execution.has_ended

    @property
    def status(self) -> str:
        if self.release is not None:
            return self.release.status
        return self.execution.status if self.execution else ""

    @property
    def commit(self) -> str:
        return (self.release.commit if self.release else "") or (
            self.execution.commit if self.execution else ""
        )

    @property
    def title(self) -> str:
        """The first line of the commit's message, or what it is instead."""
        if self.is_way_back:
            return "Rollback"
        message = (self.release.message if self.release else "") or (
            self.execution.message if self.execution else ""
        )
        if self.is_moving and not self.commit and not message:
            return "Reading the branch"
        if self.status == "Failed" and not self.commit and not message:
            return "The branch was not read"
        return words.first_line(message) or "A release without a message"

    @property
    def why(self) -> str:
        """Why it ended as it did, or goes back, as ``release --follow`` says it; empty while all is well."""
        ended = self.execution.stages if self.execution is not None and not self.is_moving else ()
        return words.brief(why(ended, self.release))

    @property
    def failed_build(self) -> str:
        """The id of the build that failed; empty where none did."""
        return "" if self.is_moving or self.execution is None else failed_build(self.execution.stages)

    @property
    def can_stop(self) -> bool:
        """Whether there is something to stop: what went back already, or goes, is left alone."""
        return self.is_moving and self.status not in ("ROLLING_BACK", "Stopping")

    @property
    def percent(self) -> float:
        """How much of the traffic of the functions it changes is on their new versions."""
        return _mean([shift.percent for shift in self.shifts])

    @property
    def is_way_back(self) -> bool:
        """Whether somebody asked for the versions of before."""
        return self.release is not None and self.release.mode == "rollback"

    @property
    def where(self) -> str:
        """What the traffic moves to."""
        return "the versions of before" if self.is_way_back else "the new versions"

    @property
    def planned_percent(self) -> float:
        planned = (shift.percent if has_turned(shift) else shift.planned_percent for shift in self.shifts)
        return _mean(list(planned))

    @property
    def sentence(self) -> str:
        """The whole in one sentence, for people who listen to the page."""
        if not self.id:
            return "Nothing was released yet."
        word = words.state(self.status).word
        told = f"{self.title}, {words.short(self.commit or self.id)}: {word}"
        if not self.is_moving:
            return f"{told}. {self.why}" if self.why else f"{told}."
        if self.shifts:
            return f"{told}, {words.percent(self.percent)} of the traffic on {self.where}."
        return f"{told}, in stage {self.stage}." if self.stage else f"{told}."

    @property
    def summary(self) -> str:
        """A few words for the title of a tab in the background."""
        word = words.state(self.status).word if self.id else "nothing released yet"
        return f"{words.percent(self.percent)} {word}" if self.is_moving and self.shifts else word

    @property
    def stage(self) -> str:
        """The stage it is in; empty when it is between two."""
        stages = self.execution.stages if self.execution else ()
        return next((stage.name for stage in stages if stage.status == "InProgress"), "")


def subject_of(snapshot: Snapshot) -> Subject:
    """A release in flight goes before an execution under way, and that before what has ended: an execution
    that failed and which the ledger does not know, as for a moment after it failed, before earlier releases.
    """
    release, executions = snapshot.release, snapshot.pipeline.executions
    if release is None or release.has_ended:
        other = _furthest(executions, release) or _failed_since(executions, release)
        if other is not None:
            return Subject(None, other, ())
    found = next((each for each in executions if release and each.id == release.id), None)
    return Subject(release, found, snapshot.shifts)


def _furthest(executions: Sequence[ExecutionView], release: ReleaseView | None) -> ExecutionView | None:
    """The oldest execution under way that is not the ended release's own."""
    running = [each for each in executions if not each.has_ended and (not release or each.id != release.id)]
    return running[-1] if running else None


def _failed_since(executions: Sequence[ExecutionView], release: ReleaseView | None) -> ExecutionView | None:
    """The newest execution, when it failed after the newest release ended."""
    newest = next(iter(executions), None)
    if newest is None or newest.status != "Failed" or (release is not None and release.id == newest.id):
        return None
    return newest if release is None or newest.updated_at > release.ended_at else None


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 1) if values else 0.0
