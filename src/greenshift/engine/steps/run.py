"""What all steps of one run share: where outcomes go, who is told, whether to stop, how many at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from greenshift.engine.events import Step
from greenshift.engine.reporter import Reporter
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.record import Record
from greenshift.engine.steps.stop import StopSignal
from greenshift.errors import EngineError, GreenshiftError

# Steps against AWS at the same time. 1,001 resources on a twin on two cores: 10.3 s with 1 worker, 6.9 s
# with 4, 6.3 s with 8, 6.2 s with 16.
WORKERS = 8


@dataclass(frozen=True)
class Run:
    """One preview, up or destroy."""

    record: Record
    reporter: Reporter
    stop: StopSignal
    dry_run: bool
    foresees: bool = False
    """For a preview that nobody sees: ids and ARNs are taken as they will be, not as unknown."""
    on_change: Callable[[], None] = lambda: None
    """Called when something is found to change, perhaps more than once."""
    _change: threading.Event = field(default_factory=threading.Event)
    workers: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(WORKERS))

    @property
    def would_change(self) -> bool:
        """For a preview: whether a run would change anything, be it in the state alone."""
        return self._change.is_set()

    def change(self) -> None:
        """Something is not as it was."""
        self._change.set()
        self.on_change()

    def report(self, step: Step) -> None:
        """A step that needs no call."""
        if step.op not in ("same", "read"):
            self.change()
        if self.dry_run:
            self.reporter.planned(step)
        else:
            self.reporter.done(step, 0.0)

    def settle(self, step: Step, state: ResourceState, old: ResourceState | None) -> None:
        """A step that changes the state at most (a dependency, a parent), not AWS."""
        if state != old:
            self.change()
            if not self.dry_run:
                self.record.put(state)
        self.report(step)

    @contextmanager
    def working(self, step: Step, counted: bool = True) -> Iterator[None]:
        """The time of one step: bounded in number, reported, and the run stops if it fails."""
        with self.workers:
            self.stop.check()
            self.reporter.started(step)
            began = time.monotonic()
            try:
                yield
            except GreenshiftError as error:
                where = f"{step.name} ({step.type}): {step.op} failed"
                failure = EngineError(self.reporter.clean(f"{where}: {error.message}"), hint=error.hint)
                self.reporter.failed(step, error.message)
                self.stop.set(failure)
                raise failure from error
            self.reporter.done(step, time.monotonic() - began, counted)
