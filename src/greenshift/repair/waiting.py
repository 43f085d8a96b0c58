"""How long repair waits for what it has set going."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """Seconds of the wall: between two looks, before asking again, and altogether for one step."""

    pause: float = 2.0
    again: float = 10.0
    longest: float = 900.0

    def until(self, is_so: Callable[[], bool], *, nudge: Callable[[], object] = lambda: None) -> bool:
        """Whether it came true in time. ``nudge`` is done first, and again whenever nothing has happened."""
        begun = time.monotonic()
        nudged = float("-inf")
        while (now := time.monotonic()) - begun < self.longest:
            if now - nudged >= self.again:
                nudge()
                nudged = now
            if is_so():
                return True
            time.sleep(self.pause)
        return False
