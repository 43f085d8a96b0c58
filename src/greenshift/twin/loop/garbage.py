"""Keeps Python's garbage collector from stalling the twin.

A full collection looks at everything there is: modules, models, every line of every log. It takes a quarter
of a second where the twin has much to keep, and all of that stays anyway. So what is there after the start is
no longer looked at, nor is what a long collection found alive. The price is that a circle of objects that
lived through one is freed when the twin stops, not before.
"""

from __future__ import annotations

import gc
import time

_LONG = 0.05
_FULL = 2


class Collector:
    """From ``start`` to ``stop``; the collector belongs to the whole process."""

    def __init__(self) -> None:
        self._began = 0.0

    def start(self) -> None:
        gc.freeze()
        gc.callbacks.append(self._heard)

    def settle(self) -> None:
        """What came since the start is there to stay, as modules are."""
        gc.freeze()

    def stop(self) -> None:
        gc.callbacks.remove(self._heard)
        gc.unfreeze()

    def _heard(self, phase: str, info: dict[str, int]) -> None:
        if info["generation"] != _FULL:
            return
        if phase == "start":
            self._began = time.thread_time()
        elif time.thread_time() - self._began > _LONG:
            gc.freeze()
