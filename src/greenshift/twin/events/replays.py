"""Replays: the events of an archive, sent to its bus once more.

User guide, "Archiving and replaying events": events are replayed by the minute they happened in, each minute
as fast as may be; a replayed event carries ``replay-name``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from greenshift.twin.callers.chain import begin
from greenshift.twin.events import errors
from greenshift.twin.events.model import Event
from greenshift.twin.world import World

Send = Callable[[Event, frozenset[str]], bool]
"""Sends an event to the rules of these ARNs, or to all where there are none; is there room for more?"""
_PAUSE = 1.0
_AT_ONCE = 100


@dataclass
class Replay:
    """One replay; times are the twin's, ``last_replayed`` the time of an event."""

    name: str
    arn: str
    archive_arn: str
    bus_arn: str
    start: datetime
    end: datetime
    started: datetime
    description: str | None = None
    filters: tuple[str, ...] = ()
    state: str = "STARTING"
    last_replayed: datetime | None = None
    ended: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.state in ("COMPLETED", "CANCELLED", "FAILED")


class Replays:
    """Every replay, by name, and those under way."""

    kept: ClassVar[tuple[str, ...]] = ("_replays",)

    def __init__(self, world: World) -> None:
        self._world = world
        self._replays: dict[str, Replay] = {}

    def __iter__(self) -> Iterator[Replay]:
        return iter(sorted(self._replays.values(), key=lambda replay: replay.name))

    def find(self, name: str) -> Replay:
        if name not in self._replays:
            raise errors.replay_not_found(name)
        return self._replays[name]

    def start(self, replay: Replay, events: list[Event], send: Send) -> None:
        if replay.name in self._replays:
            raise errors.replay_exists(replay.name)
        self._replays[replay.name] = replay
        self._world.tasks.start(self._run(replay, events, send), f"replay {replay.name}")

    def cancel(self, name: str) -> Replay:
        replay = self.find(name)
        if replay.is_over:
            raise errors.replay_is_over(name, replay.state)
        replay.state = "CANCELLING"
        return replay

    async def _run(self, replay: Replay, events: list[Event], send: Send) -> None:
        begin()
        if replay.state == "STARTING":
            replay.state = "RUNNING"
        wanted = frozenset(replay.filters)
        for count, event in enumerate(events, start=1):
            if replay.state == "CANCELLING":
                break
            has_room = send(event.replayed(replay.name), wanted)
            replay.last_replayed = datetime.fromtimestamp(event.milliseconds / 1000, UTC)
            if not has_room:
                await self._world.clock.sleep(_PAUSE)
            elif count % _AT_ONCE == 0:
                await asyncio.sleep(0)
        replay.state = "CANCELLED" if replay.state == "CANCELLING" else "COMPLETED"
        replay.ended = self._world.clock.now()
