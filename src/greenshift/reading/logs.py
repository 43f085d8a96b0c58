"""CloudWatch Logs: how long a log group keeps what is written to it, and the lines in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from greenshift.reading.absence import unless_absent

_ABSENT = ("ResourceNotFoundException",)


@dataclass(frozen=True)
class LogGroup:
    name: str
    retention_days: int | None
    """None means for ever."""


@dataclass(frozen=True)
class Event:
    """One line; ``at`` in milliseconds since 1970. ``id`` is empty in the answers of one stream."""

    at: int
    text: str
    stream: str
    id: str = ""


def read_log_group(client: Any, name: str) -> LogGroup | None:
    """None when nobody has made it."""
    pages = client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    found = (each for page in pages for each in page["logGroups"] if each["logGroupName"] == name)
    return next((LogGroup(name, each.get("retentionInDays")) for each in found), None)


def read_events(client: Any, group: str, start: int) -> tuple[Event, ...]:
    """The lines of all streams of a group since a moment; none of a group that does not exist."""
    with unless_absent(*_ABSENT):
        pages = client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start)
        return tuple(_event(each, each["logStreamName"]) for page in pages for each in page["events"])
    return ()


def _event(found: dict[str, Any], stream: str) -> Event:
    return Event(found["timestamp"], found["message"].rstrip("\n"), stream, found.get("eventId", ""))


@dataclass(frozen=True)
class Stream:
    """Where a build, or whatever writes to one stream alone, has its lines."""

    group: str
    name: str


def read_stream(client: Any, stream: Stream, token: str = "") -> tuple[tuple[Event, ...], str]:
    """The lines of one stream from where ``token`` stands, and where the next reading goes on.

    A page without a line is not the last one: that one has the token it was asked with (API reference,
    GetLogEvents).
    """
    found: list[Event] = []
    with unless_absent(*_ABSENT):
        while True:
            since = {"nextToken": token} if token else {}
            page = client.get_log_events(
                logGroupName=stream.group, logStreamName=stream.name, startFromHead=True, **since
            )
            found += [_event(each, stream.name) for each in page["events"]]
            is_last = page["nextForwardToken"] == token
            token = page["nextForwardToken"]
            if is_last:
                break
    return tuple(found), token
