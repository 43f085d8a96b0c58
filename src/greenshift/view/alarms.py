"""The alarms of the functions: state, threshold, and which version they watch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from greenshift.reading import alarms
from greenshift.view.model import AlarmView
from greenshift.view.moments import iso
from greenshift.view.outputs import FunctionOutputs


def read_alarms(client: Any, functions: Iterable[FunctionOutputs]) -> dict[str, AlarmView]:
    """The alarms that exist, by name."""
    keys = {function.alarm: function.key for function in functions if function.alarm}
    return {name: _view(alarm, keys[name]) for name, alarm in alarms.read_alarms(client, keys).items()}


def _view(alarm: alarms.Alarm, key: str) -> AlarmView:
    return AlarmView(
        name=alarm.name,
        function=key,
        state=alarm.state,
        reason=alarm.reason,
        since=iso(alarm.since),
        threshold=alarm.threshold,
        version=alarm.version,
        period_seconds=alarm.period,
        evaluation_periods=alarm.evaluation_periods,
        datapoints_to_alarm=alarm.datapoints_to_alarm,
        minimum_calls=alarm.minimum_calls,
    )
