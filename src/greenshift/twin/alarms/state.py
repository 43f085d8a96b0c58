"""The alarms there are, by name, and their history."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from greenshift.twin.alarms.composite import children
from greenshift.twin.alarms.model import Alarm, CompositeAlarm, MetricAlarm

HistoryType = Literal["ConfigurationUpdate", "StateUpdate", "Action"]
AlarmType = Literal["MetricAlarm", "CompositeAlarm"]
RETAINED_HISTORY = 10_000


@dataclass(frozen=True)
class HistoryItem:
    alarm: str
    alarm_type: AlarmType
    timestamp: float
    item_type: HistoryType
    summary: str
    data: str


class Alarms:
    """All alarms; history outlives the alarm it is about, as on AWS (API reference: DescribeAlarmHistory)."""

    kept: ClassVar[tuple[str, ...]] = ("_alarms", "_history")

    def __init__(self) -> None:
        self._alarms: dict[str, Alarm] = {}
        self._history: deque[HistoryItem] = deque(maxlen=RETAINED_HISTORY)

    def __iter__(self) -> Iterator[Alarm]:
        return iter(sorted(self._alarms.values(), key=lambda alarm: alarm.name))

    def get(self, name: str) -> Alarm | None:
        return self._alarms.get(name)

    def by_arn(self, arn: str) -> Alarm | None:
        return next((alarm for alarm in self._alarms.values() if alarm.arn == arn), None)

    def add(self, alarm: Alarm) -> None:
        self._alarms[alarm.name] = alarm

    def remove(self, name: str) -> Alarm | None:
        return self._alarms.pop(name, None)

    def metric_alarms(self) -> list[tuple[Alarm, MetricAlarm]]:
        every = [(alarm, alarm.definition) for alarm in self._alarms.values()]
        return [(alarm, found) for alarm, found in every if isinstance(found, MetricAlarm)]

    def parents(self, name: str) -> list[Alarm]:
        """The composite alarms whose rule names an alarm."""
        return [
            alarm
            for alarm in self
            if isinstance(alarm.definition, CompositeAlarm) and name in set(children(alarm.definition.rule))
        ]

    def suppressed_by(self, name: str) -> list[Alarm]:
        """The composite alarms that an alarm keeps from acting."""
        return [
            alarm
            for alarm in self
            if isinstance(alarm.definition, CompositeAlarm)
            and alarm.definition.suppressor is not None
            and alarm.definition.suppressor.name == name
        ]

    def record(self, alarm: Alarm, item_type: HistoryType, summary: str, data: str, now: float) -> None:
        kind = alarm_type(alarm)
        self._history.append(HistoryItem(alarm.name, kind, now, item_type, summary[:255], data[:4095]))

    def history(self) -> list[HistoryItem]:
        """Everything that happened, oldest first."""
        return list(self._history)


def alarm_type(alarm: Alarm) -> AlarmType:
    return "MetricAlarm" if isinstance(alarm.definition, MetricAlarm) else "CompositeAlarm"
