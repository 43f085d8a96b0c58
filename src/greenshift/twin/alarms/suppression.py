"""Composite alarms that do not act while another alarm, their suppressor, is in ALARM.

A change of state waits: while the suppressor is in ALARM, for its ``WaitPeriod`` otherwise (the suppressor
may be about to follow), and for its ``ExtensionPeriod`` once the suppressor has left ALARM. What follows
discards what was under way, and at the end the alarm acts on the state it is in by then (CloudWatch user
guide: "Suppressing composite alarm actions").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from greenshift.twin.alarms.model import Alarm, CompositeAlarm, SuppressedBy
from greenshift.twin.alarms.notifications import Change
from greenshift.twin.alarms.state import Alarms
from greenshift.twin.world import World


@dataclass(frozen=True, eq=False)
class _Held:
    """The actions of one alarm, kept back."""

    alarm: Alarm
    by: SuppressedBy


class Suppression:
    """Which alarms wait to act, and until when."""

    kept: ClassVar[tuple[str, ...]] = ("_held",)

    def __init__(self, world: World, alarms: Alarms, act: Callable[[Change], None]) -> None:
        self._world = world
        self._alarms = alarms
        self._act = act
        self._held: dict[str, _Held] = {}

    def of(self, alarm: Alarm) -> SuppressedBy:
        """What keeps an alarm from acting when its state changes now."""
        definition = alarm.definition
        if not isinstance(definition, CompositeAlarm) or definition.suppressor is None:
            return ""
        if self._is_in_alarm(definition.suppressor.name):
            return "Alarm"
        return "WaitPeriod" if definition.suppressor.wait else ""

    def entered(self, change: Change) -> None:
        """Act on a change of state, or keep the actions back as its state says."""
        self._held.pop(change.alarm.name, None)
        if change.after.suppressed_by:
            self._hold(change.alarm, change.after.suppressed_by)
        else:
            self._act(change)

    def follow(self, suppressor: str) -> None:
        """An alarm got another state, or is gone: those that it suppresses see it."""
        is_in_alarm = self._is_in_alarm(suppressor)
        for alarm in self._alarms.suppressed_by(suppressor):
            held = self._held.get(alarm.name)
            if held is None:
                continue
            if is_in_alarm:
                self._suppress(alarm, "Alarm")
            elif held.by == "Alarm":
                self._suppress(alarm, "ExtensionPeriod")

    def redefined(self, alarm: Alarm) -> None:
        """An alarm that has no suppressor any more has nothing to wait for."""
        definition = alarm.definition
        if isinstance(definition, CompositeAlarm) and definition.suppressor is None:
            self._release(alarm)

    def _suppress(self, alarm: Alarm, by: SuppressedBy) -> None:
        alarm.state = replace(alarm.state, suppressed_by=by, updated=self._world.clock.time())
        self._hold(alarm, by)

    def _hold(self, alarm: Alarm, by: SuppressedBy) -> None:
        held = self._held[alarm.name] = _Held(alarm, by)
        definition = alarm.definition
        if by != "Alarm" and isinstance(definition, CompositeAlarm) and definition.suppressor is not None:
            suppressor = definition.suppressor
            period = suppressor.wait if by == "WaitPeriod" else suppressor.extension
            self._world.tasks.start(self._expire(held, period), f"alarm {alarm.name}: {by}")

    async def _expire(self, held: _Held, period: int) -> None:
        await self._world.clock.sleep(period)
        if self._held.get(held.alarm.name) is held:
            self._release(held.alarm)

    def _release(self, alarm: Alarm) -> None:
        """The state stays what it is; only now somebody is told."""
        held = self._held.pop(alarm.name, None)
        if held is None or self._alarms.get(alarm.name) is not held.alarm:
            return
        before = alarm.state
        alarm.state = replace(before, suppressed_by="", updated=self._world.clock.time())
        self._act(Change(alarm, before, alarm.state, self._world.account, self._world.region))

    def _is_in_alarm(self, name: str) -> bool:
        found = self._alarms.get(name)
        return found is not None and found.state.value == "ALARM"
