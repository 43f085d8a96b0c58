"""One release in full: what it was, and everything that happened in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from greenshift.view.model.builds import BuildView
from greenshift.view.model.pipeline import ExecutionView
from greenshift.view.model.plain import plain
from greenshift.view.model.releases import ReleaseView
from greenshift.view.model.shift import ShiftView
from greenshift.view.model.sources import SourceTraffic


@dataclass(frozen=True)
class AlarmChange:
    """An alarm came into a state."""

    at: str
    alarm: str
    state: str
    reason: str


@dataclass(frozen=True)
class Moment:
    """One thing that happened."""

    at: str
    kind: str
    """action (of the pipeline), release (entered a status), hook, step (of the plan), back or alarm."""
    subject: str
    """What it happened to."""
    status: str
    text: str
    ended_at: str = ""
    seconds: float | None = None
    """How long it took; None for what takes no time, or has not ended."""

    @property
    def stands_at(self) -> str:
        """Where it stands among the others: what has ended is told as ended, so where it ended."""
        return self.ended_at or self.at


@dataclass(frozen=True)
class Timeline:
    """A release by its id; ``release`` is None when its execution has not come to Publish (yet)."""

    id: str
    execution: ExecutionView | None
    """None when CodePipeline has forgotten it (after a year), and of a rollback."""
    release: ReleaseView | None
    shifts: tuple[ShiftView, ...]
    moments: tuple[Moment, ...]
    """Oldest first: what has ended where it ended, what is under way where it began."""
    sources: tuple[SourceTraffic, ...] = ()
    """What its functions were given while it moved them; empty on AWS, which does not count by source."""
    builds: tuple[BuildView, ...] = ()
    """Every build of its execution, newest first; empty too for who may not read them."""

    def to_json(self) -> dict[str, Any]:
        """As ``Timeline`` in docs/reference/snapshot.schema.json."""
        value: dict[str, Any] = plain(self)
        return value
