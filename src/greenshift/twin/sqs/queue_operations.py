"""Operations on queues: made, found, changed, opened to others, tagged, deleted."""

from __future__ import annotations

from greenshift.twin.service import CallContext, Request, Response, operation
from greenshift.twin.sqs import attributes, errors, permissions
from greenshift.twin.sqs.base import SqsBase
from greenshift.twin.sqs.queue import Queue
from greenshift.twin.wire import paging

_PAGE = 1000


class QueueOperations(SqsBase):
    @operation
    def create_queue(self, context: CallContext, request: Request) -> Response:
        name, given = request["QueueName"], request.get("Attributes") or {}
        attributes.check_name(name, given)
        is_fifo = name.endswith(".fifo")
        wanted = attributes.checked(given, is_fifo=is_fifo)
        known = self._queues.get(name)
        if known is None:
            now = self.world.clock.time()
            arn = f"arn:aws:sqs:{context.region}:{context.account}:{name}"
            tags = dict(request.get("tags") or {})
            self._queues[name] = Queue(name, arn, attributes.settings(wanted), wanted, now, now, tags)
        else:
            found = attributes.described(known, self.world.clock.time())
            for attribute, value in wanted.items():
                if value != found.get(attribute, ""):
                    raise errors.other_attributes(attribute)
        return {"QueueUrl": self._url(name)}

    @operation
    def delete_queue(self, context: CallContext, request: Request) -> Response:
        queue = self._found(request)
        del self._queues[queue.name]
        queue.purge()
        self.world.bells.ring(queue.arn)
        return {}

    @operation
    def get_queue_url(self, context: CallContext, request: Request) -> Response:
        owner = request.get("QueueOwnerAWSAccountId") or context.account
        if owner != context.account or request["QueueName"] not in self._queues:
            raise errors.no_queue()
        return {"QueueUrl": self._url(request["QueueName"])}

    @operation
    def list_queues(self, context: CallContext, request: Request) -> Response:
        prefix = request.get("QueueNamePrefix") or ""
        names = sorted(name for name in self._queues if name.startswith(prefix))
        return self._page([self._url(name) for name in names], request)

    @operation
    def list_dead_letter_source_queues(self, context: CallContext, request: Request) -> Response:
        arn = self._found(request).arn
        found = [q for q in self._queues.values() if q.settings.redrive and q.settings.redrive.target == arn]
        page = self._page(sorted(self._url(each.name) for each in found), request)
        return {"queueUrls": page.pop("QueueUrls", [])} | page

    @operation
    def get_queue_attributes(self, context: CallContext, request: Request) -> Response:
        found = attributes.described(self._found(request), self.world.clock.time())
        told = attributes.chosen(found, request.get("AttributeNames") or [])
        return {"Attributes": told} if told else {}

    @operation
    def set_queue_attributes(self, context: CallContext, request: Request) -> Response:
        queue = self._found(request)
        given = attributes.checked(request["Attributes"], is_fifo=queue.settings.is_fifo)
        if given.get("FifoQueue") not in (None, "", str(queue.settings.is_fifo).lower()):
            raise errors.attribute_name("FifoQueue")
        queue.given = {name: text for name, text in {**queue.given, **given}.items() if text}
        queue.settings = attributes.settings(queue.given)
        queue.modified = self.world.clock.time()
        return {}

    @operation
    def purge_queue(self, context: CallContext, request: Request) -> Response:
        self._found(request).purge()
        return {}

    @operation
    def add_permission(self, context: CallContext, request: Request) -> Response:
        queue = self._found(request)
        queue.given["Policy"] = permissions.added(queue.given.get("Policy"), queue.arn, request)
        return {}

    @operation
    def remove_permission(self, context: CallContext, request: Request) -> Response:
        queue = self._found(request)
        queue.given["Policy"] = permissions.removed(queue.given.get("Policy"), request["Label"])
        return {}

    # Tags

    @operation
    def tag_queue(self, context: CallContext, request: Request) -> Response:
        self._found(request).tags.update(request["Tags"])
        return {}

    @operation
    def untag_queue(self, context: CallContext, request: Request) -> Response:
        tags = self._found(request).tags
        for key in request["TagKeys"]:
            tags.pop(key, None)
        return {}

    @operation
    def list_queue_tags(self, context: CallContext, request: Request) -> Response:
        tags = self._found(request).tags
        return {"Tags": dict(tags)} if tags else {}

    def _page(self, found: list[str], request: Request) -> Response:
        most = request.get("MaxResults")
        shown, following = paging.page(
            found,
            request.get("NextToken"),
            most or _PAGE,
            lambda: errors.parameter("Invalid or expired next token."),
        )
        response: Response = {"QueueUrls": shown} if found else {}
        if most and following:  # API reference, ListQueues: no token where no maximum was asked for
            response["NextToken"] = following
        return response
