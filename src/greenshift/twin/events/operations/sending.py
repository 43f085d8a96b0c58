"""Events that users put, and those of AWS's services."""

from __future__ import annotations

import asyncio
import uuid

from greenshift.twin.events import requests
from greenshift.twin.events.model import DEFAULT_BUS, Event
from greenshift.twin.events.operations.base import EventsBase
from greenshift.twin.events.patterns import matches
from greenshift.twin.events.requests import Refusal
from greenshift.twin.service import CallContext, Request, Response, operation
from greenshift.twin.wire.shapes import is_large
from greenshift.twin.world import ServiceEvent


class SendingOperations(EventsBase):
    """PutEvents and TestEventPattern."""

    def publish(self, event: ServiceEvent) -> None:
        """Put an event of an AWS service on the default bus; returns before anything is delivered."""
        made = Event.of(
            id=str(uuid.uuid4()),
            source=event.source,
            detail_type=event.detail_type,
            account=self.world.account,
            region=self.world.region,
            time=self.world.clock.time() if event.time is None else event.time,
            resources=event.resources,
            detail=event.detail,
        )
        self._put(DEFAULT_BUS, made)

    @operation
    def put_events(self, context: CallContext, request: Request) -> Response:
        requests.check_size(request)
        buses = [self._bus(each).name for each in request["Entries"]]
        now = self.world.clock.time()
        read = [requests.entry(each, context.account, context.region, now) for each in request["Entries"]]
        for bus, event in zip(buses, read, strict=True):
            if isinstance(event, Event):
                self._put(bus, event)
        return {
            "FailedEntryCount": sum(isinstance(each, Refusal) for each in read),
            "Entries": [_entry_result(each) for each in read],
        }

    @operation
    async def test_event_pattern(self, context: CallContext, request: Request) -> Response:
        pattern, event = requests.pattern(request["EventPattern"]), requests.tested_event(request["Event"])
        if is_large(event):
            return {"Result": await asyncio.to_thread(matches, pattern, event)}
        return {"Result": matches(pattern, event)}


def _entry_result(read: Event | Refusal) -> Response:
    if isinstance(read, Event):
        return {"EventId": read.id}
    return {"ErrorCode": read.code, "ErrorMessage": read.message}
