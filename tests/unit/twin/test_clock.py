from __future__ import annotations

import asyncio
import time

import pytest

from greenshift.twin.clock import ManualClock, ScaledClock, Wall


async def test_a_scaled_clock_waits_a_fraction_of_the_time() -> None:
    clock = ScaledClock(speed=600)
    began, began_there = time.monotonic(), clock.time()

    await clock.sleep(60)

    assert time.monotonic() - began < 5
    assert clock.time() - began_there >= 60


def test_a_clock_that_stands_or_runs_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        ScaledClock(speed=0)


async def test_a_manual_clock_wakes_sleepers_in_the_order_of_their_time_and_at_their_time() -> None:
    clock = ManualClock(start=1000)
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.time()))

    tasks = [asyncio.create_task(sleeper(name, seconds)) for name, seconds in (("late", 20), ("early", 10))]
    await asyncio.sleep(0)
    await clock.advance(15)

    assert woken == [("early", 1010)]

    await clock.advance(15)

    assert woken == [("early", 1010), ("late", 1020)]
    assert clock.time() == 1030
    await asyncio.gather(*tasks)


async def test_a_sleeper_that_sleeps_again_within_one_advance_is_woken_again() -> None:
    clock = ManualClock(start=0)
    ticks: list[float] = []

    async def ticker() -> None:
        for _ in range(3):
            await clock.sleep(10)
            ticks.append(clock.time())

    task = asyncio.create_task(ticker())
    await clock.advance(30)

    assert ticks == [10, 20, 30]
    await task


async def test_a_manual_clock_lets_work_under_way_finish_before_time_moves_on() -> None:
    busy = True
    clock = ManualClock(start=0, is_busy=lambda: busy)
    seen: list[float] = []

    async def work() -> None:
        nonlocal busy
        await asyncio.sleep(0.05)
        seen.append(clock.time())
        busy = False

    task = asyncio.create_task(work())
    await clock.advance(10)

    assert seen == [0]
    await task


async def test_a_cancelled_sleeper_does_not_stop_the_clock() -> None:
    clock = ManualClock(start=0)
    task = asyncio.create_task(clock.sleep(5))
    await asyncio.sleep(0)
    task.cancel()

    await clock.advance(10)

    assert clock.time() == 10


@pytest.mark.parametrize("jump", [10 * 365 * 86_400.0, -10 * 365 * 86_400.0])
def test_setting_the_machines_clock_moves_nothing_on_the_twin(
    jump: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ScaledClock(speed=60)
    before, real = clock.time(), time.time
    monkeypatch.setattr(time, "time", lambda: real() + jump)

    assert 0 <= clock.time() - before < 3600
    assert 0 <= clock.now().timestamp() - before < 3600


def test_a_moment_of_the_twin_stays_the_same_moment_of_the_wall() -> None:
    wall, steady = [1_000.0], [10.0]
    clock = Wall(lambda: wall[0], lambda: steady[0])
    steady[0], wall[0] = (
        70.0,
        1_063.0,
    )  # its clock was put right by three seconds

    assert clock.time() == 1_060.0

    wall[0] += 8 * 3600  # it slept for a night
    assert clock.time() == wall[0]
