"""Waiting for AWS: look, wait a little, look again, and not for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Found = TypeVar("Found")


class Unmet(Exception):
    """A step did not come out as expected; ``fix`` says what to do about it."""

    def __init__(self, found: str, fix: str = "") -> None:
        super().__init__(found)
        self.found = found
        self.fix = fix


@dataclass(frozen=True)
class Pace:
    """How often to look, and for how long; the limits are for a stack that hangs, not a slow one."""

    seconds: float = 1.0
    deployment: float = 45 * 60.0
    execution: float = 8 * 3600.0
    wait: Callable[[float], None] = time.sleep

    def until(self, look: Callable[[], Found | None], what: str, limit: float) -> Found:
        """The first answer that is not None."""
        for _ in range(int(limit / self.seconds) + 1):
            found = look()
            if found is not None:
                return found
            self.wait(self.seconds)
        raise Unmet(f"{what} did not come to an end within {limit / 60:g} minutes")
