"""EventBridge on the wire: requests in, calls on the state, responses out."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from typing import ClassVar, TypeVar

from greenshift.twin.events import errors, requests, responses
from greenshift.twin.events.delivery import Deliveries
from greenshift.twin.events.model import Event, Rule, RuleState, Target
from greenshift.twin.events.patterns import matches
from greenshift.twin.events.requests import Refusal
from greenshift.twin.events.scheduler import Scheduler
from greenshift.twin.events.state import Rules, matching
from greenshift.twin.paging import UnknownToken, position, token_at
from greenshift.twin.service import CallContext, Request, Response, Service, operation
from greenshift.twin.shapes import is_large
from greenshift.twin.world import ServiceEvent, World

Item = TypeVar("Item")
PAGE = 100


class Events(Service):
    """The default event bus."""

    name: ClassVar[str] = "events"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._rules = Rules()
        self._deliveries = Deliveries(world)
        self._scheduler = Scheduler(world, self._fire)

    def resources(self) -> list[str]:
        return [rule.arn for rule in self._rules]

    def publish(self, event: ServiceEvent) -> None:
        """Put an event of an AWS service on the bus; returns before anything is delivered."""
        self._route(
            Event.of(
                id=str(uuid.uuid4()),
                source=event.source,
                detail_type=event.detail_type,
                account=self.world.account,
                region=self.world.region,
                time=self.world.clock.time() if event.time is None else event.time,
                resources=event.resources,
                detail=event.detail,
            )
        )

    # Rules

    @operation
    def put_rule(self, context: CallContext, request: Request) -> Response:
        requests.require_default_bus(request.get("EventBusName"))
        rule = requests.rule(request, context.account, context.region)
        self._rules.put(rule)
        self._scheduler.follow(rule)
        return {"RuleArn": rule.arn}

    @operation
    def describe_rule(self, context: CallContext, request: Request) -> Response:
        return responses.rule(self._named(request, "Name")) | {"CreatedBy": context.account}

    @operation
    def list_rules(self, context: CallContext, request: Request) -> Response:
        requests.require_default_bus(request.get("EventBusName"))
        prefix = request.get("NamePrefix") or ""
        found = [responses.rule(rule) for rule in self._rules if rule.name.startswith(prefix)]
        return _page("Rules", found, request)

    @operation
    def delete_rule(self, context: CallContext, request: Request) -> Response:
        requests.require_default_bus(request.get("EventBusName"))
        self._rules.remove(request["Name"])
        self._scheduler.forget(request["Name"])
        return {}

    @operation
    def enable_rule(self, context: CallContext, request: Request) -> Response:
        return self._switch(self._named(request, "Name"), "ENABLED")

    @operation
    def disable_rule(self, context: CallContext, request: Request) -> Response:
        return self._switch(self._named(request, "Name"), "DISABLED")

    # Targets

    @operation
    def put_targets(self, context: CallContext, request: Request) -> Response:
        rule = self._named(request, "Rule")
        read = [requests.target(each) for each in request["Targets"]]
        self._rules.put_targets(rule, [each for each in read if isinstance(each, Target)])
        return responses.failed([each for each in read if isinstance(each, Refusal)])

    @operation
    def remove_targets(self, context: CallContext, request: Request) -> Response:
        rule = self._named(request, "Rule")
        refused = []
        for name in request["Ids"]:
            self._deliveries.forget(rule, name)
            if rule.targets.pop(name, None) is None:
                message = f"Rule {rule.name} does not have a target with the Id {name}."
                refused.append(Refusal(name, "ResourceNotFoundException", message))
        return responses.failed(refused)

    @operation
    def list_targets_by_rule(self, context: CallContext, request: Request) -> Response:
        rule = self._named(request, "Rule")
        return _page("Targets", [responses.target(each) for each in rule.targets.values()], request)

    @operation
    def list_rule_names_by_target(self, context: CallContext, request: Request) -> Response:
        requests.require_default_bus(request.get("EventBusName"))
        arn = request["TargetArn"]
        found = [r.name for r in self._rules if any(each.arn == arn for each in r.targets.values())]
        return _page("RuleNames", found, request)

    # Events

    @operation
    def put_events(self, context: CallContext, request: Request) -> Response:
        requests.check_size(request)
        for each in request["Entries"]:
            requests.require_default_bus(each.get("EventBusName"))
        now = self.world.clock.time()
        read = [requests.entry(each, context.account, context.region, now) for each in request["Entries"]]
        for event in read:
            if isinstance(event, Event):
                self._route(event)
        return {
            "FailedEntryCount": sum(isinstance(each, Refusal) for each in read),
            "Entries": [_entry_result(each) for each in read],
        }

    @operation
    async def test_event_pattern(self, context: CallContext, request: Request) -> Response:
        pattern, event = requests.pattern(request["EventPattern"]), requests.tested_event(request["Event"])
        if is_large(event):
            return {"Result": await asyncio.to_thread(matches, pattern, event)}
        return {"Result": matches(pattern, event)}

    # Buses and tags

    @operation
    def create_event_bus(self, context: CallContext, request: Request) -> Response:
        raise errors.only_default_bus()

    @operation
    def describe_event_bus(self, context: CallContext, request: Request) -> Response:
        requests.require_default_bus(request.get("Name"))
        return responses.bus(context.account, context.region)

    @operation
    def list_event_buses(self, context: CallContext, request: Request) -> Response:
        is_wanted = requests.DEFAULT_BUS.startswith(request.get("NamePrefix") or "")
        return {"EventBuses": [responses.bus(context.account, context.region)] if is_wanted else []}

    @operation
    def tag_resource(self, context: CallContext, request: Request) -> Response:
        tags = {tag["Key"]: tag["Value"] for tag in request["Tags"]}
        self._rules.by_arn(request["ResourceARN"]).tags.update(tags)
        return {}

    @operation
    def untag_resource(self, context: CallContext, request: Request) -> Response:
        rule = self._rules.by_arn(request["ResourceARN"])
        for key in request["TagKeys"]:
            rule.tags.pop(key, None)
        return {}

    @operation
    def list_tags_for_resource(self, context: CallContext, request: Request) -> Response:
        return {"Tags": responses.tags(self._rules.by_arn(request["ResourceARN"]).tags)}

    def _named(self, request: Request, member: str) -> Rule:
        requests.require_default_bus(request.get("EventBusName"))
        return self._rules.find(request[member])

    def _switch(self, rule: Rule, state: RuleState) -> Response:
        if rule.state != state:
            rule.state = state
            self._scheduler.follow(rule)
        return {}

    def _route(self, event: Event) -> None:
        if is_large(event.envelope):
            self.world.tasks.start(self._route_aside(event), f"event {event.id}")
        else:
            self._send(event, matching(event, self._rules))

    async def _route_aside(self, event: Event) -> None:
        """Every rule looks at every value: with a large event that takes longer than others should wait."""
        self._send(event, await asyncio.to_thread(matching, event, tuple(self._rules)))

    def _send(self, event: Event, found: list[tuple[Rule, Target]]) -> None:
        for rule, target in found:
            self._deliveries.send(event, rule, target)

    def _fire(self, rule: Rule, event: Event) -> None:
        for target in rule.targets.values():
            self._deliveries.send(event, rule, target)


def _entry_result(read: Event | Refusal) -> Response:
    if isinstance(read, Event):
        return {"EventId": read.id}
    return {"ErrorCode": read.code, "ErrorMessage": read.message}


def _page(member: str, items: Sequence[Item], request: Request) -> Response:
    """A page of a list, and the token of the next one."""
    start, limit = _position(request.get("NextToken")), request.get("Limit") or PAGE
    response: Response = {member: list(items[start : start + limit])}
    if start + limit < len(items):
        response["NextToken"] = token_at(start + limit)
    return response


def _position(token: str | None) -> int:
    try:
        return position(token)
    except UnknownToken:
        raise errors.validation("The NextToken is not valid.") from None
