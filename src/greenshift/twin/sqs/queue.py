"""A queue: what may be received when, what comes back, what is moved away. Pure: the time is passed in.

Developer guide, "Amazon SQS visibility timeout", "delay queues", "dead-letter queues", "Exactly-once
processing".
"""

from __future__ import annotations

import heapq
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field, replace

from greenshift.twin.callers.chain import current
from greenshift.twin.sqs import errors
from greenshift.twin.sqs.model import Message, Sent, Settings
from greenshift.twin.sqs.ordering import AnyOrder, ByGroup, Waiting

DEDUPLICATION_SECONDS = 300.0
# Developer guide, "Amazon SQS message quotas": messages in flight.
IN_FLIGHT = {False: 120_000, True: 20_000}
MOST_MESSAGES = 200_000
"""Kept of one queue: its messages are in memory."""
_FIRST_SEQUENCE = 18_870_000_000_000_000_000


@dataclass(frozen=True)
class Counts:
    """The approximate numbers of GetQueueAttributes; here they are exact."""

    waiting: int
    in_flight: int
    delayed: int


@dataclass(frozen=True)
class Received:
    """What one receive took, and what it found that must go to the dead-letter queue."""

    messages: tuple[Message, ...]
    dead: tuple[Message, ...]


@dataclass
class Queue:
    """One queue; ``given`` are its attributes as they were set, ``tags`` its tags."""

    name: str
    arn: str
    settings: Settings
    given: dict[str, str]
    created: float
    modified: float
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._waiting: Waiting = ByGroup() if self.settings.is_fifo else AnyOrder()
        self._hidden: list[tuple[float, int, Message]] = []
        self._recent: OrderedDict[str, tuple[float, Message]] = OrderedDict()
        self._order = 0
        self._hides = 0
        self._in_flight = 0

    def __len__(self) -> int:
        return len(self._messages)

    def send(self, sent: Sent, now: float, sender: str) -> Message:
        """Take a message in; one that was sent already, within five minutes, is answered and not taken."""
        known = self._known(sent, now)
        if known is not None:
            return known
        if len(self._messages) >= MOST_MESSAGES:
            raise errors.full(MOST_MESSAGES)
        message = self._made(sent, now, sender)
        # Developer guide, "FIFO queues": the delay of a FIFO queue is the queue's alone.
        delay = self.settings.delay if sent.delay is None or self.settings.is_fifo else sent.delay
        self._keep(message, now + delay)
        if sent.deduplication is not None:
            self._recent[self._key(sent)] = now, message
        return message

    def adopt(self, message: Message, now: float, source: str) -> None:
        """Take in what another queue gives up; its age and its number of receives stay."""
        self._order += 1
        self._keep(
            replace(message, order=self._order, is_in_flight=False, is_gone=False, from_queue=source), now
        )

    def receive(self, most: int, visibility: float, now: float) -> Received:
        """Up to ``most`` messages, hidden from others for ``visibility`` seconds."""
        self.settle(now)
        if self._in_flight >= IN_FLIGHT[self.settings.is_fifo]:
            if self.settings.is_fifo:
                return Received((), ())
            raise errors.over_limit("Too many messages are in flight.")
        taken: list[Message] = []
        dead: list[Message] = []
        redrive = self.settings.redrive
        while len(taken) < most and (message := self._waiting.take()):
            if now >= message.sent + self.settings.retention:
                self._waiting.leave(message)
                self._forget(message)
            elif redrive is not None and message.received >= redrive.most:
                self._waiting.leave(message)
                self._forget(message)
                dead.append(message)
            else:
                taken.append(self._hand_out(message, visibility, now))
        self._waiting.stop()
        return Received(tuple(taken), tuple(dead))

    def give_up(self, most: int | None, now: float) -> list[Message]:
        """Take messages that wait out of the queue for good; all of them without a limit."""
        self.settle(now)
        taken: list[Message] = []
        while (most is None or len(taken) < most) and (message := self._waiting.take()):
            self._waiting.leave(message)
            self._forget(message)
            taken.append(message)
        self._waiting.stop()
        return taken

    def delete(self, handle: str, now: float) -> None:
        """Delete what was received; an older receipt deletes nothing, and is no error in a standard queue."""
        self.settle(now)
        message = self._messages.get(_message_id(handle))
        if message is None:
            return
        if self.settings.is_fifo and not (message.is_in_flight and message.handle == handle):
            raise errors.expired_handle(handle)
        if message.handle != handle:
            return
        if message.is_in_flight:
            self._land(message)
        self._forget(message)

    def change_visibility(self, handle: str, seconds: float, now: float) -> None:
        self.settle(now)
        message = self._messages.get(_message_id(handle))
        if message is None or not message.is_in_flight or message.handle != handle:
            raise errors.not_in_flight()
        self._hide(message, now + seconds)
        self.settle(now)

    def settle(self, now: float) -> None:
        """Let everything wait again whose time is over."""
        while self._hidden and self._hidden[0][0] <= now:
            _, hiding, message = heapq.heappop(self._hidden)
            if message.is_gone or message.hiding != hiding:
                continue
            if message.is_in_flight:
                self._land(message)
            self._waiting.add(message)

    def next_change(self) -> float | None:
        """When something that is hidden now may be received; None when nothing is."""
        while self._hidden:
            when, hiding, message = self._hidden[0]
            if not message.is_gone and message.hiding == hiding:
                return when
            heapq.heappop(self._hidden)
        return None

    def purge(self) -> None:
        for message in self._messages.values():
            message.is_gone = True
        self._messages.clear()
        self._hidden.clear()
        self._in_flight = 0
        self._waiting = ByGroup() if self.settings.is_fifo else AnyOrder()

    def counts(self, now: float) -> Counts:
        self.settle(now)
        hidden = sum(each.visible > now for each in self._messages.values())
        delayed = hidden - self._in_flight
        return Counts(len(self._messages) - hidden, self._in_flight, delayed)

    def _known(self, sent: Sent, now: float) -> Message | None:
        while self._recent and next(iter(self._recent.values()))[0] + DEDUPLICATION_SECONDS <= now:
            self._recent.popitem(last=False)
        if sent.deduplication is None:
            return None
        found = self._recent.get(self._key(sent))
        return found[1] if found else None

    def _key(self, sent: Sent) -> str:
        of_group = self.settings.scope == "messageGroup"
        return f"{sent.group}/{sent.deduplication}" if of_group else str(sent.deduplication)

    def _made(self, sent: Sent, now: float, sender: str) -> Message:
        self._order += 1
        return Message(
            id=str(uuid.uuid4()),
            body=sent.body,
            sent=now,
            order=self._order,
            attributes=sent.attributes,
            system=sent.system,
            size=sent.size,
            sender=sender,
            chain=current(),
            group=sent.group,
            deduplication=sent.deduplication,
            sequence=str(_FIRST_SEQUENCE + self._order * 256) if self.settings.is_fifo else None,
        )

    def _keep(self, message: Message, visible: float) -> None:
        self._messages[message.id] = message
        self._hide(message, visible)

    def _hand_out(self, message: Message, visibility: float, now: float) -> Message:
        message.received += 1
        message.first_received = now if message.first_received is None else message.first_received
        message.handle = f"{message.id}#{message.received}#{uuid.uuid4().hex}"
        message.is_in_flight = True
        self._in_flight += 1
        self._hide(message, now + visibility)
        return message

    def _hide(self, message: Message, until: float) -> None:
        self._hides += 1
        message.visible, message.hiding = until, self._hides
        heapq.heappush(self._hidden, (until, self._hides, message))

    def _land(self, message: Message) -> None:
        message.is_in_flight = False
        self._in_flight -= 1
        self._waiting.leave(message)

    def _forget(self, message: Message) -> None:
        message.is_gone = True
        self._messages.pop(message.id, None)


def _message_id(handle: str) -> str:
    name, first, rest = handle.partition("#")
    if not first or "#" not in rest:
        raise errors.receipt_handle()
    return name
