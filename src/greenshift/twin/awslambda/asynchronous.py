"""Asynchronous invocations: accepted at once, retried, and in the end handed to whoever collects failures.

Developer guide, "Asynchronous invocation": function errors are retried twice, after one and then two
minutes; throttled events go back to the queue for up to six hours, with growing pauses. All times are the
Clock's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.by_source import DIRECT, BySource
from greenshift.twin.awslambda.execution.outcome import Outcome
from greenshift.twin.awslambda.invoker import Call, Invoker
from greenshift.twin.awslambda.launcher import Launcher
from greenshift.twin.awslambda.model import EventInvokeConfig, Function
from greenshift.twin.awslambda.names import Place
from greenshift.twin.awslambda.routing import Route, route
from greenshift.twin.awslambda.state import Functions
from greenshift.twin.callers.chain import NONE, Chain, go_on
from greenshift.twin.loop.backlog import Backlog
from greenshift.twin.service import ServiceError
from greenshift.twin.wire.json_text import read_json
from greenshift.twin.world import World

RETRY_PAUSES = (60.0, 120.0)
DEFAULT_RETRIES = 2
DEFAULT_AGE = 21_600
FIRST_THROTTLE_PAUSE = 1.0
LONGEST_THROTTLE_PAUSE = 300.0
# Developer guide, "Dead-letter queues": "The first 1 KB of the error message."
ERROR_MESSAGE_LIMIT = 1024
# Of the record a destination gets; AWS's word for it is not documented.
_RECURSIVE = "RecursiveInvocation"

Attributes = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Event:
    """One accepted event."""

    function: Function
    qualifier: str | None
    payload: bytes
    request_id: str
    accepted: float
    chain: Chain = NONE
    source: str = DIRECT


@dataclass(frozen=True)
class RetryRules:
    """How often and how long an event is tried."""

    retries: int
    age: float
    on_success: str | None
    on_failure: str | None


def retry_rules(config: EventInvokeConfig | None) -> RetryRules:
    if config is None:
        return RetryRules(DEFAULT_RETRIES, DEFAULT_AGE, None, None)
    retries = DEFAULT_RETRIES if config.maximum_retry_attempts is None else config.maximum_retry_attempts
    return RetryRules(retries, config.maximum_event_age or DEFAULT_AGE, config.on_success, config.on_failure)


def throttle_pause(previous: float) -> float:
    return min(previous * 2, LONGEST_THROTTLE_PAUSE) if previous else FIRST_THROTTLE_PAUSE


class AsyncQueue:
    """Delivers events in the background."""

    def __init__(
        self, world: World, invoker: Invoker, launcher: Launcher, functions: Functions, place: Place,
        random: Random,
    ) -> None:  # fmt: skip
        self._world = world
        self._functions = functions
        self._invoker = invoker
        self._launcher = launcher
        self._place = place
        self._random = random
        self._backlog = Backlog("asynchronous events of functions")

    def accept(self, event: Event) -> None:
        """Raises TooManyRequestsException when too many wait already."""
        size = len(event.payload)
        if not self._backlog.take(size):
            raise errors.too_many_events()
        task = self._world.tasks.start(self._deliver(event), f"lambda event {event.function.name}")
        task.add_done_callback(lambda _: self._backlog.give(size))

    async def _deliver(self, event: Event) -> None:
        go_on(event.chain)
        rules = retry_rules(event.function.event_invoke.get(event.qualifier))
        failures, pause, failed_by = 0, 0.0, ""
        while True:
            try:
                way, result = await self._try(event)
            except ServiceError as error:
                if error.code == "RecursiveInvocationException":
                    await self._discard(event, None, _RECURSIVE, failures)
                    return
                if error.code != "TooManyRequestsException":
                    return  # The function or its alias is gone: there is nobody to deliver to.
                if event.function.reserved_concurrency == 0:
                    # Nothing would ever run it: no use in waiting for six hours.
                    await self._discard(event, None, "ZeroReservedConcurrency", failures)
                    return
                pause = throttle_pause(pause)
                if self._world.clock.time() + pause - event.accepted > rules.age:
                    await self._discard(event, None, "EventAgeExceeded", failures)
                    return
                await self._world.clock.sleep(pause)
                continue
            if not result.is_error:
                self._tell_of_retry(event, way, failed_by)
                await self._send(event, way, rules.on_success, result, "Success", failures + 1)
                return
            failures, failed_by = failures + 1, way.version.number
            if failures > rules.retries:
                await self._discard(event, (way, result), "RetriesExhausted", failures)
                return
            await self._world.clock.sleep(RETRY_PAUSES[min(failures, len(RETRY_PAUSES)) - 1])

    def _tell_of_retry(self, event: Event, way: Route, failed_by: str) -> None:
        if way.is_alias and failed_by not in ("", way.version.number):
            counts = BySource(self._world.metrics, event.function.name, str(way.qualifier), event.source)
            counts.retried(failed_by, way.version.number, self._world.clock.time())

    async def _try(self, event: Event) -> tuple[Route, Outcome]:
        """One attempt; the alias is resolved anew, so a retry may meet the other version."""
        self._functions.check_still_exists(event.function)
        now = self._world.clock.time()
        way = route(event.function, event.qualifier, self._place, self._random, now)
        call = Call(way, event.payload, event.request_id, chain=event.chain, source=event.source)
        result = await self._invoker.run(call)
        return way, result.outcome

    async def _discard(
        self, event: Event, last: tuple[Route, Outcome] | None, condition: str, attempts: int
    ) -> None:
        """The last stop: the on-failure destination, and the dead-letter target of the version."""
        now = self._world.clock.time()
        way = last[0] if last else route(event.function, event.qualifier, self._place, self._random, now)
        result = last[1] if last else Outcome(b"null")
        rules = retry_rules(event.function.event_invoke.get(event.qualifier))
        # A function that collects its own loop's events would go on with it.
        if condition != _RECURSIVE or service_of(rules.on_failure) != "lambda":
            await self._send(event, way, rules.on_failure, result, condition, attempts)
        dead_letter = way.version.configuration.dead_letter_arn
        if dead_letter:
            message = event.payload.decode("utf-8", "replace")
            await self._deposit(event, way, dead_letter, message, dead_letter_attributes(event, result))

    async def _send(
        self, event: Event, way: Route, target: str | None, result: Outcome, condition: str, attempts: int
    ) -> None:
        if target:
            record = destination_record(event, way, result, condition, attempts)
            await self._deposit(event, way, target, json.dumps(record))

    async def _deposit(
        self, event: Event, way: Route, target: str, message: str, attributes: Attributes | None = None
    ) -> None:
        """As the function's role, through the door; a target that refuses loses the event, as on AWS."""
        service = service_of(target)
        try:
            session = await self._launcher.session(way.version.configuration.role, event.function.name)
            if service == "sns":
                parameters = {"TopicArn": target, "Message": message, **_with(attributes)}
                await self._world.aws.call(session.principal, "sns", "Publish", parameters)
            elif service == "sqs":
                account, name = target.split(":")[4:6]
                url = f"{self._world.endpoint}/{account}/{name}"
                parameters = {"QueueUrl": url, "MessageBody": message, **_with(attributes)}
                await self._world.aws.call(session.principal, "sqs", "SendMessage", parameters)
            elif service == "lambda":
                invoke = {"FunctionName": target, "InvocationType": "Event", "Payload": message.encode()}
                await self._world.aws.call(session.principal, "lambda", "Invoke", invoke)
        except ServiceError:
            return


