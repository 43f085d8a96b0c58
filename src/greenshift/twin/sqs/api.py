"""SQS as one service: the groups of operations put together."""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.twin.snapshot.keeping import Keeper
from greenshift.twin.sqs.message_operations import MessageOperations
from greenshift.twin.sqs.move_operations import MoveOperations
from greenshift.twin.sqs.queue_operations import QueueOperations


class Sqs(QueueOperations, MessageOperations, MoveOperations):
    """The twin's queues."""

    def keepers(self) -> Mapping[str, Keeper]:
        return {"moves": self._moves}

    @property
    def waiting(self) -> int:
        return self._waiting

    def start(self) -> None:
        for queue in self._queues.values():
            self._wakers.follow(queue)
