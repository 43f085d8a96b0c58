"""What the operations of SQS share: the queues, and how one is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from botocore.model import OperationModel

from greenshift.twin.service import Request, Service
from greenshift.twin.sqs import attributes, errors
from greenshift.twin.sqs.queue import Queue
from greenshift.twin.sqs.wakers import Wakers
from greenshift.twin.world import World


class SqsBase(Service):
    name: ClassVar[str] = "sqs"
    kept: ClassVar[tuple[str, ...]] = ("_queues",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._queues: dict[str, Queue] = {}
        self._wakers = Wakers(world)
        self._waiting = 0

    def _validate(self, model: OperationModel, request: Request) -> None:
        """An unknown attribute has an error of its own, before all others."""
        given = request.get("Attributes")
        for name in given if isinstance(given, dict) else ():
            if name not in attributes.KNOWN:
                raise errors.attribute_name(str(name))
        super()._validate(model, request)

    def _changed(self, queue: Queue) -> None:
        """Whoever waits for the queue looks now, and again when something hidden comes back."""
        self.world.bells.ring(queue.arn)
        self._wakers.follow(queue)

    def _found(self, request: Mapping[str, Any]) -> Queue:
        queue = self._queues.get(request["QueueUrl"].rstrip("/").rpartition("/")[2])
        if queue is None:
            raise errors.no_queue()
        return queue

    def _by_arn(self, arn: str) -> Queue | None:
        queue = self._queues.get(arn.rpartition(":")[2])
        return queue if queue is not None and queue.arn == arn else None

    def _url(self, name: str) -> str:
        return f"{self.world.endpoint}/{self.world.account}/{name}"
