"""Everything at one moment: a whole stack, and one execution of its pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from greenshift.reading.executions import has_ended
from greenshift.view.model.attention import Attention
from greenshift.view.model.functions import AlarmView, FunctionView
from greenshift.view.model.pipeline import PipelineView, StageView
from greenshift.view.model.plain import plain
from greenshift.view.model.releases import LedgerPage, ReleaseView
from greenshift.view.model.shift import ShiftView
from greenshift.view.model.sources import SourceTraffic
from greenshift.view.model.traffic import FunctionTraffic


@dataclass(frozen=True)
class Snapshot:
    """A stack at one moment, as its AWS APIs tell it."""

    at: str
    """The moment, by AWS's own clock: on the twin it runs at the twin's speed."""
    pipeline: PipelineView
    functions: tuple[FunctionView, ...]
    alarms: tuple[AlarmView, ...]
    release: ReleaseView | None
    """The release in flight, else the newest one; None when nothing was released yet."""
    shifts: tuple[ShiftView, ...]
    """Each function ``release`` changes."""
    traffic: tuple[FunctionTraffic, ...]
    """Of the functions ``release`` changes, from its start on."""
    ledger: LedgerPage
    """The first page."""
    attention: tuple[Attention, ...]
    sources: tuple[SourceTraffic, ...] = ()
    """``traffic`` by what led to it; empty on AWS, which does not count by source."""

    def to_json(self) -> dict[str, Any]:
        """As docs/reference/snapshot.schema.json describes it."""
        value: dict[str, Any] = plain(self)
        return value


@dataclass(frozen=True)
class Progress:
    """One pipeline execution and the release it carries, at one moment."""

    pipeline: str
    execution: str
    status: str
    commit: str
    message: str
    stages: tuple[StageView, ...]
    functions: tuple[FunctionView, ...]
    """Those its release changes."""
    release: ReleaseView | None

    @property
    def has_ended(self) -> bool:
        """Whether the execution will not change any more."""
        return has_ended(self.status)

    def to_json(self) -> dict[str, Any]:
        """As ``Progress`` in docs/reference/snapshot.schema.json."""
        value: dict[str, Any] = plain(self)
        return value
