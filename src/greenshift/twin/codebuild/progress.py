"""Moves a build from phase to phase, telling EventBridge of each step."""

from __future__ import annotations

from collections.abc import Callable

from greenshift.twin.clock import Clock
from greenshift.twin.codebuild import events
from greenshift.twin.codebuild.model import SUCCEEDED, Build, PhaseContext, PhaseRecord
from greenshift.twin.codebuild.phases import COMPLETED
from greenshift.twin.world import ServiceEvent


class Progress:
    """The only place that changes a build's phases and status."""

    def __init__(self, build: Build, clock: Clock, emit: Callable[[ServiceEvent], None]) -> None:
        self._build = build
        self._clock = clock
        self._emit = emit

    def begin(self, phase: str) -> None:
        self._build.phases.append(PhaseRecord(phase, self._clock.time()))

    def end(self, status: str = SUCCEEDED, context: PhaseContext | None = None) -> None:
        phase = self._build.phases[-1]
        phase.end = self._clock.time()
        phase.status = status
        phase.contexts.append(context or PhaseContext())
        self._emit(events.phase_change(self._build, phase))

    def pass_through(self, phase: str) -> None:
        """A phase in which the twin has nothing to do."""
        self.begin(phase)
        self.end()

    def announce(self) -> None:
        self._emit(events.state_change(self._build))

    def complete(self, status: str) -> None:
        # User guide: COMPLETED has a start, and neither a status nor a duration.
        self.begin(COMPLETED)
        self._build.status = status
        self._build.end = self._clock.time()
        self.announce()
