"""All pools of the twin: found by version, capped together, reaped, and ended without a trace."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from greenshift.twin.awslambda.execution.pool import Pool, PoolLimits, StartTask
from greenshift.twin.awslambda.execution.worker import InitFailed, Launch, Worker
from greenshift.twin.processes.children import Children

# Developer guide, "Lambda execution environment": the Init phase is limited to 10 seconds; if it takes
# longer, or fails, it is tried again at the first invocation, within the function's own time-out.
INIT_SECONDS = 10.0
REAP_EVERY_SECONDS = 15.0


class Pools:
    """Owns every worker process of the twin."""

    def __init__(
        self, limits: PoolLimits, twin_time: Callable[[], float], start_task: StartTask,
        make_worker: Callable[[Launch, Children, Callable[[], float]], Worker] = Worker,
    ) -> None:  # fmt: skip
        self._limits = limits
        self._make_worker = make_worker
        self._twin_time = twin_time
        self._start_task = start_task
        self._children = Children()
        self._pools: dict[str, Pool] = {}
        self._workers: set[Worker] = set()
        self._reaper: asyncio.TimerHandle | None = None
        self._is_stopping = False

    def of(self, key: str, name: str, timeout: float, launch: Callable[[], Awaitable[Launch]]) -> Pool:
        """The pool of one version; ``launch`` prepares the start of each of its processes."""
        pool = self._pools.get(key)
        if pool is None:
            pool = Pool(name, self._limits, lambda: self._start_worker(launch, timeout), self._start_task)
            self._pools[key] = pool
            self._reap_later()
        return pool

    def retire(self, key: str) -> None:
        if pool := self._pools.pop(key, None):
            pool.retire()

    def running(self, trace_id: str) -> Worker | None:
        """The worker in the middle of the invocation with this trace header."""
        return next((worker for worker in self._workers if worker.trace_id == trace_id), None)

    @property
    def is_busy(self) -> bool:
        """Whether any worker is in the middle of an invocation."""
        return any(pool.busy for pool in self._pools.values())

    def process_ids(self) -> list[int]:
        return sorted(worker.pid for worker in self._workers if worker.pid and not worker.is_gone)

    async def stop(self) -> None:
        self._is_stopping = True
        if self._reaper:
            self._reaper.cancel()
        for key in list(self._pools):
            self.retire(key)
        await asyncio.gather(*(worker.stop() for worker in list(self._workers)), return_exceptions=True)
        await self._children.stop()

    def trim(self) -> None:
        """Keep the number of idle processes below the cap: the longest unused go first."""
        idle = sum(len(pool.idle) for pool in self._pools.values())
        while idle > self._limits.idle_in_total:
            pool = min((p for p in self._pools.values() if p.idle), key=lambda p: p.idle[0].idle_since)
            pool.idle.pop(0).kill()
            idle -= 1

    async def _start_worker(self, launch: Callable[[], Awaitable[Launch]], timeout: float) -> Worker:
        """An initialisation that fails is tried once more, as part of the invocation that waits for it and
        within the function's time-out.
        """
        prepared = await launch()
        try:
            worker = await self._started(prepared, INIT_SECONDS)
        except InitFailed as first:
            worker = await self._started_again(prepared, timeout, first)
        self.trim()
        return worker

    async def _started_again(self, launch: Launch, timeout: float, first: InitFailed) -> Worker:
        try:
            worker = await self._started(launch, timeout)
        except InitFailed as second:
            second.inits = first.inits + second.inits
            raise
        worker.failed_inits = first.inits
        return worker

    async def _started(self, launch: Launch, limit: float) -> Worker:
        if self._is_stopping:
            raise asyncio.CancelledError
        worker = self._make_worker(launch, self._children, self._twin_time)
        self._workers.add(worker)
        try:
            await worker.start(limit)
        except BaseException:
            self._workers.discard(worker)
            raise
        return worker

    def _reap_later(self) -> None:
        if self._reaper is None and not self._is_stopping:
            self._reaper = asyncio.get_running_loop().call_later(REAP_EVERY_SECONDS, self._reap_and_go_on)

    def _reap_and_go_on(self) -> None:
        self._reaper = None
        self.reap()
        if self._pools:
            self._reap_later()

    def reap(self) -> None:
        """End what has been idle for long; real time, for it is the machine's memory that is saved."""
        oldest = asyncio.get_running_loop().time() - self._limits.idle_seconds
        for pool in self._pools.values():
            while pool.idle and (pool.idle[0].is_gone or pool.idle[0].idle_since < oldest):
                pool.idle.pop(0).kill()
        self._workers = {worker for worker in self._workers if not worker.is_gone}
