"""Rollouts that are over before the deployed alarm can speak, whoever changed which of the two."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.checks.deployed.facts import StackFacts
from greenshift.checks.finding import Finding
from greenshift.reading.alarms import Alarm
from greenshift.rollout.watching import Watch
from greenshift.view import FunctionOutputs


def check_watches(facts: StackFacts) -> Iterator[Finding]:
    """Hints: nothing is broken, and what was said in the settings was meant."""
    for each in facts.alarms:
        function = each.function
        if each.alarm is None or not function.rollout:
            continue
        watch = _watch(function, each.alarm)
        if watch.is_too_short:
            yield Finding(
                rule="rollout-too-short",
                level="hint",
                function=function.key,
                resource=function.deployment_group,
                what=watch.what,
                why=watch.why,
                fix=watch.fix,
            )


def _watch(function: FunctionOutputs, alarm: Alarm) -> Watch:
    return Watch(
        rollout=function.rollout,
        shifting=function.shift_minutes,
        bake=function.bake_minutes,
        period=alarm.period,
        datapoints=alarm.datapoints_to_alarm,
    )
