"""CloudWatch Logs for the twin's services: lines are taken at once and written in batches.

A thousand invocations a second must not each wait for a call, so lines gather per stream and one task
writes them, as the principal that logged them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from greenshift.twin.aws import Aws
from greenshift.twin.callers.principal import Principal
from greenshift.twin.errors import ServiceError
from greenshift.twin.loop.tasks import Tasks

log = logging.getLogger("greenshift.twin")

_BATCH_SECONDS = 0.1
_BATCH_EVENTS = 5_000
_MESSAGE_BYTES = 200_000
# What may wait to be written; whoever prints faster than moto keeps lines loses some, and is told.
_WAITING_LINES = 250_000
_WAITING_CHARACTERS = 64 * 1024 * 1024

LogLine = tuple[int, str]
_Stream = tuple[Principal, str, str]


@dataclass
class LogWriter:
    """``write`` never waits; ``flush`` returns when everything written before it can be read."""

    kept: ClassVar[tuple[str, ...]] = ("_created", "_deleted")

    aws: Aws
    tasks: Tasks
    _pending: dict[_Stream, list[LogLine]] = field(default_factory=dict)
    _created: set[tuple[str, str]] = field(default_factory=set)
    _writer: asyncio.Task[None] | None = None
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _deleted: set[str] = field(default_factory=set)
    _waiting_lines: int = 0
    _waiting_characters: int = 0
    _lost: dict[_Stream, int] = field(default_factory=dict)

    def write(self, principal: Principal, group: str, stream: str, lines: Iterable[LogLine]) -> None:
        key, taken = (principal, group, stream), list(lines)
        self._waiting_lines += len(taken)
        self._waiting_characters += sum(len(text) for _, text in taken)
        if self._waiting_lines > _WAITING_LINES or self._waiting_characters > _WAITING_CHARACTERS:
            self._lost[key] = self._lost.get(key, 0) + len(taken)
            self._waiting_lines -= len(taken)
            self._waiting_characters -= sum(len(text) for _, text in taken)
            return
        if lost := self._lost.pop(key, 0):
            taken.insert(0, (taken[0][0] if taken else 0, f"[{lost:,} lines lost: they came too fast]"))
            self._waiting_lines += 1
        self._pending.setdefault(key, []).extend(taken)
        if self._writer is None or self._writer.done():
            self._writer = self.tasks.start(self._write_soon(), "logs", standing=True)

    @property
    def is_waiting(self) -> bool:
        """Whether anything came since the last ``flush``."""
        return bool(self._pending)

    async def flush(self) -> None:
        await self._write_pending()

    async def _write_soon(self) -> None:
        while self._pending:
            await asyncio.sleep(_BATCH_SECONDS)
            await self._write_pending()

    async def _write_pending(self) -> None:
        async with self._writing:
            pending, self._pending = self._pending, {}
            while pending:
                (principal, group, stream), lines = pending.popitem()
                ordered = sorted(lines, key=lambda line: line[0])
                for start in range(0, len(ordered), _BATCH_EVENTS):
                    batch = ordered[start : start + _BATCH_EVENTS]
                    try:
                        await self._put(principal, group, stream, batch)
                    finally:
                        self._waiting_lines -= len(batch)
                        self._waiting_characters -= sum(len(text) for _, text in batch)

    async def _put(self, principal: Principal, group: str, stream: str, lines: list[LogLine]) -> None:
        """Write one batch; a refusal loses these lines and no others."""
        try:
            await self._put_events(principal, group, stream, lines)
        except ServiceError as error:
            # ResourceNotFoundException: the group was deleted while something still logged; what it says
            # is lost, and must not bring the group back.
            if error.code != "ResourceNotFoundException":
                log.warning("%s may not log to %s: %s", principal.arn, group, error)

    def observe(self, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        """Keep up with groups that are deleted: what is still on its way must not bring one back.

        On AWS it would, where a role may create log groups; a twin's destroy leaves nothing.
        """
        group = str(parameters.get("logGroupName", "")) if service == "logs" else ""
        if operation == "DeleteLogGroup":
            self._deleted.add(group)
            self._created = {created for created in self._created if created[0] != group}
        elif operation == "CreateLogGroup":
            self._deleted.discard(group)

    async def _put_events(self, principal: Principal, group: str, stream: str, lines: list[LogLine]) -> None:
        if group in self._deleted:
            return
        if (group, stream) not in self._created:
            await self._create(principal, group, stream)
            self._created.add((group, stream))
        events = [{"timestamp": at, "message": text[:_MESSAGE_BYTES] or " "} for at, text in lines]
        parameters = {"logGroupName": group, "logStreamName": stream, "logEvents": events}
        await self.aws.call(principal, "logs", "PutLogEvents", parameters)

    async def _create(self, principal: Principal, group: str, stream: str) -> None:
        """Make the stream; and its group where there is none and the principal may make one."""
        names = {"logGroupName": group, "logStreamName": stream}
        if not await self._made(principal, "CreateLogStream", names):
            await self._made(principal, "CreateLogGroup", {"logGroupName": group})
            await self._made(principal, "CreateLogStream", names)

    async def _made(self, principal: Principal, operation: str, parameters: dict[str, str]) -> bool:
        """Whether it exists now; False when what it belongs to does not."""
        try:
            await self.aws.call(principal, "logs", operation, parameters)
        except ServiceError as error:
            if error.code == "ResourceNotFoundException":
                return False
            if error.code != "ResourceAlreadyExistsException":
                raise
        return True
