"""Where the traffic of each function goes, and what its alarm says."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from greenshift.view.model import FunctionView
from greenshift.view.outputs import FunctionOutputs

_ALARMS_PER_CALL = 100
_CALLS_AT_ONCE = 8


def functions(lambda_: Any, cloudwatch: Any, outputs: Iterable[FunctionOutputs]) -> tuple[FunctionView, ...]:
    """One view a function, in the order given."""
    wanted = list(outputs)
    states = alarm_states(cloudwatch, [function.alarm for function in wanted])
    with ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
        aliases = pool.map(
            lambda function: lambda_.get_alias(FunctionName=function.name, Name=function.alias), wanted
        )
        return tuple(
            _view(function, alias, states.get(function.alarm, ""))
            for function, alias in zip(wanted, aliases, strict=True)
        )


def alarm_states(cloudwatch: Any, names: list[str]) -> dict[str, str]:
    """Alarm name -> OK, ALARM or INSUFFICIENT_DATA."""
    states: dict[str, str] = {}
    for start in range(0, len(names), _ALARMS_PER_CALL):
        found = cloudwatch.describe_alarms(AlarmNames=names[start : start + _ALARMS_PER_CALL])
        states.update({alarm["AlarmName"]: alarm["StateValue"] for alarm in found["MetricAlarms"]})
    return states


def _view(function: FunctionOutputs, alias: dict[str, Any], alarm_state: str) -> FunctionView:
    weights = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights") or {}
    new_version, weight = next(iter(weights.items()), ("", 0.0))
    return FunctionView(
        key=function.key,
        name=function.name,
        version=alias["FunctionVersion"],
        new_version=new_version,
        new_percent=round(100 * weight, 6),
        alarm=function.alarm,
        alarm_state=alarm_state,
    )
