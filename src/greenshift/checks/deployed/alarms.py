"""Whether every function's alarm exists, is quiet, gets data, and watches the version that is live."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from greenshift.checks.deployed.facts import AlarmFacts, AliasFacts, StackFacts
from greenshift.checks.finding import Finding, Level

# An alarm with treatMissingData notBreaching is OK after one evaluation, traffic or not.
LONG = timedelta(hours=1)


def check_alarms(facts: StackFacts) -> Iterator[Finding]:
    for alarm in facts.alarms:
        if found := _of_state(alarm, facts.now):
            yield found
        alias = facts.alias_of(alarm.function.key)
        if alias is not None and not facts.is_releasing and _is_astray(alarm, alias):
            yield _watches_another(alarm, alias.version)


def _is_astray(alarm: AlarmFacts, alias: AliasFacts) -> bool:
    served = {alias.version, *(version for version, _ in alias.weights)}
    return bool(alarm.watched and alias.version) and alarm.watched not in served


def _of_state(alarm: AlarmFacts, now: datetime) -> Finding | None:
    name = alarm.function.alarm
    if not alarm.state:
        return _finding(
            alarm,
            "alarm-missing",
            f"the alarm {name} does not exist",
            "a bad version would be shifted to the end, as nothing stops it",
            "greenshift up makes it again",
        )
    if alarm.state == "ALARM":
        return _finding(
            alarm,
            "alarm-firing",
            f"the alarm {name} is in ALARM{_since(alarm)}",
            alarm.reason or "CloudWatch gave no reason",
            "see the function's log; releases of this function roll back until it is quiet",
        )
    if alarm.state == "INSUFFICIENT_DATA" and alarm.since is not None and now - alarm.since >= LONG:
        return _finding(
            alarm,
            "alarm-without-data",
            f"the alarm {name} has INSUFFICIENT_DATA{_since(alarm)}",
            "it treats missing data as good, so it should be OK: it may never get any, and never fire",
            "greenshift up restores its metrics and treatMissingData",
            "warning",
        )
    return None


def _watches_another(alarm: AlarmFacts, live: str) -> Finding:
    return _finding(
        alarm,
        "alarm-off-version",
        f"the alarm {alarm.function.alarm} watches version {alarm.watched}, live is version {live}",
        "errors of the live version do not reach it; the next release points it to its own version",
        "nothing to do before the next release, which sets it right",
        "hint",
    )


def _since(alarm: AlarmFacts) -> str:
    return f" since {alarm.since:%Y-%m-%d %H:%M:%S} UTC" if alarm.since is not None else ""


def _finding(alarm: AlarmFacts, rule: str, what: str, why: str, mend: str, level: Level = "error") -> Finding:
    function = alarm.function
    return Finding(
        rule=rule, level=level, function=function.key, resource=function.alarm, what=what, why=why, mend=mend
    )
