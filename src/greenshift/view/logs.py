"""Log lines as they come: of a function, which has a stream for each environment, and of a build."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from greenshift.view.moments import iso

# Lines of different streams arrive out of order: each reading begins a little before the last line.
_OVERLAP_MS = 5_000
_MISSING = "ResourceNotFoundException"


@dataclass(frozen=True)
class LogLine:
    at: str
    stream: str
    text: str


class GroupTail:
    """The lines of a log group since a moment; each ``read`` returns those that are new."""

    is_over = False
    """Nobody knows when a function has printed its last line."""

    def __init__(self, client: Any, group: str, since: datetime) -> None:
        self._client = client
        self.group = group
        self._start = int(since.timestamp() * 1000)
        self._seen: dict[str, int] = {}

    def read(self) -> list[LogLine]:
        """New lines, oldest first; none while the group does not exist."""
        events = [event for event in self._events() if event["eventId"] not in self._seen]
        self._seen |= {event["eventId"]: event["timestamp"] for event in events}
        self._start = max(self._start, max(self._seen.values(), default=0) - _OVERLAP_MS)
        self._seen = {each: at for each, at in self._seen.items() if at >= self._start}
        return [_line(event) for event in sorted(events, key=lambda event: event["timestamp"])]

    def _events(self) -> list[dict[str, Any]]:
        pages = self._client.get_paginator("filter_log_events").paginate(
            logGroupName=self.group, startTime=self._start
        )
        try:
            return [event for page in pages for event in page["events"]]
        except ClientError as error:
            if error.response["Error"]["Code"] != _MISSING:
                raise
            return []


class BuildTail:
    """The lines of a build; it is over when the build has ended and its last line was read."""

    def __init__(self, codebuild: Any, logs: Any, build_id: str) -> None:
        self._codebuild = codebuild
        self._logs = logs
        self.build_id = build_id
        self._token: dict[str, str] = {}
        self._has_ended = False
        self.is_over = False

    def read(self) -> list[LogLine]:
        """New lines, oldest first; none before the build has a log, and of one that is forgotten."""
        has_ended = self._has_ended
        builds = self._codebuild.batch_get_builds(ids=[self.build_id])["builds"]
        self._has_ended = not builds or bool(builds[0].get("buildComplete"))
        place = builds[0].get("logs", {}) if builds else {}
        lines = self._lines(place) if place.get("groupName") and place.get("streamName") else []
        # The end was known before these lines were asked for, so nothing comes after them.
        self.is_over = (has_ended and not lines) or not builds
        return lines

    def _lines(self, place: dict[str, str]) -> list[LogLine]:
        found: list[LogLine] = []
        while True:
            try:
                page = self._logs.get_log_events(
                    logGroupName=place["groupName"],
                    logStreamName=place["streamName"],
                    startFromHead=True,
                    **self._token,
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != _MISSING:
                    raise
                return found
            found += [_line({**event, "logStreamName": place["streamName"]}) for event in page["events"]]
            is_last = page["nextForwardToken"] == self._token.get("nextToken")
            self._token = {"nextToken": page["nextForwardToken"]}
            if is_last or not page["events"]:
                return found


def _line(event: dict[str, Any]) -> LogLine:
    at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    return LogLine(iso(at), event.get("logStreamName", ""), event["message"].rstrip("\n"))
