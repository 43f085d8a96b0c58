"""Where the traffic of each function goes, and what its alarm says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from greenshift.view.aliases import AliasSeen
from greenshift.view.model import AlarmView, FunctionView
from greenshift.view.outputs import FunctionOutputs


def functions(
    wanted: Iterable[FunctionOutputs], aliases: Mapping[str, AliasSeen], alarms: Mapping[str, AlarmView]
) -> tuple[FunctionView, ...]:
    """One view a function, in the order given."""
    return tuple(_view(function, aliases[function.key], alarms.get(function.alarm)) for function in wanted)


def _view(function: FunctionOutputs, alias: AliasSeen, alarm: AlarmView | None) -> FunctionView:
    return FunctionView(
        key=function.key,
        name=function.name,
        version=alias.version,
        new_version=alias.new_version,
        new_percent=alias.new_percent,
        alarm=function.alarm,
        alarm_state=alarm.state if alarm else "",
    )
