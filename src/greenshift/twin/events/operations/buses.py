"""Buses, and the tags of buses and rules."""

from __future__ import annotations

from greenshift.twin.events import errors, responses
from greenshift.twin.events.operations.base import EventsBase, page
from greenshift.twin.service import CallContext, Request, Response, operation

_SETTINGS = ("Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig")


class BusOperations(EventsBase):
    """CreateEventBus and what follows from it."""

    @operation
    def create_event_bus(self, context: CallContext, request: Request) -> Response:
        name = request["Name"]
        if request.get("EventSourceName") or "/" in name:
            raise errors.validation(f"The twin has no partner event sources: {name}.")
        tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags") or ()}
        bus = self._buses.make(name, self.world.clock.now(), _settings(request), tags)
        return {"EventBusArn": bus.arn, **bus.settings}

    @operation
    def update_event_bus(self, context: CallContext, request: Request) -> Response:
        bus = self._bus(request, "Name")
        bus.settings |= _settings(request)
        return {"Arn": bus.arn, "Name": bus.name, **bus.settings}

    @operation
    def describe_event_bus(self, context: CallContext, request: Request) -> Response:
        return responses.bus(self._bus(request, "Name"))

    @operation
    def list_event_buses(self, context: CallContext, request: Request) -> Response:
        prefix = request.get("NamePrefix") or ""
        found = [responses.listed_bus(bus) for bus in self._buses if bus.name.startswith(prefix)]
        return page("EventBuses", found, request)

    @operation
    def delete_event_bus(self, context: CallContext, request: Request) -> Response:
        if self._rules.of(request["Name"]):
            raise errors.bus_has_rules()
        self._buses.remove(request["Name"])
        return {}

    @operation
    def tag_resource(self, context: CallContext, request: Request) -> Response:
        self._tags(request).update({tag["Key"]: tag["Value"] for tag in request["Tags"]})
        return {}

    @operation
    def untag_resource(self, context: CallContext, request: Request) -> Response:
        tags = self._tags(request)
        for key in request["TagKeys"]:
            tags.pop(key, None)
        return {}

    @operation
    def list_tags_for_resource(self, context: CallContext, request: Request) -> Response:
        return {"Tags": responses.tags(self._tags(request))}

    def _tags(self, request: Request) -> dict[str, str]:
        arn = request["ResourceARN"]
        bus = self._buses.by_arn(arn)
        return self._rules.by_arn(arn).tags if bus is None else bus.tags


def _settings(request: Request) -> Response:
    return {member: request[member] for member in _SETTINGS if request.get(member)}
