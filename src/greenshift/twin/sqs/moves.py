"""Messages of a dead-letter queue on their way back (developer guide, "dead-letter queue redrive").

A message that is moved is a new one: with an id, an age and a count of receives of its own. A task is done
before it is answered, unless it is told how many messages a second it may move.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from greenshift.twin.sqs import errors
from greenshift.twin.sqs.model import Message, Sent
from greenshift.twin.sqs.queue import Queue
from greenshift.twin.world import World

# API reference, ListMessageMoveTasks: up to ten of a queue are told.
_KEPT = 10


@dataclass
class Move:
    """One task; ``destination`` is empty where each message goes to the queue it came from."""

    source: Queue
    destination: str
    per_second: int | None
    handle: str
    started: float
    status: str = "RUNNING"
    moved: int = 0
    to_move: int = 0


class Moves:
    """Every task that was started."""

    kept: ClassVar[tuple[str, ...]] = ("_tasks",)

    def __init__(self, world: World, find: Callable[[str], Queue | None], changed: Callable[[Queue], None]):
        self._world = world
        self._find = find
        self._changed = changed
        self._tasks: dict[str, deque[Move]] = {}

    def start(self, source: Queue, destination: str, per_second: int | None) -> Move:
        kept = self._tasks.setdefault(source.arn, deque(maxlen=_KEPT))
        if any(move.status == "RUNNING" for move in kept):
            raise errors.unsupported("There is already a task running. Only one active task is allowed.")
        now = self._world.clock.time()
        move = Move(
            source, destination, per_second, uuid.uuid4().hex, now, to_move=source.counts(now).waiting
        )
        kept.appendleft(move)
        if per_second is None:
            self._step(move, None)
        else:
            self._world.tasks.start(self._run(move, per_second), f"messages of {source.name} go back")
        return move

    def of(self, arn: str) -> list[Move]:
        """The newest first."""
        return list(self._tasks.get(arn, ()))

    def cancel(self, handle: str) -> Move:
        for moves in self._tasks.values():
            for move in moves:
                if move.handle == handle and move.status == "RUNNING":
                    move.status = "CANCELLED"
                    return move
        raise errors.no_task()

    async def _run(self, move: Move, per_second: int) -> None:
        while move.status == "RUNNING":
            self._step(move, per_second)
            await self._world.clock.sleep(1.0)

    def _step(self, move: Move, most: int | None) -> None:
        """Move some, or all there are; the task is over when nothing waits any more."""
        now = self._world.clock.time()
        taken = move.source.give_up(most, now)
        for message in taken:
            target = self._find(move.destination or message.from_queue or "")
            if target is None:  # nobody knows where it came from
                move.source.send(_anew(message), now, message.sender)
                move.status = "FAILED"
                return
            target.send(_anew(message), now, message.sender)
            self._changed(target)
            move.moved += 1
        if not move.source.counts(now).waiting:
            move.status = "COMPLETED"


def _anew(message: Message) -> Sent:
    """With a deduplication id of its own, or a FIFO queue that knows the old one would drop the message."""
    deduplication = message.deduplication and uuid.uuid4().hex
    return Sent(
        message.body, message.attributes, message.system, None, message.group, deduplication, message.size
    )


def told(move: Move) -> dict[str, Any]:
    """As ListMessageMoveTasks tells a task; the handle of one that runs."""
    found: dict[str, Any] = {
        "Status": move.status,
        "SourceArn": move.source.arn,
        "ApproximateNumberOfMessagesMoved": move.moved,
        "ApproximateNumberOfMessagesToMove": move.to_move,
        "StartedTimestamp": int(move.started * 1000),
    }
    if move.status == "RUNNING":
        found["TaskHandle"] = move.handle
    if move.destination:
        found["DestinationArn"] = move.destination
    if move.per_second is not None:
        found["MaxNumberOfMessagesPerSecond"] = move.per_second
    return found
