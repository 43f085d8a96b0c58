"""Puts an alarm into a state, with everything that follows from it.

The order is: the alarm's state, its history, the event, the actions, those of alarms that it suppresses,
then the composite alarms above it. All
of it is synchronous but the actions, which run in the background.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any

from greenshift.twin.alarms.actions import act
from greenshift.twin.alarms.composite import children, holds
from greenshift.twin.alarms.model import Alarm, CompositeAlarm, State, StateValue
from greenshift.twin.alarms.notifications import Change, state_change_event
from greenshift.twin.alarms.reasons import timestamp
from greenshift.twin.alarms.state import Alarms
from greenshift.twin.alarms.suppression import Suppression
from greenshift.twin.world import World

StartTask = Callable[[Coroutine[Any, Any, Any], str], object]


class Transitions:
    """Moves alarms between states."""

    def __init__(self, world: World, alarms: Alarms) -> None:
        self._world = world
        self._alarms = alarms
        self.suppression = Suppression(world, alarms, self._act_on)

    def enter(self, alarm: Alarm, value: StateValue, reason: str, reason_data: str = "") -> None:
        """Give an alarm a state; only a change of value has consequences."""
        self._enter(alarm, value, reason, reason_data, ())

    def redefined(self, alarm: Alarm) -> None:
        """Compute a composite alarm, which is new or another one, from its children as they are now."""
        self.suppression.redefined(alarm)
        self._evaluate_composite(alarm, None, ())

    def removed(self, alarm: Alarm) -> None:
        """An alarm that is gone suppresses nothing."""
        self.suppression.follow(alarm.name)

    def _enter(
        self, alarm: Alarm, value: StateValue, reason: str, reason_data: str, path: tuple[str, ...]
    ) -> None:
        before, now = alarm.state, self._world.clock.time()
        since = before.since if value == before.value else now
        held = before.suppressed_by if value == before.value else self.suppression.of(alarm)
        alarm.state = State(value, reason[:1023], reason_data[:4000], now, since, held)
        alarm.settled = None
        if value == before.value:
            return
        change = Change(alarm, before, alarm.state, self._world.account, self._world.region)
        self._announce(change)
        self.suppression.follow(alarm.name)
        for parent in self._alarms.parents(alarm.name):
            # A circle of composite alarms stops being evaluated (API reference: PutCompositeAlarm).
            if parent.name not in path:
                self._evaluate_composite(parent, alarm, (*path, alarm.name))

    def _announce(self, change: Change) -> None:
        alarm, before, after = change.alarm, change.before, change.after
        summary = f"Alarm updated from {before.value} to {after.value}"
        self._alarms.record(alarm, "StateUpdate", summary, _history_data(before, after), after.updated)
        self._world.emit(state_change_event(change))
        self.suppression.entered(change)

    def _act_on(self, change: Change) -> None:
        alarm = change.alarm
        if not alarm.definition.actions.enabled:
            return
        for arn in alarm.definition.actions.on(change.after.value):
            self._world.tasks.start(self._act(change, arn), f"alarm {alarm.name}: {arn}")

    async def _act(self, change: Change, arn: str) -> None:
        def report(summary: str, data: str) -> None:
            self._alarms.record(change.alarm, "Action", summary, data, self._world.clock.time())

        await act(self._world.aws, change, arn, report)

    def _evaluate_composite(self, alarm: Alarm, cause: Alarm | None, path: tuple[str, ...]) -> None:
        if not isinstance(alarm.definition, CompositeAlarm):
            return
        value: StateValue = "ALARM" if holds(alarm.definition.rule, self._state_of) else "OK"
        if value != alarm.state.value:
            reason, data = self._composite_reason(alarm.definition, cause)
            self._enter(alarm, value, reason, data, path)

    def _state_of(self, name: str) -> StateValue | None:
        alarm = self._alarms.get(name)
        return alarm.state.value if alarm else None

    def _composite_reason(self, definition: CompositeAlarm, cause: Alarm | None) -> tuple[str, str]:
        names = dict.fromkeys(children(definition.rule))
        found = [alarm for name in names if (alarm := self._alarms.get(name)) is not None]
        if cause is None:
            return f"{definition.name} was evaluated from its {len(found)} alarms", _triggering(found)
        at = timestamp(cause.state.updated)
        return f"{cause.arn} transitioned to {cause.state.value} at {at}", _triggering([cause])


def _triggering(alarms: list[Alarm]) -> str:
    shown = [
        {
            "arn": alarm.arn,
            "state": {"value": alarm.state.value, "timestamp": timestamp(alarm.state.updated)},
        }
        for alarm in alarms[:10]
    ]
    return json.dumps({"triggeringAlarms": shown}, separators=(",", ":"))


def _history_data(before: State, after: State) -> str:
    def shown(state: State) -> dict[str, str]:
        return {
            "stateValue": state.value,
            "stateReason": state.reason,
            "stateReasonData": state.reason_data,
        }

    return json.dumps({"version": "1.0", "oldState": shown(before), "newState": shown(after)})
