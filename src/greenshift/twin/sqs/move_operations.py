"""Messages of dead-letter queues that go back."""

from __future__ import annotations

from greenshift.twin.service import CallContext, Request, Response, operation
from greenshift.twin.sqs import errors
from greenshift.twin.sqs.base import SqsBase
from greenshift.twin.sqs.moves import Moves, told
from greenshift.twin.world import World


class MoveOperations(SqsBase):
    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._moves = Moves(world, self._by_arn, self._changed)

    @operation
    def start_message_move_task(self, context: CallContext, request: Request) -> Response:
        source, destination = self._by_arn(request["SourceArn"]), request.get("DestinationArn") or ""
        if source is None or (destination and self._by_arn(destination) is None):
            raise errors.no_source()
        targets = {each.settings.redrive.target for each in self._queues.values() if each.settings.redrive}
        if source.arn not in targets:
            raise errors.parameter("Source queue must be configured as a Dead Letter Queue.")
        move = self._moves.start(source, destination, request.get("MaxNumberOfMessagesPerSecond"))
        return {"TaskHandle": move.handle}

    @operation
    def list_message_move_tasks(self, context: CallContext, request: Request) -> Response:
        if self._by_arn(request["SourceArn"]) is None:
            raise errors.no_source()
        found = self._moves.of(request["SourceArn"])[: request.get("MaxResults") or 1]
        return {"Results": [told(move) for move in found]} if found else {}

    @operation
    def cancel_message_move_task(self, context: CallContext, request: Request) -> Response:
        return {"ApproximateNumberOfMessagesMoved": self._moves.cancel(request["TaskHandle"]).moved}
