"""What every group of operations shares: the state, and the way of an event from a bus to its targets."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar

from greenshift.twin.events import errors
from greenshift.twin.events.archives import Archives
from greenshift.twin.events.buses import Bus, Buses
from greenshift.twin.events.delivery import Deliveries
from greenshift.twin.events.model import DEFAULT_BUS, Event, Rule, Target
from greenshift.twin.events.replays import Replays
from greenshift.twin.events.requests import bus_name
from greenshift.twin.events.scheduler import Scheduler
from greenshift.twin.events.state import Rules, matching
from greenshift.twin.service import Request, Response, Service
from greenshift.twin.snapshot.keeping import Keeper
from greenshift.twin.wire import paging
from greenshift.twin.wire.shapes import is_large
from greenshift.twin.world import World

Item = TypeVar("Item")
PAGE = 100


class EventsBase(Service):
    """State and collaborators."""

    name: ClassVar[str] = "events"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._rules = Rules()
        self._buses = Buses(world.region, world.account, world.clock.now())
        self._archives = Archives()
        self._replays = Replays(world)
        self._deliveries = Deliveries(world, self._put)
        self._scheduler = Scheduler(world, self._fire)

    def start(self) -> None:
        for rule in self._rules:
            self._scheduler.resume(rule)

    def keepers(self) -> Mapping[str, Keeper]:
        return {
            "rules": self._rules,
            "buses": self._buses,
            "archives": self._archives,
            "replays": self._replays,
            "scheduler": self._scheduler,
        }

    def _bus(self, request: Request, member: str = "EventBusName") -> Bus:
        return self._buses.find(bus_name(request.get(member)))

    def _named(self, request: Request, member: str) -> Rule:
        return self._rules.find(self._bus(request).name, request[member])

    def _put(self, bus: str, event: Event) -> None:
        """Onto a bus: kept by its archives, and sent to the targets of its rules."""
        found = self._buses.find(bus)
        if self._archives:
            self._archives.take(found.arn, event, self.world.clock.time())
        self._route(event, self._rules.of(bus))

    def _route(self, event: Event, rules: Sequence[Rule]) -> None:
        if is_large(event.envelope):
            self.world.tasks.start(self._route_aside(event, rules), f"event {event.id}")
        else:
            self._send(event, matching(event, rules))

    async def _route_aside(self, event: Event, rules: Sequence[Rule]) -> None:
        """Every rule looks at every value: with a large event that takes longer than others should wait."""
        self._send(event, await asyncio.to_thread(matching, event, rules))

    def _send(self, event: Event, found: list[tuple[Rule, Target]]) -> None:
        for rule, target in found:
            self._deliveries.send(event, rule, target)

    def _fire(self, rule: Rule, event: Event) -> None:
        if self._archives:
            self._archives.take(self._buses.find(DEFAULT_BUS).arn, event, self.world.clock.time())
        self._send(event, [(rule, target) for target in rule.targets.values()])


def page(member: str, items: Sequence[Item], request: Request) -> Response:
    """A page of a list, and the token of the next one."""
    shown, following = paging.page(
        items,
        request.get("NextToken"),
        request.get("Limit") or PAGE,
        lambda: errors.validation("The NextToken is not valid."),
    )
    return {member: shown, **({"NextToken": following} if following else {})}
