"""Operations on messages: sent, received, hidden, deleted, one at a time and in batches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from greenshift.twin.service import CallContext, Request, Response, ServiceError, operation
from greenshift.twin.sqs import errors, messages
from greenshift.twin.sqs.base import SqsBase
from greenshift.twin.sqs.queue import Queue

_MOST_WAITERS = 1000


class MessageOperations(SqsBase):
    @operation
    def send_message(self, context: CallContext, request: Request) -> Response:
        queue = self._found(request)
        return self._sent(context, queue, request)

    @operation
    def send_message_batch(self, context: CallContext, request: Request) -> Response:
        queue = self._found(request)
        return _each(request["Entries"], lambda entry: self._sent(context, queue, entry))

    @operation
    async def receive_message(self, context: CallContext, request: Request) -> Response:
        queue = self._found(request)
        wait = request.get("WaitTimeSeconds")
        wait = queue.settings.wait if wait is None else wait
        _check_range("WaitTimeSeconds", wait, 0, 20)
        found = self._receive(context, queue, request)
        if found or not wait or self._waiting >= _MOST_WAITERS:
            return _received(found)
        self._waiting += 1
        try:
            return _received(await self._wait(context, queue, request, wait))
        finally:
            self._waiting -= 1

    @operation
    def delete_message(self, context: CallContext, request: Request) -> Response:
        self._delete(self._found(request), request)
        return {}

    @operation
    def delete_message_batch(self, context: CallContext, request: Request) -> Response:
        queue = self._found(request)
        return _each(request["Entries"], lambda entry: self._delete(queue, entry))

    @operation
    def change_message_visibility(self, context: CallContext, request: Request) -> Response:
        self._change(context, self._found(request), request)
        return {}

    @operation
    def change_message_visibility_batch(self, context: CallContext, request: Request) -> Response:
        queue = self._found(request)
        return _each(request["Entries"], lambda entry: self._change(context, queue, entry))

    def _sent(self, context: CallContext, queue: Queue, entry: Mapping[str, Any]) -> Response:
        sent = messages.sent(entry, queue.settings)
        message = queue.send(sent, self.world.clock.time(), _sender(context))
        self._changed(queue)
        return messages.answered(message)

    def _receive(self, context: CallContext, queue: Queue, request: Request) -> list[Response]:
        most, visibility = request.get("MaxNumberOfMessages") or 1, request.get("VisibilityTimeout")
        _check_range("MaxNumberOfMessages", most, 1, 10)
        visibility = queue.settings.visibility if visibility is None else visibility
        _check_range("VisibilityTimeout", visibility, 0, 43_200)
        now = self.world.clock.time()
        taken = queue.receive(most, visibility * self._pace(context), now)
        for message in taken.dead:
            target = self._by_arn(queue.settings.redrive.target if queue.settings.redrive else "")
            if target is not None:
                target.adopt(message, now, queue.arn)
                self._changed(target)
        if taken.messages:
            self._changed(queue)
        system = [*(request.get("AttributeNames") or ()), *(request.get("MessageSystemAttributeNames") or ())]
        wanted = request.get("MessageAttributeNames") or ()
        return [messages.received(each, system, wanted) for each in taken.messages]

    async def _wait(
        self, context: CallContext, queue: Queue, request: Request, seconds: int
    ) -> list[Response]:
        """Long polling; in real seconds, as the caller's own connection waits in them."""
        try:
            async with asyncio.timeout(seconds):
                with self.world.bells.listen(queue.arn) as ear:
                    while queue.name in self._queues:
                        if found := self._receive(context, queue, request):
                            return found
                        await ear.wait()
        except TimeoutError:
            pass
        return []

    def _delete(self, queue: Queue, entry: Mapping[str, Any]) -> Response:
        queue.delete(entry["ReceiptHandle"], self.world.clock.time())
        if queue.settings.is_fifo:
            self._changed(queue)  # the next of its group may go
        return {}

    def _change(self, context: CallContext, queue: Queue, entry: Mapping[str, Any]) -> Response:
        seconds = entry.get("VisibilityTimeout") or 0
        _check_range("VisibilityTimeout", seconds, 0, 43_200)
        queue.change_visibility(
            entry["ReceiptHandle"], seconds * self._pace(context), self.world.clock.time()
        )
        self._changed(queue)
        return {}

    def _pace(self, context: CallContext) -> float:
        """Twin seconds in a second of the receiver: programs work in real time, AWS's own pollers do not."""
        return 1.0 if context.principal.kind == "service" else float(getattr(self.world.clock, "speed", 1.0))


def _each(entries: list[Mapping[str, Any]], perform: Callable[[Mapping[str, Any]], Response]) -> Response:
    """Every entry of a batch by itself: what fails does not spoil the others."""
    messages.check_batch(entries)
    done: list[Response] = []
    failed: list[Response] = []
    for entry in entries:
        try:
            done.append({"Id": entry["Id"], **perform(entry)})
        except ServiceError as error:
            failed.append(
                {"Id": entry["Id"], "SenderFault": True, "Code": error.code, "Message": error.message}
            )
    return {"Successful": done, "Failed": failed}


def _received(found: list[Response]) -> Response:
    return {"Messages": found} if found else {}


def _sender(context: CallContext) -> str:
    if context.principal.kind == "role":
        return f"AROA{context.principal.arn.rpartition('/')[2]}:{context.principal.session}"
    return context.account


def _check_range(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise errors.parameter(
            f"Value {value} for parameter {name} is invalid. Reason: Must be >= {low} and <= {high}, if "
            f"provided."
        )
