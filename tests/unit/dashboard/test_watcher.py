"""Looking while somebody watches: one reading at a time, for all who do."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator

import pytest
from support.stacks.watched import recorded_snapshot

from greenshift.dashboard.problems import Problem
from greenshift.dashboard.watcher import Watcher
from greenshift.errors import TwinError
from greenshift.view import Snapshot

SNAPSHOT = recorded_snapshot("ended")


class Stack:
    """Counts its readings; ``error`` is raised by the next ones."""

    def __init__(self) -> None:
        self.reads = 0
        self.at_once = 0
        self.error: Exception | None = None
        self._lock = threading.Lock()

    def read(self) -> Snapshot:
        assert self._lock.acquire(blocking=False), "two readings at once"
        try:
            self.reads += 1
            if self.error:
                raise self.error
            return SNAPSHOT
        finally:
            self._lock.release()


@contextlib.asynccontextmanager
async def running(stack: Stack) -> AsyncIterator[Watcher]:
    watcher = Watcher(stack.read, every=0.01)
    task = asyncio.create_task(watcher.run())
    try:
        yield watcher
    finally:
        watcher.close()
        await asyncio.wait_for(task, 5)


async def test_all_who_watch_are_told_the_same_look() -> None:
    async with running(Stack()) as watcher:
        a, b = watcher.looks(), watcher.looks()
        first, second = await asyncio.gather(anext(a), anext(b))

        assert first == second
        assert (await anext(a)).number > first.number
        await a.aclose()
        await b.aclose()


async def test_a_page_gets_what_was_seen_moments_ago() -> None:
    stack = Stack()
    async with running(stack) as watcher:
        assert await watcher.latest() is SNAPSHOT
        reads = stack.reads
        assert await watcher.latest() is SNAPSHOT
        assert stack.reads <= reads + 1


async def test_a_stack_that_cannot_be_read_is_a_problem_until_it_can() -> None:
    stack = Stack()
    stack.error = TwinError("the twin is not running", hint="greenshift up")
    async with running(stack) as watcher:
        with pytest.raises(Problem, match="the twin is not running"):
            await watcher.latest()
        looks = watcher.looks()
        look = await anext(looks)
        assert look.problem is not None
        assert look.problem.hint == "greenshift up"
        stack.error = None
        recovered = await asyncio.wait_for(anext(looks), 10)
        assert (recovered.problem, recovered.snapshot) == (None, SNAPSHOT)
        await looks.aclose()


async def test_a_fault_of_our_own_does_not_end_the_watching(caplog: pytest.LogCaptureFixture) -> None:
    stack = Stack()
    stack.error = KeyError("a fault")
    async with running(stack) as watcher:
        with pytest.raises(Problem) as raised:
            await watcher.latest()

    assert raised.value.status == 500
    assert "reading the stack failed" in caplog.text


async def test_those_who_wait_are_let_go_when_it_is_closed() -> None:
    async with running(Stack()) as watcher:
        looks = watcher.looks()
        await anext(looks)

        async def rest() -> int:
            return len([look async for look in looks])

        waiting = asyncio.create_task(rest())
        await asyncio.sleep(0)
        watcher.close()
        assert await asyncio.wait_for(waiting, 5) >= 0


async def test_it_ends_also_when_it_is_closed_in_the_middle_of_a_look() -> None:
    began, go_on = threading.Event(), threading.Event()

    def read() -> Snapshot:
        began.set()
        assert go_on.wait(5)
        return SNAPSHOT

    watcher = Watcher(read, every=0.01)
    task = asyncio.create_task(watcher.run())
    assert await asyncio.to_thread(began.wait, 5)

    watcher.close()
    go_on.set()

    await asyncio.wait_for(task, 5)
