"""Waiting for an answer that may never come, on the twin's clock."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from greenshift.twin.clock import Clock

T = TypeVar("T")


async def wait_for(clock: Clock, answer: asyncio.Future[T], until: float) -> T | None:
    """The answer, or None when twin time has passed ``until`` first."""
    alarm = asyncio.ensure_future(clock.sleep_until(until))
    try:
        either: set[asyncio.Future[Any]] = {answer, alarm}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        alarm.cancel()
    return answer.result() if answer.done() else None
