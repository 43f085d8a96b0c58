"""Why no further step may start: the first failure, or a wish to stop. Shared by all threads of a run."""

from __future__ import annotations

import threading

from greenshift.errors import EngineError


class Stopped(EngineError):
    """A step was not started because the run is ending."""


def interrupted() -> EngineError:
    return EngineError(
        "interrupted; the state on disk is right up to the last finished step",
        hint="run the same command again to continue",
    )


class StopSignal:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reason: EngineError | None = None

    @property
    def reason(self) -> EngineError | None:
        return self._reason

    def set(self, reason: EngineError) -> None:
        """The first reason stands; later ones are its consequences."""
        with self._lock:
            if self._reason is None and not isinstance(reason, Stopped):
                self._reason = reason

    def check(self) -> None:
        if self._reason is not None:
            raise Stopped(f"not started: {self._reason.message}")
