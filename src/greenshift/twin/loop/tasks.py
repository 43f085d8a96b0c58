"""Background work of the twin: started by name, never lost, ended together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger("greenshift.twin")


class Tasks:
    """Keeps every background task referenced and reports the ones that fail."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._standing: set[asyncio.Task[Any]] = set()

    def start(
        self, coroutine: Coroutine[Any, Any, Any], name: str, *, standing: bool = False
    ) -> asyncio.Task[Any]:
        """``standing``: it only waits for what is to come, and whoever started it can begin it anew."""
        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._running.add(task)
        if standing:
            self._standing.add(task)
        task.add_done_callback(self._ended)
        return task

    def under_way(self) -> list[str]:
        """The names of what would be lost if the twin ended now."""
        return sorted(task.get_name() for task in self._running - self._standing)

    async def stop(self) -> None:
        """Cancel all and wait until each has cleaned up after itself."""
        while self._running:
            tasks = list(self._running)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._running.difference_update(tasks)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        self._standing.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background work %r failed", task.get_name(), exc_info=error)
