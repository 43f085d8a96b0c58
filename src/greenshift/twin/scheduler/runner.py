"""Waits for schedules on the twin's clock, one task each, and calls their targets with patience.

Scheduler user guide, "Configuring a dead-letter queue", RetryPolicy: at most 185 times within 24 hours unless
the target says otherwise, with growing pauses; then the dead-letter queue, or a line in the log.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from greenshift.twin.callers.chain import begin
from greenshift.twin.scheduler import targets
from greenshift.twin.scheduler.model import Schedule
from greenshift.twin.service import ServiceError
from greenshift.twin.world import World

log = logging.getLogger("greenshift.twin")

_ATTEMPTS, _AGE = 185, 86_400
_AGED = "MaximumEventAgeInSeconds"
_LONGEST_PAUSE = 600.0
_MOST_UNDER_WAY = 1_000


class Runner:
    """One task for each schedule that is enabled; ``complete`` is told of one that has no more to come."""

    def __init__(self, world: World, complete: Callable[[Schedule], None]) -> None:
        self._world = world
        self._complete = complete
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._under_way = 0

    def follow(self, schedule: Schedule) -> None:
        self.forget(schedule)
        if schedule.is_enabled:
            task = self._world.tasks.start(self._run(schedule), f"schedule {schedule.name}", standing=True)
            self._tasks[schedule.arn] = task

    def forget(self, schedule: Schedule) -> None:
        task = self._tasks.pop(schedule.arn, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    async def _run(self, schedule: Schedule) -> None:
        begin()
        # A moment that is now counts: one second back, as AWS's precision is a minute.
        due = schedule.next_after(self._world.clock.time() - 1.0)
        while due is not None:
            await self._world.clock.sleep_until(due)
            if self._under_way < _MOST_UNDER_WAY:
                self._under_way += 1
                self._world.tasks.start(self._call(schedule, due), f"schedule {schedule.name}, due")
            else:
                log.warning("schedule %s is skipped: %s calls are under way", schedule.name, _MOST_UNDER_WAY)
            due = schedule.next_after(due)
        if schedule.is_deleted_after:
            self._complete(schedule)

    async def _call(self, schedule: Schedule, due: float) -> None:
        try:
            await self._persist(schedule, due)
        finally:
            self._under_way -= 1

    async def _persist(self, schedule: Schedule, due: float) -> None:
        policy = schedule.target.get("RetryPolicy") or {}
        most, age = (
            policy.get("MaximumRetryAttempts", _ATTEMPTS),
            policy.get("MaximumEventAgeInSeconds", _AGE),
        )
        clock, name = self._world.clock, str(uuid.uuid4())
        attempt = 0
        while True:
            try:
                await self._once(schedule, due, name, attempt)
                return
            except (ServiceError, ValueError) as error:
                pause = min(2.0 ** min(attempt, 16), _LONGEST_PAUSE)
                is_old = clock.time() + pause - due > age
                if attempt >= most or is_old or _is_final(error):
                    spent = "MaximumRetryAttempts" if attempt >= most else _AGED if is_old else ""
                    await self._give_up(schedule, due, name, attempt, error, spent)
                    return
            await clock.sleep(pause)
            attempt += 1

    async def _once(self, schedule: Schedule, due: float, name: str, attempt: int) -> None:
        target = schedule.target
        session = await self._world.aws.assume_role(target["RoleArn"], "scheduler", targets.SCHEDULER)
        text = targets.input_of(target, _context(schedule, due, name, attempt))
        call = targets.call_of(target, text, self._world.endpoint)
        await self._world.aws.call(session.principal.acting_for(schedule.arn), *call)

    async def _give_up(
        self, schedule: Schedule, due: float, name: str, attempt: int, error: Exception, spent: str
    ) -> None:
        """``spent`` is the limit of the retry policy that ended it; empty where it could never succeed."""
        dead = (schedule.target.get("DeadLetterConfig") or {}).get("Arn")
        if not dead:
            log.warning("schedule %s: its call is dropped: %s", schedule.name, error)
            return
        code = error.code if isinstance(error, ServiceError) else "InvalidInput"
        told = {
            "ERROR_CODE": code,
            "ERROR_MESSAGE": str(error),
            "SCHEDULE_ARN": schedule.arn,
            "SCHEDULED_TIME": _context(schedule, due, name, attempt)["scheduled-time"],
            "TARGET_ARN": str(schedule.target["Arn"]),
            "RETRY_ATTEMPTS": str(attempt),
            "EXECUTION_ID": name,
            "IS_PAYLOAD_TRUNCATED": "false",
        } | ({"EXHAUSTED_RETRY_CONDITION": spent} if spent else {})
        attributes = {key: {"DataType": "String", "StringValue": text} for key, text in told.items()}
        body = targets.input_of(schedule.target, _context(schedule, due, name, attempt))
        url = f"{self._world.endpoint}/{dead.split(':')[4]}/{dead.split(':')[5]}"
        message = {"QueueUrl": url, "MessageBody": body, "MessageAttributes": attributes}
        try:
            role = schedule.target["RoleArn"]
            session = await self._world.aws.assume_role(role, "scheduler", targets.SCHEDULER)
            await self._world.aws.call(session.principal, "sqs", "SendMessage", message)
        except ServiceError as refused:
            log.warning("schedule %s: its dead-letter queue refuses: %s", schedule.name, refused)


def _is_final(error: Exception) -> bool:
    """What can never succeed is not tried again: the role may not, there is no such target."""
    if not isinstance(error, ServiceError):
        return True
    return error.status < 500 and error.status != 429 and "Throttl" not in error.code


def _context(schedule: Schedule, due: float, name: str, attempt: int) -> dict[str, str]:
    return {
        "schedule-arn": schedule.arn,
        "scheduled-time": datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "execution-id": name,
        "attempt-number": str(attempt + 1),
    }
