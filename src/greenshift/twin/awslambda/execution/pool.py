"""Which process serves whom: a stack of idle workers for each version, more started as they are needed.

A caller who finds no idle worker waits for whichever comes first, one set free or one just started; so a
burst of short calls needs few processes, and calls that really take time get one each. Last in, first out:
the process used last has the warmest memory, and those at the bottom grow old and are reaped.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from greenshift.twin.awslambda.execution.worker import StartFailed, StartTimedOut, Worker
from greenshift.twin.service import ServiceError

StartTask = Callable[[Coroutine[Any, Any, Any], str], "asyncio.Task[Any]"]


@dataclass(frozen=True)
class PoolLimits:
    """Guards of the machine, not of AWS; times are real seconds."""

    processes_per_version: int = 16
    starting_per_version: int = 4
    idle_in_total: int = 32
    idle_seconds: float = 300.0
    queue_seconds: float = 60.0


class QueueTimedOut(Exception):
    """No process became free in time."""


class Pool:
    """The workers of one version."""

    def __init__(
        self,
        name: str,
        limits: PoolLimits,
        start_worker: Callable[[], Awaitable[Worker]],
        start_task: StartTask,
    ) -> None:
        self.name = name
        self.idle: list[Worker] = []
        self.busy: set[Worker] = set()
        self.is_retired = False
        self._limits = limits
        self._start_worker = start_worker
        self._start_task = start_task
        self._starting = 0
        self._waiters: deque[asyncio.Future[Worker]] = deque()

    async def acquire(self) -> Worker:
        """A worker of one's own until ``release``; raises StartFailed, StartTimedOut or QueueTimedOut."""
        while self.idle:
            worker = self.idle.pop()
            if not (worker.is_gone or worker.is_leaving):
                self.busy.add(worker)
                return worker
        waiter: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        self._start_more()
        try:
            async with asyncio.timeout(self._limits.queue_seconds):
                return await waiter
        except BaseException as error:
            self._withdraw(waiter)
            if isinstance(error, TimeoutError):
                raise QueueTimedOut from None
            raise

    def release(self, worker: Worker) -> None:
        """Give a worker back; one that is gone or leaving is not used again."""
        self.busy.discard(worker)
        if worker.is_gone or worker.is_leaving or self.is_retired:
            worker.kill()
            self._start_more()
            return
        worker.idle_since = asyncio.get_running_loop().time()
        self._hand_over(worker)

    def warm(self) -> None:
        """Have one process ready before anybody asks."""
        if not (self.idle or self.busy or self._starting or self.is_retired):
            self._start_one()

    def retire(self) -> None:
        """No more invocations will come; idle workers end now, busy ones when they are done."""
        self.is_retired = True
        while self.idle:
            self.idle.pop().kill()

    def _hand_over(self, worker: Worker) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                self.busy.add(worker)
                waiter.set_result(worker)
                return
        if self.is_retired:
            worker.kill()
        else:
            self.idle.append(worker)

    def _withdraw(self, waiter: asyncio.Future[Worker]) -> None:
        """A caller that went away while a worker was on its way to it must not keep that worker."""
        if waiter in self._waiters:
            self._waiters.remove(waiter)
        if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
            self.release(waiter.result())

    def _start_more(self) -> None:
        room = self._limits.processes_per_version - len(self.busy) - len(self.idle) - self._starting
        wanted = len(self._waiters) - self._starting
        allowed = self._limits.starting_per_version - self._starting
        for _ in range(min(room, wanted, allowed)):
            self._start_one()

    def _start_one(self) -> None:
        self._starting += 1
        self._start_task(self._start(), f"lambda start {self.name}")

    async def _start(self) -> None:
        try:
            worker = await self._start_worker()
        except asyncio.CancelledError:
            self._starting -= 1
            raise
        except Exception as error:
            self._starting -= 1
            self._fail_one(error)
        else:
            self._starting -= 1
            worker.idle_since = asyncio.get_running_loop().time()
            self._hand_over(worker)
        self._start_more()

    def _fail_one(self, error: Exception) -> None:
        """One failed start answers one caller, as on AWS, where each invocation tries its own."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_exception(error)
                return
        if not isinstance(error, StartFailed | StartTimedOut | ServiceError):
            raise error
