"""Log lines as they come: of a function, which has a stream for each environment, and of a build."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from greenshift.reading.builds import read_build
from greenshift.reading.logs import Event, Stream, read_events, read_stream
from greenshift.view.moments import iso

# Lines of different streams arrive out of order: each reading begins a little before the last line.
_OVERLAP_MS = 5_000


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
        found = read_events(self._client, self.group, self._start)
        events = [event for event in found if event.id not in self._seen]
        self._seen |= {event.id: event.at for event in events}
        self._start = max(self._start, max(self._seen.values(), default=0) - _OVERLAP_MS)
        self._seen = {each: at for each, at in self._seen.items() if at >= self._start}
        return [_line(event) for event in sorted(events, key=lambda event: event.at)]


class BuildTail:
    """The lines of a build; it is over when the build has ended and its last line was read."""

    def __init__(self, codebuild: Any, logs: Any, build_id: str) -> None:
        self._codebuild = codebuild
        self._logs = logs
        self.build_id = build_id
        self._token = ""
        self._has_ended = False
        self.is_over = False

    def read(self) -> list[LogLine]:
        """New lines, oldest first; none before the build has a log, and of one that is forgotten."""
        has_ended = self._has_ended
        build = read_build(self._codebuild, self.build_id)
        self._has_ended = build is None or build.has_ended
        lines = self._lines(build.log) if build and build.log else []
        # The end was known before these lines were asked for, so nothing comes after them.
        self.is_over = (has_ended and not lines) or build is None
        return lines

    def _lines(self, stream: Stream) -> list[LogLine]:
        events, self._token = read_stream(self._logs, stream, self._token)
        return [_line(event) for event in events]


def _line(event: Event) -> LogLine:
    at = datetime.fromtimestamp(event.at / 1000, UTC)
    return LogLine(iso(at), event.stream, event.text)
