"""All pools together: the cap on idle processes, reaping, retiring, and the second chance of a slow start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any, cast

import pytest

from greenshift.twin.awslambda.execution.pool import Pool, PoolLimits
from greenshift.twin.awslambda.execution.pools import INIT_SECONDS, Pools
from greenshift.twin.awslambda.execution.worker import Launch, StartTimedOut, Worker
from greenshift.twin.processes.children import Children

LAUNCH = Launch((), {}, Path(), "stream", "")


class FakeWorker:
    """Starts at once, or takes too long as often as it is told."""

    slow_starts = 0
    limits: list[float] = []

    def __init__(self, launch: Launch, children: Children, twin_time: Callable[[], float]) -> None:
        self.is_gone = False
        self.is_leaving = False
        self.idle_since = 0.0
        self.pid = 0

    async def start(self, limit: float) -> None:
        FakeWorker.limits.append(limit)
        if FakeWorker.slow_starts:
            FakeWorker.slow_starts -= 1
            raise StartTimedOut(cast("Any", self), limit, "")

    def take_output(self) -> list[Any]:
        return []

    def kill(self) -> None:
        self.is_gone = True

    async def stop(self) -> None:
        self.kill()


def start_task(coroutine: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
    return asyncio.get_running_loop().create_task(coroutine, name=name)


@pytest.fixture
async def pools() -> AsyncIterator[Pools]:
    FakeWorker.slow_starts, FakeWorker.limits = 0, []
    made = Pools(
        PoolLimits(idle_in_total=2, idle_seconds=0.0), lambda: 0.0, start_task, cast("Any", FakeWorker)
    )
    yield made
    await made.stop()


def pool(pools: Pools, key: str, timeout: float = 3) -> Pool:
    async def launch() -> Launch:
        return LAUNCH

    return pools.of(key, key, timeout, launch)


async def one_idle(pools: Pools, key: str, since: float) -> Worker:
    worker = await pool(pools, key).acquire()
    pool(pools, key).release(worker)
    worker.idle_since = since
    return worker


async def test_the_pool_of_a_version_is_one_and_the_same(pools: Pools) -> None:
    assert pool(pools, "a") is pool(pools, "a")
    assert pool(pools, "a") is not pool(pools, "b")


async def test_the_longest_unused_process_goes_first_when_there_are_too_many(pools: Pools) -> None:
    newest = await one_idle(pools, "newest", 30.0)
    oldest = await one_idle(pools, "oldest", 10.0)
    middle = await one_idle(pools, "middle", 20.0)
    pools.trim()

    assert (oldest.is_gone, middle.is_gone, newest.is_gone) == (True, False, False)


async def test_what_is_idle_for_long_is_reaped(pools: Pools) -> None:
    now = asyncio.get_running_loop().time()
    old = await one_idle(pools, "a", now - 1)
    young = await one_idle(pools, "b", now + 100)
    pools.reap()

    assert (old.is_gone, young.is_gone) == (True, False)


async def test_a_retired_version_gets_a_new_pool(pools: Pools) -> None:
    worker = await one_idle(pools, "a", 0.0)
    before = pool(pools, "a")
    pools.retire("a")

    assert worker.is_gone
    assert pool(pools, "a") is not before


async def test_a_start_that_took_too_long_is_tried_again_within_the_functions_time_out(pools: Pools) -> None:
    FakeWorker.slow_starts = 1
    await pool(pools, "a", timeout=7).acquire()

    assert FakeWorker.limits == [INIT_SECONDS, 7]


async def test_a_start_that_took_too_long_twice_is_told(pools: Pools) -> None:
    FakeWorker.slow_starts = 2
    with pytest.raises(StartTimedOut) as raised:
        await pool(pools, "a").acquire()
    assert [each.seconds for each in raised.value.inits] == [INIT_SECONDS, 3]
