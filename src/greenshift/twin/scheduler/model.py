"""A schedule: what it says, and when it is due. Pure (Scheduler user guide, "Schedule types")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from greenshift.twin.cron import Cron, CronError, parse
from greenshift.twin.service import ServiceError

_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_RATE = re.compile(r"rate\(\s*(\d+) (minute|minutes|hour|hours|day|days)\s*\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True)
class Once:
    """``at(2026-11-28T10:00:00)``."""

    local: datetime

    def next_after(self, moment: float, zone: ZoneInfo, begun: float) -> float | None:
        due = self.local.replace(tzinfo=zone).timestamp()
        return due if due > moment else None


@dataclass(frozen=True)
class Every:
    """``rate(5 minutes)``, counted from the start date, or from when the schedule was made."""

    seconds: int

    def next_after(self, moment: float, zone: ZoneInfo, begun: float) -> float | None:
        if moment < begun:
            return begun
        return begun + self.seconds * (int((moment - begun) // self.seconds) + 1)


@dataclass(frozen=True)
class Calendar:
    """``cron(...)`` in the schedule's time zone."""

    cron: Cron

    def next_after(self, moment: float, zone: ZoneInfo, begun: float) -> float | None:
        return self.cron.next_after(moment, zone)


When = Once | Every | Calendar


@dataclass
class Schedule:
    """One schedule; ``given`` is what it was made with, as GetSchedule tells it."""

    name: str
    group: str
    arn: str
    when: When
    zone: ZoneInfo
    given: Mapping[str, Any]
    created: float
    modified: float

    @property
    def target(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.given["Target"]
        return found

    @property
    def is_enabled(self) -> bool:
        return bool(self.given.get("State", "ENABLED") == "ENABLED")

    @property
    def is_deleted_after(self) -> bool:
        return bool(self.given.get("ActionAfterCompletion") == "DELETE")

    def next_after(self, moment: float) -> float | None:
        """The next moment within the schedule's dates; None when there is no more."""
        start, end = seconds(self.given.get("StartDate")), seconds(self.given.get("EndDate"))
        if isinstance(self.when, Once):
            return self.when.next_after(moment, self.zone, self.created)
        if start is not None and moment < start:
            moment = start - 0.001
        # API reference, CreateSchedule: a rate without a start date begins at once.
        due = self.when.next_after(moment, self.zone, self.created if start is None else start)
        return None if due is None or (end is not None and due > end) else due


@dataclass
class Group:
    """A group of schedules."""

    name: str
    arn: str
    created: float
    modified: float
    tags: dict[str, str] = field(default_factory=dict)


def when(expression: str) -> When:
    """Raises ServiceError for what is no expression."""
    if found := _AT.fullmatch(expression):
        try:
            return Once(datetime.fromisoformat(found[1]))
        except ValueError:
            raise invalid(f"Invalid Schedule Expression {expression}.") from None
    if found := _RATE.fullmatch(expression):
        # Unlike a rule's, the unit is plural also for one (user guide, "Rate-based schedules").
        count = int(found[1])
        if count:
            return Every(count * _SECONDS[found[2].removesuffix("s")])
    try:
        return Calendar(parse(expression))
    except CronError:
        raise invalid(f"Invalid Schedule Expression {expression}.") from None


def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise invalid(f"The time zone {name} is not valid: give one of the IANA database.") from None


def seconds(moment: datetime | float | None) -> float | None:
    return moment.timestamp() if isinstance(moment, datetime) else moment


def invalid(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)
