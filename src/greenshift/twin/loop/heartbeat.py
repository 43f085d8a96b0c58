"""How long the twin keeps everybody waiting: the longest stretch its loop worked without looking up.

Everything that is not moto's runs on one loop, so whoever works long on it stalls all. A beat comes every few
milliseconds; what lies between two beats is measured in time of the processor, which does not depend on
what else the machine does, and by the clock on the wall, which does.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

INTERVAL = 0.02
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Figures:
    """In seconds and bytes, since the heartbeat was started; ``beats`` 0 says that it was not."""

    beats: int = 0
    longest_processor: float = 0.0
    longest_wall: float = 0.0
    memory: int = 0


class Heartbeat:
    """Beats from ``start`` to ``stop`` and costs nothing otherwise."""

    def __init__(self) -> None:
        self._figures = Figures()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin anew; called on the loop."""
        self.stop()
        self._figures = Figures()
        self._task = asyncio.get_running_loop().create_task(self._beat(), name="heartbeat")

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def figures(self) -> Figures:
        return replace(self._figures, memory=resident())

    async def _beat(self) -> None:
        processor, wall = time.thread_time(), time.perf_counter()
        while True:
            await asyncio.sleep(INTERVAL)
            worked, passed = time.thread_time() - processor, time.perf_counter() - wall - INTERVAL
            found = self._figures
            self._figures = Figures(
                found.beats + 1, max(found.longest_processor, worked), max(found.longest_wall, passed)
            )
            processor, wall = time.thread_time(), time.perf_counter()


def resident() -> int:
    """Bytes of memory this process has now; 0 where the system does not tell it this way."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
