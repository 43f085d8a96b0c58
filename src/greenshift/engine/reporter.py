"""Tells the outside what happens: one event at a time, whatever the thread, cleaned of secrets."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable

from greenshift.engine.events import Diagnostic, Event, OutputsChanged, Severity, Step, StepFailed
from greenshift.engine.events import StepDone as Done
from greenshift.engine.events import StepPlanned as Planned
from greenshift.engine.events import StepStarted as Started

_SHORTEST_SECRET = 3  # a shorter text is in every other word, and gives nothing away


class Reporter:
    """Counts steps and hands events on."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        self._on_event = on_event
        self._lock = threading.Lock()
        self._secrets: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._steps: list[Step] = []

    @property
    def counts(self) -> dict[str, int]:
        return dict(self._counts)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was planned (preview) or done, ``same`` left out."""
        return tuple(self._steps)

    def hide(self, texts: Iterable[str]) -> None:
        """From now on these texts read ``[secret]`` in every message."""
        with self._lock:
            self._secrets.update(text for text in texts if len(text) >= _SHORTEST_SECRET)

    def clean(self, message: str) -> str:
        for text in sorted(self._secrets, key=len, reverse=True):
            message = message.replace(text, "[secret]")
        return message

    def planned(self, step: Step) -> None:
        self._emit(Planned(step), step)

    def started(self, step: Step) -> None:
        self._emit(Started(step))

    def done(self, step: Step, seconds: float, counted: bool = True) -> None:
        self._emit(Done(step, seconds), step if counted else None)

    def failed(self, step: Step, message: str) -> None:
        self._emit(StepFailed(step, self.clean(message)))

    def says(self, severity: Severity, message: str, urn: str = "") -> None:
        self._emit(Diagnostic(severity, self.clean(message), urn))

    def outputs_changed(self, names: Iterable[str]) -> None:
        self._emit(OutputsChanged(tuple(names)))

    def _emit(self, event: Event, counted: Step | None = None) -> None:
        with self._lock:
            if counted is not None:
                self._counts[counted.op] += 1
                if counted.op != "same":
                    self._steps.append(counted)
            self._on_event(event)
