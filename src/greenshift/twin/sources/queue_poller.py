"""Polls one queue for one mapping: gathers batches, invokes, deletes what was done, returns what failed.

Developer guide, "Using Lambda with Amazon SQS". The queue alone keeps messages: one that is in a batch is
hidden in it, and comes back when nobody deletes it, so that nothing is lost with a process, a poller or a
function that fails. The function works in real time and the visibility time-out runs on the twin's clock;
so a message stays hidden at least for as long as the function may take.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from dataclasses import dataclass, field
from typing import Any

from greenshift.twin.callers.chain import from_headers, go_on
from greenshift.twin.service import ServiceError
from greenshift.twin.sources import queue_records
from greenshift.twin.sources.answers import failed_items
from greenshift.twin.sources.filters import passes
from greenshift.twin.sources.model import Mapping
from greenshift.twin.sources.retries import Retries
from greenshift.twin.sources.target import LARGEST_PAYLOAD, Answer, Target, is_throttle
from greenshift.twin.world import World

log = logging.getLogger("greenshift.twin")

CONCURRENCY = 16
"""Batches at once where the mapping sets no limit: as many as a version has processes here."""
_OF_ONE_RECEIVE = 10
_LONGEST_HIDDEN = 43_200
_LONGEST_PAUSE = 60.0
_DELETE_ATTEMPTS = 5
_OVERHEAD = 1_024


@dataclass
class Batch:
    """Messages on their way, and until when the queue's own visibility time-out would hide them."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    size: int = _OVERHEAD
    until: float = 0.0


