"""Time in the twin.

Everything that waits - traffic shifts, alarm periods, continuation polling - waits on one ``Clock``. A
``ScaledClock`` runs faster than the wall by a factor, so a ninety-minute shift takes nine seconds at speed
600; a ``ManualClock`` stands still until a test moves it. The code of users (functions, builds) runs in
real time and never asks this clock.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

_LEAP = 30.0
"""Seconds: a clock that is put right by less is not followed."""
MANUAL_START = 1_800_000_000.0
"""When a manual clock stands as it is made."""


class Clock(Protocol):
    """What the twin's services may ask of time; all values are twin time."""

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        ...

    def time(self) -> float:
        """The current moment in seconds since the epoch."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for a span of twin seconds."""
        ...

    async def sleep_until(self, when: float) -> None:
        """Wait until a moment of twin time; returns at once when it has passed."""
        ...


class ScaledClock:
    """The wall clock, sped up: one real second is ``speed`` twin seconds."""

    def __init__(self, speed: float = 1.0, start: float | None = None) -> None:
        if speed <= 0:
            raise ValueError(f"the speed of a clock must be above 0, not {speed}")
        self.speed = speed
        self._start = time.time() if start is None else start
        self._origin = time.monotonic()

    def time(self) -> float:
        return self._start + (time.monotonic() - self._origin) * self.speed

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time(), UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self.speed)

    async def sleep_until(self, when: float) -> None:
        await self.sleep(when - self.time())


class Wall:
    """The wall's time at the pace of the clock that twin time runs on: so one moment of the twin is always
    the same moment of the wall, however the machine's clock is put right meanwhile.

    ``wall`` and ``steady`` are what the machine says, in seconds.
    """

    def __init__(
        self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall, self._steady = wall, steady
        self._ahead = wall() - steady()

    def time(self) -> float:
        """Seconds since the epoch. After a leap, as when a machine slept, the machine's clock holds again."""
        ahead = self._wall() - self._steady()
        if abs(ahead - self._ahead) > _LEAP:
            self._ahead = ahead
        return self._steady() + self._ahead


class ManualClock:
    """Stands still until ``advance`` is called; wakes sleepers in the order of their time.

    ``is_busy`` tells whether work started by an earlier wake-up is still under way (a call through the
    door, say); ``advance`` lets it finish before time moves on, for at most ``patience`` real seconds.
    """

    def __init__(
        self,
        start: float = MANUAL_START,
        *,
        is_busy: Callable[[], bool] = lambda: False,
        patience: float = 5.0,
    ) -> None:
        self._time = start
        self._is_busy = is_busy
        self._patience = patience
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def time(self) -> float:
        return self._time

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._time, UTC)

    async def sleep(self, seconds: float) -> None:
        await self.sleep_until(self._time + seconds)

    async def sleep_until(self, when: float) -> None:
        if when <= self._time:
            await asyncio.sleep(0)
            return
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (when, next(self._order), sleeper))
        await sleeper

    async def advance(self, seconds: float) -> None:
        """Move time forward, running everything that falls due on the way, in order."""
        target = self._time + seconds
        await self._settle()
        while self._sleepers and self._sleepers[0][0] <= target:
            when, _, sleeper = heapq.heappop(self._sleepers)
            self._time = max(self._time, when)
            if not sleeper.done():
                sleeper.set_result(None)
                await self._settle()
        self._time = target
        await self._settle()

    async def _settle(self) -> None:
        """Let everything that can run without time passing run."""
        deadline = time.monotonic() + self._patience
        quiet = 0
        while quiet < 20 and time.monotonic() < deadline:
            busy = self._is_busy()
            quiet = 0 if busy else quiet + 1
            await asyncio.sleep(0.001 if busy else 0)
