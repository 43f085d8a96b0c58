"""Where the traffic of each function goes, and what its alarm says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from greenshift.contract.holding import is_held
from greenshift.contract.working_copy import WorkingCopy
from greenshift.reading.functions import Alias
from greenshift.view.model import AlarmView, FunctionView
from greenshift.view.outputs import FunctionOutputs


def functions(
    wanted: Iterable[FunctionOutputs],
    aliases: Mapping[str, Alias | None],
    alarms: Mapping[str, AlarmView],
    bootstrap: Collection[str] = (),
) -> tuple[FunctionView, ...]:
    """One view a function, in the order given; ``bootstrap`` are the keys of those never released."""
    return tuple(
        _view(function, aliases[function.key], alarms.get(function.alarm), function.key in bootstrap)
        for function in wanted
    )


def _view(
    function: FunctionOutputs, alias: Alias | None, alarm: AlarmView | None, is_bootstrap: bool
) -> FunctionView:
    copy = WorkingCopy.parse(alias.description) if alias else None
    return FunctionView(
        key=function.key,
        name=function.name,
        version=alias.version if alias else "",
        new_version=alias.new_version if alias else "",
        new_percent=alias.new_percent if alias else 0.0,
        alarm=function.alarm,
        alarm_state=alarm.state if alarm else "",
        is_bootstrap=is_bootstrap,
        released=copy.released if copy else "",
        is_left_behind=copy is not None and not is_held(copy.hold),
    )
