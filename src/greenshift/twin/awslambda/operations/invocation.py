"""Invoke: who may, what with, and what is answered."""

from __future__ import annotations

from greenshift.twin.awslambda import errors, report
from greenshift.twin.awslambda.asynchronous import Event
from greenshift.twin.awslambda.by_source import source_of
from greenshift.twin.awslambda.client_context import decoded_client_context
from greenshift.twin.awslambda.invoker import Call
from greenshift.twin.awslambda.launcher import LAMBDA
from greenshift.twin.awslambda.model import Function
from greenshift.twin.awslambda.operations.base import LambdaBase
from greenshift.twin.awslambda.policy import may_service_invoke
from greenshift.twin.awslambda.routing import route
from greenshift.twin.callers.chain import current
from greenshift.twin.service import CallContext, Request, Response, operation
from greenshift.twin.wire.json_text import check_json

# API reference, Invoke: 6 MB synchronous, 1 MB asynchronous.
SYNCHRONOUS_LIMIT = 6_291_456
ASYNCHRONOUS_LIMIT = 1_048_576


class InvocationOperations(LambdaBase):
    """API reference: Invoke."""

    @operation
    async def invoke(self, context: CallContext, request: Request) -> Response:
        function, target = self.found(request)
        payload = bytes(request.get("Payload") or b"")
        kind = request.get("InvocationType") or "RequestResponse"
        way = route(function, target.qualifier, self.place, self.random, self.now())
        self._authorize(context, function, target.qualifier)
        _check_payload(payload, ASYNCHRONOUS_LIMIT if kind == "Event" else SYNCHRONOUS_LIMIT)
        if kind == "DryRun":
            return {"StatusCode": 204}
        if function.is_pending(self.now()):
            raise errors.function_pending(self.place.arn(function.name))
        chain, source = current().with_invocation(function.name), source_of(context.principal)
        payload = payload or b"{}"
        if kind == "Event":
            self.queue.accept(
                Event(function, target.qualifier, payload, context.request_id, self.now(), chain, source)
            )
            return {"StatusCode": 202}
        client_context = decoded_client_context(request.get("ClientContext"))
        call = Call(way, payload, context.request_id, client_context, chain, source)
        result = await self.invoker.run(call)
        response: Response = {
            "StatusCode": 200,
            "ExecutedVersion": result.version,
            "Payload": result.outcome.payload,
        }
        if result.outcome.is_error:
            # Current runtimes report every error as Unhandled (floci-io/floci#3314).
            response["FunctionError"] = "Unhandled"
        if request.get("LogType") == "Tail":
            response["LogResult"] = report.tail(result.log)
        return response

    def _authorize(self, context: CallContext, function: Function, qualifier: str | None) -> None:
        """A service without a role needs the function's own permission; roles are IAM's to judge.

        Lambda's own pollers need none (developer guide, "Event source mappings").
        """
        if context.principal.kind != "service" or context.principal.arn == LAMBDA:
            return
        service = context.principal.arn
        if not may_service_invoke(function, qualifier, service, context.principal.source, context.account):
            raise errors.invoke_denied(service, self.place.arn(function.name, qualifier))


def _check_payload(payload: bytes, limit: int) -> None:
    if len(payload) > limit:
        raise errors.request_too_large(limit)
    if not payload:
        return
    try:
        check_json(payload)
    except ValueError as error:
        raise errors.not_json(str(error)) from None
