"""Looks at the stack again and again while somebody watches, and tells all who do.

Nothing is read while no page is open: on AWS every look is some calls.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from greenshift.dashboard.problems import Problem, problem_of
from greenshift.view import Snapshot

_log = logging.getLogger(__name__)

_AFTER_TROUBLE = 2.0
_FRESH = 5.0


@dataclass(frozen=True)
class Look:
    """What one look found; with a problem, ``snapshot`` is what was seen last."""

    number: int
    snapshot: Snapshot | None
    problem: Problem | None = None


class Watcher:
    """Lives on one event loop; ``read`` runs in a thread, one at a time."""

    def __init__(self, read: Callable[[], Snapshot], every: float) -> None:
        self._read = read
        self._every = every
        self._last = Look(0, None)
        self._at = float("-inf")
        self._watching = 0
        self._wanted = asyncio.Event()
        self._changed = asyncio.Condition()
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Until ``close``."""
        self._wanted.set()
        while not self.is_closed:
            await self._look()
            if not self._watching and not self.is_closed:
                self._wanted.clear()
            await self._pause()
            await self._wanted.wait()
        async with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """End ``run`` and everybody's ``looks``."""
        self._ended.set()
        self._wanted.set()

    @property
    def is_closed(self) -> bool:
        return self._ended.is_set()

    async def ended(self) -> None:
        """Return when it is closed."""
        await self._ended.wait()

    async def latest(self) -> Snapshot:
        """A snapshot a few seconds old at most; Problem when the stack cannot be read."""
        if time.monotonic() - self._at > _FRESH:
            await self._next(self._last.number)
        if self._last.problem is not None:
            raise self._last.problem
        if self._last.snapshot is None:
            raise Problem(502, "the stack was not read yet")
        return self._last.snapshot

    async def looks(self) -> AsyncGenerator[Look, None]:
        """The last look if there is one, then each new one, until the watcher is closed."""
        self._watching += 1
        try:
            if self._last.number:
                yield self._last
            while not self.is_closed:
                number = self._last.number
                await self._next(number)
                if self._last.number > number:
                    yield self._last
        finally:
            self._watching -= 1

    async def _next(self, number: int) -> None:
        """Wait until there is a newer look than this one, or an end."""
        self._wanted.set()
        async with self._changed:
            await self._changed.wait_for(lambda: self._last.number > number or self.is_closed)

    async def _look(self) -> None:
        number = self._last.number + 1
        try:
            look = Look(number, await asyncio.to_thread(self._read))
        except Exception as error:
            problem = problem_of(error)
            look = Look(number, self._last.snapshot, problem)
            if problem.status == 500:
                _log.exception("reading the stack failed")
        self._at = time.monotonic()
        async with self._changed:
            self._last = look
            self._changed.notify_all()

    async def _pause(self) -> None:
        seconds = _AFTER_TROUBLE if self._last.problem else self._every
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), seconds)
