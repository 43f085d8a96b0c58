"""Carries events to targets: at least once, with patience, and without anyone waiting for anyone.

Each delivery is a task of its own, so ``send`` never blocks and a slow target delays nobody but itself; a
target gets a limited number of calls at once, in the order of its events. What failed for a while is tried
again with growing pauses on the twin's clock, until the target's retry policy says stop; what can never
succeed (no permission, no such target) is not tried again (EventBridge user guide: "Event retry policy").
What is given up goes to the dead-letter queue, or is dropped with a line in the log.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from greenshift.twin.callers.chain import MOST_EVENTS, Chain, current, go_on
from greenshift.twin.callers.principal import Principal
from greenshift.twin.events.inputs import Origin, render
from greenshift.twin.events.model import Event, Rule, Target
from greenshift.twin.events.targets import EVENTS, Delivering, Forward, deliver, queue_url
from greenshift.twin.loop.backlog import Backlog
from greenshift.twin.service import ServiceError
from greenshift.twin.world import World

log = logging.getLogger("greenshift.twin.events")

CALLS_AT_ONCE = 10
LONGEST_PAUSE = 600.0
_BUSY = ("Throttl", "TooManyRequests", "LimitExceeded", "ServiceUnavailable", "InternalFailure", "SlowDown")


@dataclass(frozen=True)
class GivenUp:
    """Why a delivery ended without success."""

    error: ServiceError
    attempts: int
    exhausted: str  # EXHAUSTED_RETRY_CONDITION of the dead-letter message; empty for a permanent error


class Deliveries:
    """All deliveries under way."""

    def __init__(self, world: World, forward: Forward) -> None:
        self._world = world
        self._forward = forward
        self._turns: dict[tuple[str, str], asyncio.Semaphore] = {}
        self._backlog = Backlog("deliveries of events")

    def send(self, event: Event, rule: Rule, target: Target) -> None:
        """Start one delivery and return at once; one too many, or of a loop, is dropped and said."""
        chain = current().with_event()
        if chain.feeds_itself:
            log.warning(
                "rule %s: %d events led to each other: the loop ends here, on AWS it would go on",
                rule.name,
                MOST_EVENTS,
            )
            return
        if not self._backlog.take(event.size):
            return
        name = f"event {event.id} -> {target.arn}"
        task = self._world.tasks.start(self._deliver(event, rule.name, rule.arn, target, chain), name)
        task.add_done_callback(lambda _: self._backlog.give(event.size))

    @property
    def has_room(self) -> bool:
        """Whether half of what may wait is free: whoever sends what can wait holds back otherwise."""
        return self._backlog.has_room

    def forget(self, rule: Rule, target_id: str) -> None:
        self._turns.pop((rule.arn, target_id), None)

    async def _deliver(
        self, event: Event, rule_name: str, rule_arn: str, target: Target, chain: Chain
    ) -> None:
        go_on(chain)
        origin = Origin(rule_name, rule_arn, str(event.envelope["time"]))
        payload = render(target.input, event.envelope, origin)
        delivering = Delivering(
            self._world.aws, self._world.endpoint, rule_arn, target, event, payload, self._forward
        )
        failure = await self._try(delivering, self._turn(rule_arn, target))
        if failure is not None:
            await self._give_up(event, rule_arn, target, failure)

    def _turn(self, rule_arn: str, target: Target) -> asyncio.Semaphore:
        return self._turns.setdefault((rule_arn, target.id), asyncio.Semaphore(CALLS_AT_ONCE))

    async def _try(self, delivering: Delivering, turn: asyncio.Semaphore) -> GivenUp | None:
        """Deliver, again and again if need be; None when it worked."""
        policy, started = delivering.target.retry_policy, self._world.clock.time()
        attempt = 0
        while True:
            try:
                async with turn:
                    await deliver(delivering)
                return None
            except ServiceError as error:
                failure = error
            if not is_passing(failure):
                return GivenUp(failure, attempt, "")
            if attempt >= policy.attempts:
                return GivenUp(failure, attempt, "MaximumRetryAttempts")
            pause = pause_before(attempt)
            if self._world.clock.time() + pause - started > policy.age:
                return GivenUp(failure, attempt, "MaximumEventAgeInSeconds")
            await self._world.clock.sleep(pause)
            attempt += 1

    async def _give_up(self, event: Event, rule_arn: str, target: Target, failure: GivenUp) -> None:
        if target.dead_letter_arn is None:
            log.warning("event %s for %s dropped: %s", event.id, target.arn, failure.error)
            return
        message = {
            "QueueUrl": queue_url(self._world.endpoint, target.dead_letter_arn),
            "MessageBody": event.json(),
            "MessageAttributes": _attributes(rule_arn, target, failure),
        }
        try:
            await self._world.aws.call(Principal.service(EVENTS, rule_arn), "sqs", "SendMessage", message)
        except ServiceError as error:
            log.warning("event %s for %s dropped: dead-letter queue: %s", event.id, target.arn, error)


def is_passing(error: ServiceError) -> bool:
    """Whether a failure may go away by itself."""
    return error.status >= 500 or error.status == 429 or any(word in error.code for word in _BUSY)


def pause_before(attempt: int) -> float:
    """Twice as long each time, from one second; AWS adds chance to it, a twin is better without."""
    return min(2.0 ** min(attempt, 16), LONGEST_PAUSE)


def _attributes(rule_arn: str, target: Target, failure: GivenUp) -> dict[str, dict[str, str]]:
    """What a dead-letter message says about itself (user guide: "Using dead-letter queues")."""
    values = {
        "RULE_ARN": rule_arn,
        "TARGET_ARN": target.arn,
        "ERROR_CODE": failure.error.code,
        "ERROR_MESSAGE": failure.error.message or failure.error.code,
        "RETRY_ATTEMPTS": str(failure.attempts),
    }
    if failure.exhausted:
        values["EXHAUSTED_RETRY_CONDITION"] = failure.exhausted
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}
