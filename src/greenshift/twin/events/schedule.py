"""Rules that fire by the clock: ``rate(5 minutes)``; ``cron(...)`` is refused when the rule is put."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RATE = re.compile(r"rate\((\d+) (minute|minutes|hour|hours|day|days)\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


class ScheduleError(ValueError):
    """The expression is not one EventBridge, or the twin, can follow."""


@dataclass(frozen=True)
class Rate:
    seconds: int


def parse_schedule(expression: str) -> Rate:
    """Read a rate; one unit is singular and more are plural, or AWS refuses it too."""
    if expression.startswith("cron("):
        raise ScheduleError(
            f"the twin does not support cron schedules ({expression}); use rate(...), or AWS for this rule"
        )
    match = _RATE.fullmatch(expression)
    if match is None or int(match[1]) == 0:
        raise ScheduleError("Parameter ScheduleExpression is not valid.")
    count, unit = int(match[1]), match[2]
    if (count == 1) == unit.endswith("s"):
        raise ScheduleError("Parameter ScheduleExpression is not valid.")
    return Rate(count * _SECONDS[unit.removesuffix("s")])
