"""Rings a queue's bell when what is hidden in it comes back: one task a queue, and none where nothing is
hidden.
"""

from __future__ import annotations

import asyncio
from typing import Any

from greenshift.twin.sqs.queue import Queue
from greenshift.twin.world import World


class Wakers:
    """The tasks, by queue; each waits for the first thing to come back."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tasks: dict[str, tuple[float, asyncio.Task[Any]]] = {}

    def follow(self, queue: Queue) -> None:
        """Something was hidden: wake earlier where that is needed."""
        when = queue.next_change()
        if when is None or when <= self._world.clock.time():
            return
        known = self._tasks.get(queue.arn)
        if known is not None and not known[1].done():
            if known[0] <= when:
                return
            known[1].cancel()
        task = self._world.tasks.start(self._wake(queue, when), f"queue {queue.name}", standing=True)
        self._tasks[queue.arn] = when, task

    async def _wake(self, queue: Queue, when: float) -> None:
        while True:
            await self._world.clock.sleep_until(when)
            self._world.bells.ring(queue.arn)
            queue.settle(self._world.clock.time())
            found = queue.next_change()
            if found is None:
                self._tasks.pop(queue.arn, None)
                return
            when = found
            self._tasks[queue.arn] = when, self._tasks[queue.arn][1]
