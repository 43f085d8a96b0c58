"""Which process serves whom: the pool, with workers that are no processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, cast

import pytest

from greenshift.twin.awslambda.execution.pool import Pool, PoolLimits, QueueTimedOut
from greenshift.twin.awslambda.execution.worker import StartTimedOut, Worker


class FakeWorker:
    """As much of a worker as the pool looks at."""

    def __init__(self) -> None:
        self.is_gone = False
        self.is_leaving = False
        self.idle_since = 0.0

    def kill(self) -> None:
        self.is_gone = True

    def take_output(self) -> list[Any]:
        return []


class Starter:
    """Starts workers when told to; counts them."""

    def __init__(self, gate: asyncio.Event | None = None, error: Exception | None = None) -> None:
        self.started: list[Worker] = []
        self.gate = gate
        self.error = error

    async def __call__(self) -> Worker:
        if self.gate:
            await self.gate.wait()
        if self.error:
            raise self.error
        worker = cast("Worker", FakeWorker())
        self.started.append(worker)
        return worker


def pool_of(start: Callable[[], Awaitable[Worker]], **limits: Any) -> Pool:
    def start_task(coroutine: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        return asyncio.get_running_loop().create_task(coroutine, name=name)

    return Pool("pay:1", PoolLimits(**limits), start, start_task)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_the_worker_used_last_is_used_next() -> None:
    pool = pool_of(Starter())
    first, second = [await pool.acquire() for _ in range(2)]
    pool.release(first)
    pool.release(second)

    assert await pool.acquire() is second
    assert await pool.acquire() is first


async def test_each_concurrent_execution_has_a_worker_of_its_own() -> None:
    starter = Starter()
    pool = pool_of(starter)
    workers = await asyncio.gather(*(pool.acquire() for _ in range(10)))

    assert len({id(worker) for worker in workers}) == 10
    assert len(starter.started) == 10


async def test_a_caller_takes_a_worker_set_free_before_a_new_one_is_up() -> None:
    gate = asyncio.Event()
    gate.set()
    starter = Starter(gate)
    pool = pool_of(starter)
    worker = await pool.acquire()
    gate.clear()
    waiting = asyncio.create_task(pool.acquire())
    await settle()
    pool.release(worker)

    assert await waiting is worker
    gate.set()
    await settle()
    assert len(pool.idle) == 1


async def test_no_more_processes_run_than_the_machine_may_have() -> None:
    starter = Starter()
    pool = pool_of(starter, processes_per_version=3)
    tasks = [asyncio.create_task(pool.acquire()) for _ in range(5)]
    await settle()

    assert len(starter.started) == 3
    assert sum(task.done() for task in tasks) == 3
    for task in [task for task in tasks if task.done()]:
        pool.release(task.result())
    await settle()
    assert all(task.done() for task in tasks)
    assert len(starter.started) == 3


async def test_a_caller_that_finds_no_worker_in_time_is_told() -> None:
    pool = pool_of(Starter(), processes_per_version=1, queue_seconds=0.01)
    await pool.acquire()

    with pytest.raises(QueueTimedOut):
        await pool.acquire()


async def test_a_caller_that_went_away_keeps_no_worker() -> None:
    gate = asyncio.Event()
    pool = pool_of(Starter(gate))
    waiting = asyncio.create_task(pool.acquire())
    await settle()
    waiting.cancel()
    await settle()
    gate.set()
    await settle()

    assert (len(pool.idle), len(pool.busy)) == (1, 0)


async def test_each_failed_start_answers_one_caller() -> None:
    pool = pool_of(Starter(error=StartTimedOut(cast("Any", FakeWorker()), 10.0, "")))
    results = await asyncio.gather(*(pool.acquire() for _ in range(6)), return_exceptions=True)

    assert [type(result) for result in results] == [StartTimedOut] * 6


async def test_a_worker_that_is_gone_is_not_used_again() -> None:
    starter = Starter()
    pool = pool_of(starter)
    worker = await pool.acquire()
    pool.release(worker)
    worker.is_gone = True

    assert await pool.acquire() is not worker


async def test_a_retired_pool_ends_its_workers_as_they_come_back() -> None:
    pool = pool_of(Starter())
    idle, busy = [await pool.acquire() for _ in range(2)]
    pool.release(idle)
    pool.retire()

    assert idle.is_gone and not busy.is_gone
    pool.release(busy)
    assert busy.is_gone
    assert pool.idle == []


async def test_warming_starts_one_worker_and_only_when_there_is_none() -> None:
    starter = Starter()
    pool = pool_of(starter)
    pool.warm()
    pool.warm()
    await settle()
    pool.warm()
    await settle()

    assert len(starter.started) == len(pool.idle) == 1
