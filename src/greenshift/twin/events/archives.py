"""Archives: the events of a bus that were kept, as long as the archive says.

A replayed event is not archived again (user guide, "Archiving and replaying events": the managed rule of an
archive takes events without ``replay-name``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from greenshift.twin.events import errors
from greenshift.twin.events.model import Event
from greenshift.twin.events.patterns import Pattern, matches
from greenshift.twin.loop.backlog import MOST_BYTES

_DAY = 86_400
MOST_EVENTS = 100_000
"""What the twin keeps of one archive, in memory; the oldest go first."""


@dataclass
class Archive:
    """What is kept of one bus; ``retention_days`` 0 is for ever."""

    name: str
    arn: str
    bus_arn: str
    created: datetime
    description: str | None = None
    pattern_text: str | None = None
    pattern: Pattern | None = None
    retention_days: int = 0
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=MOST_EVENTS))
    size: int = 0

    def take(self, event: Event) -> None:
        """Keep an event that the archive is for."""
        if event.is_replayed or not (self.pattern is None or matches(self.pattern, event.envelope)):
            return
        if len(self.events) == MOST_EVENTS:
            self._drop()
        self.events.append(event)
        self.size += event.size
        while self.size > MOST_BYTES:
            self._drop()

    def expire(self, now: float) -> None:
        """Let go of what is older than the archive keeps."""
        if self.retention_days == 0:
            return
        oldest = (now - self.retention_days * _DAY) * 1000
        while self.events and self.events[0].milliseconds < oldest:
            self._drop()

    def between(self, start: datetime, end: datetime) -> list[Event]:
        """What happened in a span of time, oldest first."""
        low, high = start.timestamp() * 1000, end.timestamp() * 1000
        found = [event for event in self.events if low <= event.milliseconds <= high]
        return sorted(found, key=lambda event: event.milliseconds)

    def _drop(self) -> None:
        self.size -= self.events.popleft().size


class Archives:
    """Every archive, by name."""

    kept: ClassVar[tuple[str, ...]] = ("_archives",)

    def __init__(self) -> None:
        self._archives: dict[str, Archive] = {}

    def __iter__(self) -> Iterator[Archive]:
        return iter(sorted(self._archives.values(), key=lambda archive: archive.name))

    def __bool__(self) -> bool:
        return bool(self._archives)

    def find(self, name: str) -> Archive:
        if name not in self._archives:
            raise errors.archive_not_found(name)
        return self._archives[name]

    def add(self, archive: Archive) -> None:
        if archive.name in self._archives:
            raise errors.archive_exists(archive.name)
        self._archives[archive.name] = archive

    def remove(self, name: str) -> None:
        self.find(name)
        del self._archives[name]

    def take(self, bus_arn: str, event: Event, now: float) -> None:
        for archive in self._archives.values():
            if archive.bus_arn == bus_arn:
                archive.expire(now)
                archive.take(event)
