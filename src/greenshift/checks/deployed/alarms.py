"""Whether every function's alarm exists, is quiet, gets data, and watches the version that is live."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from greenshift.checks.deployed.facts import AliasFacts, StackFacts
from greenshift.checks.finding import Finding, Level
from greenshift.reading.alarms import Alarm
from greenshift.view import FunctionOutputs

# An alarm with treatMissingData notBreaching is OK after one evaluation, traffic or not.
LONG = timedelta(hours=1)


def check_alarms(facts: StackFacts) -> Iterator[Finding]:
    for each in facts.alarms:
        function, alarm = each.function, each.alarm
        if alarm is None:
            yield _missing(function)
            continue
        if found := _of_state(function, alarm, facts.now):
            yield found
        alias = facts.alias_of(function.key)
        if alias is not None and not facts.is_releasing and _is_astray(alarm, alias):
            yield _watches_another(function, alarm, alias.version)


def _is_astray(alarm: Alarm, alias: AliasFacts) -> bool:
    served = {alias.version, *(version for version, _ in alias.weights)}
    return bool(alarm.version and alias.version) and alarm.version not in served


def _missing(function: FunctionOutputs) -> Finding:
    return _finding(
        function,
        "alarm-missing",
        f"the alarm {function.alarm} does not exist",
        "a bad version would be shifted to the end, as nothing stops it",
        "greenshift up --refresh makes it again",
    )


def _of_state(function: FunctionOutputs, alarm: Alarm, now: datetime) -> Finding | None:
    if alarm.state == "ALARM":
        return _finding(
            function,
            "alarm-firing",
            f"the alarm {alarm.name} is in ALARM{_since(alarm)}",
            alarm.reason or "CloudWatch gave no reason",
            "see the function's log; releases of this function roll back until it is quiet",
        )
    if alarm.state == "INSUFFICIENT_DATA" and alarm.since is not None and now - alarm.since >= LONG:
        return _finding(
            function,
            "alarm-without-data",
            f"the alarm {alarm.name} has INSUFFICIENT_DATA{_since(alarm)}",
            "it treats missing data as good, so it should be OK: it may never get any, and never fire",
            "greenshift up --refresh restores its metrics and treatMissingData",
            "warning",
        )
    return None


def _watches_another(function: FunctionOutputs, alarm: Alarm, live: str) -> Finding:
    return _finding(
        function,
        "alarm-off-version",
        f"the alarm {alarm.name} watches version {alarm.version}, live is version {live}",
        "errors of the live version do not reach it; the next release points it to its own version",
        "nothing to do before the next release, which sets it right",
        "hint",
    )


def _since(alarm: Alarm) -> str:
    return f" since {alarm.since:%Y-%m-%d %H:%M:%S} UTC" if alarm.since is not None else ""


def _finding(
    function: FunctionOutputs, rule: str, what: str, why: str, fix: str, level: Level = "error"
) -> Finding:
    return Finding(
        rule=rule, level=level, function=function.key, resource=function.alarm, what=what, why=why, fix=fix
    )
