"""Deliveries under way: in the background, tried again on the twin's clock, given up at last.

SNS developer guide, "Amazon SNS message delivery retries": what a subscriber's service refuses for good is
not tried again; the message goes to the subscription's dead-letter queue, or is lost, as on AWS. S3 tries
for as long as the failure may pass.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Awaitable, Callable

from greenshift.twin.callers.principal import Principal
from greenshift.twin.moto.outgoing import BucketTest, Notification, ObjectEvent, Outgoing
from greenshift.twin.outgoing import forms, targets
from greenshift.twin.service import ServiceError
from greenshift.twin.world import ServiceEvent, World

log = logging.getLogger("greenshift.twin")

MOST_UNDER_WAY = 10_000
ATTEMPTS = 20
"""AWS tries 100,015 times over 23 days; a rehearsal that gets nowhere ends sooner."""
HTTP_ATTEMPTS = 4
_HTTP_PAUSE = 20.0
_LONGEST_PAUSE = 20.0


class Outbox:
    """Takes what moto hands out; called on the loop."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._under_way = 0
        self._order = itertools.count(1)

    def take(self, outgoing: Outgoing) -> None:
        if self._under_way >= MOST_UNDER_WAY:
            log.warning(
                "%s deliveries are under way: one to %s is dropped", self._under_way, _target(outgoing)
            )
            return
        self._under_way += 1
        self._world.tasks.start(self._deliver(outgoing), f"delivery to {_target(outgoing)}")

    async def _deliver(self, outgoing: Outgoing) -> None:
        try:
            await self._by_kind(outgoing)
        finally:
            self._under_way -= 1

    async def _by_kind(self, outgoing: Outgoing) -> None:
        world = self._world
        if isinstance(outgoing, Notification):
            error = await self._try(
                lambda: targets.deliver_notification(world, outgoing), outgoing.protocol.startswith("http")
            )
            if error is not None:
                await self._dead_letter(outgoing, error)
            return
        if isinstance(outgoing, BucketTest):
            await self._try(lambda: targets.deliver_test(world, outgoing))
            return
        order = next(self._order)
        if not outgoing.target:
            self._to_bus(outgoing, order)
            return
        error = await self._try(lambda: targets.deliver_object_event(world, outgoing, order))
        if error is not None:
            log.warning(
                "%s of %s for %s dropped: %s", outgoing.event, outgoing.bucket, outgoing.target, error
            )

    def _to_bus(self, event: ObjectEvent, order: int) -> None:
        found = forms.to_bus(event, self._world.account, order)
        if found is not None:
            self._world.emit(ServiceEvent("aws.s3", found[0], (event.bucket_arn,), found[1]))

    async def _try(
        self, deliver: Callable[[], Awaitable[None]], is_http: bool = False
    ) -> ServiceError | None:
        """Deliver, again and again if need be; the last error when it did not work."""
        most = HTTP_ATTEMPTS if is_http else ATTEMPTS
        for attempt in itertools.count(1):
            try:
                await deliver()
                return None
            except ServiceError as error:
                if not _is_passing(error) or attempt >= most:
                    return error
            await self._world.clock.sleep(_HTTP_PAUSE if is_http else min(2.0**attempt, _LONGEST_PAUSE))
        return None

    async def _dead_letter(self, note: Notification, error: ServiceError) -> None:
        if note.dead_letter is None:
            log.warning("a message of %s for %s is lost: %s", note.topic, note.endpoint, error)
            return
        message = {
            "QueueUrl": targets.queue_url(self._world.endpoint, note.dead_letter),
            "MessageBody": forms.body(note),
            "MessageAttributes": {
                "ErrorCode": {"DataType": "String", "StringValue": error.code},
                "ErrorMessage": {"DataType": "String", "StringValue": error.message or error.code},
            },
        }
        try:
            await self._world.aws.call(
                Principal.service(targets.SNS, note.topic), "sqs", "SendMessage", message
            )
        except ServiceError as refused:
            log.warning("a message of %s is lost: its dead-letter queue refuses: %s", note.topic, refused)


def _is_passing(error: ServiceError) -> bool:
    return error.status >= 500 or error.status == 429 or "Throttl" in error.code or error.code == "OverLimit"


def _target(outgoing: Outgoing) -> str:
    return outgoing.endpoint if isinstance(outgoing, Notification) else outgoing.target or "the event bus"


__all__ = ["Outbox"]
