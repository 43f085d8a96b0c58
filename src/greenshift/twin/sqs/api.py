"""SQS as one service: the groups of operations put together."""

from __future__ import annotations

from greenshift.twin.sqs.message_operations import MessageOperations
from greenshift.twin.sqs.move_operations import MoveOperations
from greenshift.twin.sqs.queue_operations import QueueOperations


class Sqs(QueueOperations, MessageOperations, MoveOperations):
    """The twin's queues."""
