"""Fires the rules that have a schedule, on the twin's clock, one task a rule."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from greenshift.twin.callers.chain import begin
from greenshift.twin.cron import Cron
from greenshift.twin.events.model import Event, Rule
from greenshift.twin.events.schedule import Rate, parse_schedule
from greenshift.twin.world import World

Fire = Callable[[Rule, Event], None]


class Scheduler:
    """Keeps one task for each rule that is enabled and has a schedule."""

    kept: ClassVar[tuple[str, ...]] = ("_due",)

    def __init__(self, world: World, fire: Fire) -> None:
        self._world = world
        self._fire = fire
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._due: dict[str, float] = {}

    def follow(self, rule: Rule) -> None:
        """Begin, begin anew or stop, as the rule says now; an unchanged schedule starts over, as on AWS."""
        self.forget(rule)
        if rule.schedule is not None and rule.is_enabled():
            self._start(rule, parse_schedule(rule.schedule), None)

    def resume(self, rule: Rule) -> None:
        """Go on with a rule of a snapshot: it is due when it was to be."""
        if rule.schedule is not None and rule.is_enabled():
            self._start(rule, parse_schedule(rule.schedule), self._due.get(rule.arn))

    def _start(self, rule: Rule, schedule: Rate | Cron, due: float | None) -> None:
        run = self._run(rule, schedule, due)
        self._tasks[rule.arn] = self._world.tasks.start(run, f"schedule of rule {rule.name}", standing=True)

    def forget(self, rule: Rule) -> None:
        self._due.pop(rule.arn, None)
        task = self._tasks.pop(rule.arn, None)
        if task is not None:
            task.cancel()

    async def _run(self, rule: Rule, schedule: Rate | Cron, due: float | None) -> None:
        begin()
        due = schedule.next_after(self._world.clock.time()) if due is None else due
        while due is not None:
            self._due[rule.arn] = due
            await self._world.clock.sleep_until(due)
            self._fire(rule, self._event(rule, due))
            due = schedule.next_after(due)

    def _event(self, rule: Rule, time: float) -> Event:
        return Event.of(
            id=str(uuid.uuid4()),
            source="aws.events",
            detail_type="Scheduled Event",
            account=self._world.account,
            region=self._world.region,
            time=time,
            resources=(rule.arn,),
            detail={},
        )
