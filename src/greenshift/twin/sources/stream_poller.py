"""Polls one stream for one mapping: shard by shard, in order; what fails holds its shard up until it is
given up.

Lambda developer guide, "Using AWS Lambda with Amazon Kinesis", "... DynamoDB": batches, bisecting, retries,
age, reported failures, and the on-failure destination. moto keeps the streams, so the age counts from when a
poller first saw a record, on the twin's clock.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Sequence
from typing import Any

from greenshift.twin.callers.chain import MOST_EVENTS, Chain, go_on, of_batch
from greenshift.twin.callers.record_chains import name_of_item, name_of_record
from greenshift.twin.service import ServiceError
from greenshift.twin.sources import stream_records
from greenshift.twin.sources.answers import failed_items
from greenshift.twin.sources.filters import passes
from greenshift.twin.sources.model import Mapping
from greenshift.twin.sources.retries import Retries
from greenshift.twin.sources.target import Answer, Target, is_throttle
from greenshift.twin.world import World

log = logging.getLogger("greenshift.twin")

_MOST = {"dynamodb": 1_000, "kinesis": 10_000}
_LONGEST_PAUSE = 60.0
_SHARDS_AGAIN = 60.0

Records = Sequence[dict[str, Any]]


class StreamPoller:
    """Runs until it is cancelled; a shard that is closed and read to its end is left.

    The mapping keeps where each shard is to be read on: whoever polls for it next goes on there.
    """

    is_gathering = False

    def __init__(self, world: World, mapping: Mapping, target: Target) -> None:
        self._world = world
        self._mapping = mapping
        self._target = target
        name = "StreamARN" if mapping.kind == "kinesis" else "StreamArn"
        self._stream = {name: mapping.source}
        self._retries = Retries(world, mapping)
        self._shards: dict[str, asyncio.Task[Any]] = {}

    async def run(self) -> None:
        await self._world.clock.sleep_until(self._mapping.settled_at)
        is_first = not self._mapping.positions
        try:
            with self._world.bells.listen(self._mapping.service) as ear:
                while True:
                    await self._follow_shards(is_first)
                    is_first = False
                    again = self._world.clock.time() + _SHARDS_AGAIN
                    while await ear.wait_until(self._world.clock, again):
                        pass
        finally:
            for task in self._shards.values():
                task.cancel()

    async def _follow_shards(self, is_first: bool) -> None:
        """Shards that are new since the beginning are read whole, wherever the mapping begins."""
        try:
            found = await self._call("DescribeStream", dict(self._stream))
        except ServiceError as error:
            self._mapping.result = f"PROBLEM: {error.message or error.code}"
            return
        for shard in found["StreamDescription"]["Shards"]:
            name = str(shard["ShardId"])
            if name not in self._shards:
                run = self._shard(name, is_first)
                named = f"shard {name} of {self._mapping.source}"
                self._shards[name] = self._world.tasks.start(run, named, standing=True)

    async def _shard(self, shard: str, is_first: bool) -> None:
        positions, pause = self._mapping.positions, 1.0
        known = positions.get(shard)
        iterator = await self._iterator(shard, is_first) if known is None else known
        with self._world.bells.listen(self._mapping.service) as ear:
            while iterator:
                positions[shard] = iterator
                try:
                    records, iterator = await self._gather(iterator, ear)
                    pause = 1.0
                except ServiceError as error:
                    self._mapping.result = f"PROBLEM: {error.message or error.code}"
                    await self._world.clock.sleep(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)
                    continue
                if records:
                    await self._process(shard, records, self._world.clock.time(), 0)
        positions[shard] = ""

    async def _iterator(self, shard: str, is_first: bool) -> str | None:
        rules, more = self._mapping.rules, {}
        position = str(rules.starting_position) if is_first else "TRIM_HORIZON"
        if position == "AT_TIMESTAMP":
            more["Timestamp"] = rules.starting_time
        asked = {**self._stream, "ShardId": shard, "ShardIteratorType": position, **more}
        while True:
            try:
                return str((await self._call("GetShardIterator", asked))["ShardIterator"])
            except ServiceError as error:
                self._mapping.result = f"PROBLEM: {error.message or error.code}"
            await self._world.clock.sleep(_LONGEST_PAUSE)

    async def _gather(self, iterator: str, ear: Any) -> tuple[list[dict[str, Any]], str | None]:
        """Records until the batch is full or its window is over, and where to go on."""
        rules, clock = self._mapping.rules, self._world.clock
        batch: list[dict[str, Any]] = []
        closes, at = math.inf, iterator
        while True:
            most = min(rules.batch_size - len(batch), _MOST[self._mapping.kind])
            own = self._stream if self._mapping.kind == "kinesis" else {}  # moto asks for it
            answer = await self._call("GetRecords", {"ShardIterator": at, "Limit": most, **own})
            found, following = list(answer.get("Records") or []), answer.get("NextShardIterator")
            batch += found
            if batch and closes == math.inf:
                closes = clock.time() + rules.window
            is_over = not following or len(batch) >= rules.batch_size or clock.time() >= closes
            if is_over:
                return batch, following
            at = str(following)
            if found:
                continue
            if batch:
                await ear.wait_until(clock, closes)
            else:
                await ear.wait()

    async def _process(self, shard: str, records: Records, seen: float, tried: int) -> None:
        """Until the function has taken all of them, or they are given up; in halves where it bisects."""
        rules, clock = self._mapping.rules, self._world.clock
        wanted = await self._wanted(shard, self._without_loops(shard, records))
        go_on(of_batch([self._chain_of(shard, raw) for raw, _ in wanted]))
        pause, attempts = 1.0, tried
        while wanted:
            if 0 <= rules.age <= clock.time() - seen:
                await self._give_up(shard, [raw for raw, _ in wanted], "RecordAgeExceeded", attempts)
                return
            left, is_counted = await self._once(wanted)
            if not left:
                return
            attempts += is_counted
            is_shorter = len(left) < len(wanted)
            wanted = left
            if 0 <= rules.retries < attempts:
                await self._give_up(shard, [raw for raw, _ in wanted], "RetryAttemptsExhausted", attempts)
                return
            if rules.bisect and len(wanted) > 1 and is_counted and not is_shorter:
                half = len(wanted) // 2
                for part in (wanted[:half], wanted[half:]):
                    await self._process(shard, [raw for raw, _ in part], seen, attempts)
                return
            await clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _without_loops(self, shard: str, records: Records) -> Records:
        """Those that were not written on the way of too many of their like."""
        kept = [each for each in records if not self._chain_of(shard, each).feeds_itself]
        if len(kept) < len(records):
            text = "%s: %d batches led to each other: the loop ends here, on AWS it would go on"
            log.warning(text, self._mapping.source, MOST_EVENTS)
        return kept

    def _chain_of(self, shard: str, record: dict[str, Any]) -> Chain:
        """What led to a batch of this record."""
        kind, source = self._mapping.kind, self._mapping.source
        is_item = kind == "dynamodb"
        name = name_of_item(record) if is_item else name_of_record(source, shard, record["SequenceNumber"])
        return self._world.record_chains.chain_of(name).with_event()

    async def _wanted(self, shard: str, records: Records) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Each record with its event, of those that pass the filters."""
        source, found = self._mapping.source, []
        role = await self._target.role()
        for raw in records:
            if self._mapping.kind == "dynamodb":
                event = stream_records.of_table(raw, source)
                is_wanted = passes(self._mapping.rules.filters, event)
            else:
                event = stream_records.of_stream(raw, source, shard, role)
                text = bytes(raw["Data"]).decode("utf-8", "replace")
                flat = {**event, **event["kinesis"]}
                is_wanted = passes(self._mapping.rules.filters, flat, "data", text)
            if is_wanted:
                found.append((raw, event))
        return found

    async def _once(self, wanted: Any) -> tuple[Any, bool]:
        """What is left after one invocation, and whether it counts as an attempt."""
        try:
            answer = await self._target.invoke({"Records": [event for _, event in wanted]})
        except ServiceError as error:
            self._mapping.result = f"PROBLEM: {error.message or error.code}"
            return wanted, not is_throttle(error)
        names = [stream_records.sequence(raw) for raw, _ in wanted]
        first = self._first_failed(answer, names)
        self._retries.see(answer.version, done=names[:first], failed=names[first:])
        self._mapping.result = "PROBLEM: Function call failed" if answer.error else "OK"
        return wanted[first:], first < len(names)

    def _first_failed(self, answer: Answer, names: Sequence[str]) -> int:
        """The place of the record where the next attempt begins; their number when all is done."""
        if answer.error:
            return 0
        if not self._mapping.rules.reports_items:
            return len(names)
        failed = failed_items(answer.payload, names)
        if failed is None:
            return 0
        # "Reporting batch item failures": the lowest reported.
        return next((place for place, name in enumerate(names) if name in failed), len(names))

    async def _give_up(self, shard: str, records: Records, condition: str, attempts: int) -> None:
        target = self._mapping.rules.on_failure
        if target is None:
            log.warning("%d records of %s are given up: %s", len(records), self._mapping.source, condition)
            return
        told = stream_records.failure(
            self._mapping.kind, self._mapping.source, shard, records, self._target.function_arn(), condition,
            attempts, self._world.clock.time(),
        )  # fmt: skip
        try:
            await self._target.deposit(target, json.dumps(told))
        except ServiceError as error:
            log.warning("the on-failure destination %s refuses: %s", target, error)

    async def _call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Judged by the stream, whichever parameters the call has."""
        return await self._target.poll(self._mapping.service, operation, parameters, self._stream)