class QueuePoller:
    """Runs until it is cancelled; what is under way then ends by itself.

    ``is_gathering`` while it has messages in its hands that are no batch yet.
    """

    is_gathering = False

    def __init__(self, world: World, mapping: Mapping, target: Target) -> None:
        self._world = world
        self._mapping = mapping
        self._target = target
        account, name = mapping.source.split(":")[4:6]
        self._queue = {"QueueUrl": f"{world.endpoint}/{account}/{name}"}
        self._retries = Retries(world, mapping)
        self._turns = asyncio.Semaphore(mapping.rules.concurrency or CONCURRENCY)
        self._pause = 0.0
        self._over: Batch | None = None

    async def run(self) -> None:
        await self._world.clock.sleep_until(self._mapping.settled_at)
        with self._world.bells.listen(self._mapping.source) as ear:
            while True:
                await self._turns.acquire()
                try:
                    batch = await self._gather(ear)
                except BaseException:
                    self._turns.release()
                    raise
                finally:
                    self.is_gathering = False
                self._world.tasks.start(self._perform(batch), f"batch of {self._mapping.source}")

    async def _gather(self, ear: Any) -> Batch:
        """A batch that is full, or whose window is over."""
        clock, rules = self._world.clock, self._mapping.rules
        batch, closes = Batch(), math.inf
        while True:
            got = await self._receive(batch, min(_OF_ONE_RECEIVE, rules.batch_size - len(batch.records)))
            self.is_gathering = bool(batch.records)
            if batch.records and closes == math.inf:
                closes = clock.time() + rules.window
            if batch.records and (self._is_full(batch) or clock.time() >= closes):
                return batch
            if got:
                continue
            if batch.records:
                await ear.wait_until(clock, closes)
            else:
                await ear.wait()

    def _is_full(self, batch: Batch) -> bool:
        most = self._mapping.rules.batch_size
        # Room for ten more of the largest would not be sure: what is left of the payload counts.
        return len(batch.records) >= most or batch.size > LARGEST_PAYLOAD // 2

    async def _receive(self, batch: Batch, most: int) -> bool:
        """Take up to ``most`` messages into the batch; whether there were any, of whatever kind."""
        rules, clock = self._mapping.rules, self._world.clock
        try:
            visibility = await self._visibility()
            hidden = self._hidden(visibility)
            received = clock.time()
            found = await self._target.poll(
                "sqs",
                "ReceiveMessage",
                {
                    **self._queue,
                    "MaxNumberOfMessages": most,
                    "VisibilityTimeout": hidden,
                    "AttributeNames": ["All"],
                    "MessageAttributeNames": ["All"],
                },
            )
        except ServiceError as error:
            await self._failed(error)
            return True
        self._pause = 0.0
        dropped = []
        for message in found.get("Messages", []):
            record = queue_records.record(message, self._mapping.source)
            if not passes(rules.filters, record, "body", message["Body"]):
                dropped.append(message)
                continue
            batch.messages.append(message)
            batch.records.append(record)
            batch.size += len(json.dumps(record))
            batch.until = batch.until or received + visibility
        # Developer guide, event filtering: SQS messages that do not pass are removed from the queue.
        await self._delete(dropped)
        return bool(found.get("Messages"))

    async def _visibility(self) -> int:
        asked = {**self._queue, "AttributeNames": ["VisibilityTimeout"]}
        found = await self._target.poll("sqs", "GetQueueAttributes", asked)
        return int(found["Attributes"]["VisibilityTimeout"])

    def _hidden(self, visibility: int) -> int:
        speed = float(getattr(self._world.clock, "speed", 1.0))
        window = self._mapping.rules.window
        needed = math.ceil(self._target.timeout() * speed) + window
        return min(max(visibility, needed), _LONGEST_HIDDEN)

    async def _failed(self, error: ServiceError) -> None:
        """A receive that was refused: say it, and try again later."""
        self._mapping.result = f"PROBLEM: {error.message or error.code}"
        self._pause = min(self._pause * 2 or 1.0, _LONGEST_PAUSE)
        await self._world.clock.sleep(self._pause)

    async def _perform(self, batch: Batch) -> None:
        go_on(from_headers(str(each["attributes"].get("AWSTraceHeader", "")) for each in batch.records))
        try:
            failed = await self._failures(batch)
            done = [each for each in batch.messages if each["MessageId"] not in failed]
            back = [each for each in batch.messages if each["MessageId"] in failed]
            await self._delete(done)
            await self._give_back(back, batch.until)
        finally:
            self._turns.release()

    async def _failures(self, batch: Batch) -> frozenset[str]:
        """The messages of a batch that were not processed."""
        everything = frozenset(str(each["MessageId"]) for each in batch.messages)
        answer = await self._invoke(batch)
        failed = everything if answer is None else self._told(answer, everything)
        if answer is not None:
            self._retries.see(answer.version, done=everything - failed, failed=failed)
        is_wrong = answer is None or answer.error
        self._mapping.result = "PROBLEM: Function call failed" if is_wrong else "OK"
        return failed

    def _told(self, answer: Answer, everything: frozenset[str]) -> frozenset[str]:
        if answer.error:
            return everything
        if not self._mapping.rules.reports_items:
            return frozenset()
        found = failed_items(answer.payload, everything)
        return everything if found is None else found

    async def _invoke(self, batch: Batch) -> Answer | None:
        """A throttled batch is tried again until its visibility is over ("Backoff strategy for failed
        invocations"); None when it came to nothing."""
        pause = 1.0
        while True:
            try:
                return await self._target.invoke({"Records": batch.records})
            except ServiceError as error:
                if not is_throttle(error) or self._world.clock.time() + pause >= batch.until:
                    log.info("a batch of %s comes back: %s", self._mapping.source, error)
                    return None
            await self._world.clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _delete(self, messages: list[dict[str, Any]]) -> None:
        """What cannot be deleted comes back, and is processed twice: at least once, as on AWS."""
        for start in range(0, len(messages), _OF_ONE_RECEIVE):
            part = messages[start : start + _OF_ONE_RECEIVE]
            entries = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(part)]
            await self._persist("DeleteMessageBatch", {"Entries": entries})

    async def _persist(self, operation: str, parameters: dict[str, Any]) -> None:
        for attempt in range(_DELETE_ATTEMPTS):
            try:
                await self._target.poll("sqs", operation, {**self._queue, **parameters})
                return
            except ServiceError as error:
                self._mapping.result = f"PROBLEM: {error.message or error.code}"
                if error.status < 500 and not is_throttle(error):
                    return
            await self._world.clock.sleep(2.0**attempt)

    async def _give_back(self, messages: list[dict[str, Any]], until: float) -> None:
        """Hide failed messages no longer than the queue's own visibility time-out would have."""
        left = max(0, math.ceil(until - self._world.clock.time()))
        for message in messages:
            asked = {**self._queue, "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": left}
            try:
                await self._world.aws.call(self._target.caller, "sqs", "ChangeMessageVisibility", asked)
            except ServiceError:
                continue  # it is in the queue again, or gone
