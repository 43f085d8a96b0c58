"""Why no further step may start: the first failure, or a wish to stop. Shared by all threads of a run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from greenshift.errors import EngineError


class Stopped(EngineError):
    """A step was not started because the run is ending."""


class Interrupted(EngineError):
    """A person, or a time-out, ended the run."""


class InternalError(EngineError):
    """A bug of the engine: the cause carries the traceback."""


def interrupted() -> Interrupted:
    return Interrupted(
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


@contextmanager
def interruptible(stop: StopSignal) -> Iterator[None]:
    """Whatever ends a run early, the reason that came first is the one that is raised."""
    try:
        yield
    except KeyboardInterrupt:
        stop.set(interrupted())
    except EngineError as error:
        stop.set(error)
    reason = stop.reason
    if isinstance(reason, InternalError) and reason.__cause__ is not None:
        raise reason.__cause__  # ours to fix: with its traceback
    if reason is not None:
        raise reason