def service_of(arn: str | None) -> str:
    return arn.split(":")[2] if arn else ""


def dead_letter_attributes(event: Event, result: Outcome) -> Attributes:
    """Developer guide, "Dead-letter queues": the message is the event, its attributes say what went wrong."""
    responded = _responded(result.payload)
    told = responded.get("errorMessage") if isinstance(responded, dict) else None
    text = told if isinstance(told, str) else json.dumps(responded)
    return {
        "RequestID": {"DataType": "String", "StringValue": event.request_id},
        "ErrorCode": {"DataType": "Number", "StringValue": "200" if result.is_error else "429"},
        "ErrorMessage": {"DataType": "String", "StringValue": text[:ERROR_MESSAGE_LIMIT] or "null"},
    }


def _with(attributes: Attributes | None) -> dict[str, object]:
    return {"MessageAttributes": attributes} if attributes else {}


def destination_record(
    event: Event, way: Route, result: Outcome, condition: str, attempts: int
) -> dict[str, object]:
    """Developer guide, "Retaining records of asynchronous invocations"."""
    context: dict[str, object] = {"statusCode": 200, "executedVersion": way.version.number}
    if result.is_error:
        context["functionError"] = "Unhandled"
    return {
        "version": "1.0",
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": way.invoked_arn,
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": read_json(event.payload or b"{}"),
        "responseContext": context,
        "responsePayload": _responded(result.payload),
    }


def _responded(payload: bytes) -> object:
    """A runtime may answer what is no JSON, as Python's does for NaN: then its text."""
    try:
        return read_json(payload or b"null")
    except ValueError:
        return payload.decode("utf-8", "replace")
