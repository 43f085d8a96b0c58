"""Rules that fire by the clock: ``rate(5 minutes)`` and ``cron(0 10 * * ? *)``, the latter in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass

from greenshift.twin.cron import Cron, CronError, parse

_RATE = re.compile(r"rate\((\d+) (minute|minutes|hour|hours|day|days)\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


class ScheduleError(ValueError):
    """The expression is not one EventBridge can follow."""


@dataclass(frozen=True)
class Rate:
    seconds: int

    def next_after(self, moment: float) -> float | None:
        return moment + self.seconds


def parse_schedule(expression: str) -> Rate | Cron:
    """Read a schedule; one unit is singular and more are plural, or AWS refuses it too."""
    if expression.startswith("cron("):
        try:
            return parse(expression)
        except CronError as error:
            raise ScheduleError(f"Parameter ScheduleExpression is not valid. ({error})") from None
    match = _RATE.fullmatch(expression)
    if match is None or int(match[1]) == 0:
        raise ScheduleError("Parameter ScheduleExpression is not valid.")
    count, unit = int(match[1]), match[2]
    if (count == 1) == unit.endswith("s"):
        raise ScheduleError("Parameter ScheduleExpression is not valid.")
    return Rate(count * _SECONDS[unit.removesuffix("s")])
