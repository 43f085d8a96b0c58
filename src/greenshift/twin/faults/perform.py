"""What becomes of a call that a fault meets. The only part with effects."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

from greenshift.twin.errors import ServiceError
from greenshift.twin.faults import codes
from greenshift.twin.faults.model import Call, Fault, NoAnswer

Answer = TypeVar("Answer")
Perform = Callable[[], Awaitable[Answer]]


async def carry_out(fault: Fault, call: Call, perform: Perform[Answer]) -> Answer:
    """The call as the fault has it; raises ServiceError, or NoAnswer when the caller is to hear nothing."""
    match fault.kind:
        case "throttle":
            raise codes.throttled(call.service)
        case "error":
            await _before(fault, perform)
            raise codes.failed(call.service, fault.code, fault.status)
        case "timeout":
            await _before(fault, perform)
            await asyncio.sleep(fault.seconds)
            raise NoAnswer
        case "kill":
            await _before(fault, perform)
            if call.environment is not None:
                call.environment.kill()
            raise NoAnswer
        case "delay":
            await asyncio.sleep(fault.seconds)
            return await perform()
        case "duplicate":
            return await _twice(perform)


async def _before(fault: Fault, perform: Perform[Answer]) -> None:
    """What happens before the caller is let down; whether the service refused no longer matters."""
    if fault.performed:
        with contextlib.suppress(ServiceError):
            await perform()


async def _twice(perform: Perform[Answer]) -> Answer:
    """The caller hears of the first; the second is what a network's repetition would be."""
    answer = await perform()
    with contextlib.suppress(ServiceError):
        await perform()
    return answer
