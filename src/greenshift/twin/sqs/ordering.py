"""The order in which messages wait: any for a standard queue, group by group for a FIFO one. Pure.

Developer guide, "FIFO queue delivery logic": messages of a group are received in the order they were sent,
and none of a group while others of it are in flight; a receive takes as many of one group as it can.
"Standard queues": best-effort order.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from typing import Protocol

from greenshift.twin.sqs.model import Message


class Waiting(Protocol):
    """The messages that may be received now."""

    def add(self, message: Message) -> None: ...

    def take(self) -> Message | None:
        """The next one; what was deleted meanwhile is passed over."""
        ...

    def leave(self, message: Message) -> None:
        """A message that was taken is in flight no more: it returned, or is gone."""
        ...

    def stop(self) -> None:
        """One receive has taken what it takes."""
        ...


class AnyOrder:
    """A standard queue."""

    def __init__(self) -> None:
        self._waiting: deque[Message] = deque()

    def add(self, message: Message) -> None:
        self._waiting.append(message)

    def take(self) -> Message | None:
        while self._waiting:
            message = self._waiting.popleft()
            if not message.is_gone:
                return message
        return None

    def leave(self, message: Message) -> None:
        """Nobody waits for anybody."""

    def stop(self) -> None:
        """Nobody waits for anybody."""


class ByGroup:
    """A FIFO queue."""

    def __init__(self) -> None:
        self._groups: dict[str, list[tuple[int, Message]]] = {}
        self._in_flight: Counter[str] = Counter()
        self._taking: str | None = None
        self._taken: set[str] = set()

    def add(self, message: Message) -> None:
        heapq.heappush(self._groups.setdefault(message.group or "", []), (message.order, message))

    def take(self) -> Message | None:
        if self._taking is not None and (message := self._next(self._taking)):
            return self._take(self._taking, message)
        for group in list(self._groups):
            free = group not in self._in_flight and group not in self._taken
            if free and (message := self._next(group)):
                return self._take(group, message)
        return None

    def leave(self, message: Message) -> None:
        group = message.group or ""
        self._in_flight[group] -= 1
        if self._in_flight[group] <= 0:
            del self._in_flight[group]

    def stop(self) -> None:
        self._taking = None
        self._taken.clear()

    def _take(self, group: str, message: Message) -> Message:
        self._taking = group
        self._taken.add(group)
        self._in_flight[group] += 1
        return message

    def _next(self, group: str) -> Message | None:
        waiting = self._groups.get(group, [])
        while waiting:
            _, message = heapq.heappop(waiting)
            if not message.is_gone:
                if waiting:
                    return message
                del self._groups[group]
                return message
        self._groups.pop(group, None)
        return None
