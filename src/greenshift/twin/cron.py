"""``cron(...)`` by AWS's rules: an expression -> the moments it names. Pure.

EventBridge user guide, "Setting a schedule pattern" (minutes, hours, day of month, month, day of week, year;
``, - * ? / L W #``; one of the two days is ``?``), and EventBridge Scheduler user guide, "Daylight saving
time": a time that does not exist is skipped, one that comes twice runs once.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1970, 2199
_MONTH_NAMES = {name.upper(): str(n) for n, name in enumerate(calendar.month_abbr) if name}
_DAY_NAMES = {name: str(n) for n, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (FIRST_YEAR, LAST_YEAR))


class CronError(ValueError):
    """The expression is none."""


@dataclass(frozen=True)
class Cron:
    """The moments of an expression; days are kept as written, as they depend on the month."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: tuple[str, ...]
    months: frozenset[int]
    weekdays: tuple[str, ...]
    years: frozenset[int]

    def next_after(self, moment: float, zone: ZoneInfo | None = None) -> float | None:
        """The first moment after this one, in seconds since the epoch; None when there is no more."""
        where = zone or UTC
        begin = datetime.fromtimestamp(moment, where)
        for day in self._days_from(begin.date()):
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    local = datetime.combine(day, time_of_day(hour, minute), tzinfo=where)
                    found = local.timestamp()
                    if found > moment and _exists(local):
                        return found
        return None

    def _days_from(self, first: date) -> Iterator[date]:
        for year in sorted(each for each in self.years if each >= first.year):
            for month in sorted(self.months):
                if (year, month) < (first.year, first.month):
                    continue
                for day in sorted(self._days_of(year, month)):
                    found = date(year, month, day)
                    if found >= first:
                        yield found

    def _days_of(self, year: int, month: int) -> set[int]:
        last = calendar.monthrange(year, month)[1]
        found: set[int] = set()
        if self.days != ("?",):
            for part in self.days:
                found |= _days_of_month(part, year, month, last)
        else:
            for part in self.weekdays:
                found |= _days_of_week(part, year, month, last)
        return found


def parse(expression: str) -> Cron:
    """``cron(0 10 * * ? *)``; raises CronError."""
    match = re.fullmatch(r"cron\((.*)\)", expression.strip())
    fields = match[1].split() if match else []
    if len(fields) != 6:
        raise CronError("a cron expression has six fields: minutes, hours, day, month, day of week, year")
    minutes, hours, days, months, weekdays, years = (each.upper() for each in fields)
    if (days == "?") == (weekdays == "?"):
        raise CronError("one of day of month and day of week must be '?', and the other must not")
    months, weekdays = _named(months, _MONTH_NAMES), _named(weekdays, _DAY_NAMES)
    made = Cron(
        minutes=_numbers(minutes, 0),
        hours=_numbers(hours, 1),
        days=tuple(days.split(",")),
        months=_numbers(months, 3),
        weekdays=tuple(weekdays.split(",")),
        years=_numbers(years, 5),
    )
    _check_days(made)
    return made


def _check_days(made: Cron) -> None:
    for part in made.days if made.days != ("?",) else ():
        if not re.fullmatch(r"L|LW|\d{1,2}W", part):
            _numbers(part, 2)
        elif part.endswith("W") and part != "LW" and not 1 <= int(part[:-1]) <= 31:
            raise CronError(f"{part} is no day of a month")
    for part in made.weekdays if made.weekdays != ("?",) else ():
        if not re.fullmatch(r"L|[1-7]L|[1-7]#[1-5]", part):
            _numbers(part, 4)


def _named(text: str, names: dict[str, str]) -> str:
    return re.sub(r"[A-Z]{3}", lambda found: names.get(found[0], found[0]), text)


def _numbers(text: str, place: int) -> frozenset[int]:
    """A field of numbers: ``*``, ``5``, ``1-5``, ``0/15``, ``1-10/2``, and lists of them."""
    low, high = _LIMITS[place]
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(\*|\d+)(?:-(\d+))?(?:/(\d+))?", part)
        if match is None or (match[1] == "*" and match[2]):
            raise CronError(f"{part!r} is not valid in {text!r}")
        start = low if match[1] == "*" else int(match[1])
        end = int(match[2]) if match[2] else (high if match[1] == "*" or match[3] else start)
        step = int(match[3] or 1)
        if step < 1 or not low <= start <= high or not low <= end <= high:
            raise CronError(f"{part!r} is not within {low} and {high}")
        if start <= end:
            found |= set(range(start, end + 1, step))
        else:  # FRI-MON, 22-2
            found |= set(range(start, high + 1, step)) | set(range(low, end + 1, step))
    return frozenset(found)


def _days_of_month(part: str, year: int, month: int, last: int) -> set[int]:
    if part == "L":
        return {last}
    if part.endswith("W"):
        wanted = last if part == "LW" else int(part[:-1])
        return {_weekday_near(year, month, wanted, last)} if wanted <= last else set()
    return {day for day in _numbers(part, 2) if day <= last}


def _weekday_near(year: int, month: int, day: int, last: int) -> int:
    """The nearest Monday to Friday of the same month."""
    weekday = date(year, month, day).weekday()
    if weekday == 5:
        return day - 1 if day > 1 else day + 2
    if weekday == 6:
        return day + 1 if day < last else day - 2
    return day


def _days_of_week(part: str, year: int, month: int, last: int) -> set[int]:
    first = (date(year, month, 1).weekday() + 1) % 7 + 1  # 1 is Sunday

    def all_of(weekday: int) -> list[int]:
        return list(range(1 + (weekday - first) % 7, last + 1, 7))

    if part == "L":
        return set(all_of(7))
    if part.endswith("L"):
        return {all_of(int(part[0]))[-1]}
    if "#" in part:
        days, place = all_of(int(part[0])), int(part[2])
        return {days[place - 1]} if place <= len(days) else set()
    return {day for weekday in _numbers(part, 4) for day in all_of(weekday)}


def _exists(local: datetime) -> bool:
    """Whether a time of day is there on its day; when clocks go forward some are not."""
    there_and_back = datetime.fromtimestamp(local.timestamp(), local.tzinfo)
    return there_and_back.replace(tzinfo=None) == local.replace(tzinfo=None)


__all__ = ["FIRST_YEAR", "LAST_YEAR", "Cron", "CronError", "parse"]
