"""The mappings of the twin and the pollers that serve them: one task each, started and cancelled here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any, ClassVar

from greenshift.twin.sources.model import Mapping
from greenshift.twin.sources.queue_poller import QueuePoller
from greenshift.twin.sources.stream_poller import StreamPoller
from greenshift.twin.sources.target import Functions, Target
from greenshift.twin.world import World

log = logging.getLogger("greenshift.twin")

_TABLE_WRITES = frozenset(
    {
        "BatchExecuteStatement",
        "BatchWriteItem",
        "DeleteItem",
        "ExecuteStatement",
        "ExecuteTransaction",
        "PutItem",
        "TransactWriteItems",
        "UpdateItem",
    }
)


class Pollers:
    """All mappings, by UUID."""

    kept: ClassVar[tuple[str, ...]] = ("_mappings",)

    def __init__(self, world: World, functions: Functions) -> None:
        self._world = world
        self._functions = functions
        self._mappings: dict[str, Mapping] = {}
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._pollers: dict[str, QueuePoller | StreamPoller] = {}

    def __iter__(self) -> Iterator[Mapping]:
        now = self._world.clock.time()
        for uuid in [uuid for uuid, each in self._mappings.items() if each.is_gone(now)]:
            del self._mappings[uuid]
        return iter(list(self._mappings.values()))

    def get(self, uuid: str) -> Mapping | None:
        return next((each for each in self if each.uuid == uuid), None)

    def put(self, mapping: Mapping) -> None:
        """A mapping is new, or was changed: poll as it says now, from when it is settled."""
        self._mappings[mapping.uuid] = mapping
        self._stop(mapping.uuid)
        if mapping.enabled:
            run = self._run(mapping)
            self._tasks[mapping.uuid] = self._world.tasks.start(run, f"poll {mapping.source}", standing=True)

    def end(self, mapping: Mapping) -> None:
        """No batch begins any more; those under way end by themselves."""
        self._stop(mapping.uuid)

    def _stop(self, uuid: str) -> None:
        self._pollers.pop(uuid, None)
        task = self._tasks.pop(uuid, None)
        if task is not None:
            task.cancel()

    async def _run(self, mapping: Mapping) -> None:
        target = Target(self._world, mapping, self._functions)
        kind = QueuePoller if mapping.kind == "sqs" else StreamPoller
        poller = self._pollers[mapping.uuid] = kind(self._world, mapping, target)
        await poller.run()

    def gathering(self) -> list[str]:
        """The sources of which messages are held that are no batch yet."""
        return [self._mappings[uuid].source for uuid, each in self._pollers.items() if each.is_gathering]

    def observe(self, service: str, operation: str, _: object = None) -> None:
        """A call was performed; whoever polls streams looks for what it may have written."""
        if service == "dynamodb" and operation in _TABLE_WRITES:
            self._world.bells.ring("dynamodbstreams")
        elif service == "kinesis" and operation in ("PutRecord", "PutRecords", "SplitShard", "MergeShards"):
            self._world.bells.ring("kinesis")
