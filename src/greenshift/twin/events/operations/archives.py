"""Archives of buses, and replays of archives."""

from __future__ import annotations

from greenshift.twin.events import errors, requests, responses
from greenshift.twin.events.archives import Archive
from greenshift.twin.events.buses import Bus
from greenshift.twin.events.model import Event
from greenshift.twin.events.operations.base import EventsBase, page
from greenshift.twin.events.replays import Replay, Send
from greenshift.twin.service import CallContext, Request, Response, operation


class ArchiveOperations(EventsBase):
    """CreateArchive, StartReplay and what looks at them."""

    @operation
    def create_archive(self, context: CallContext, request: Request) -> Response:
        bus = self._by_arn(request["EventSourceArn"])
        name = request["ArchiveName"]
        archive = Archive(name, self._arn("archive", name), bus.arn, self.world.clock.now())
        _set(archive, request)
        self._archives.add(archive)
        return _state(archive)

    @operation
    def update_archive(self, context: CallContext, request: Request) -> Response:
        archive = self._archives.find(request["ArchiveName"])
        _set(archive, request)
        return _state(archive)

    @operation
    def describe_archive(self, context: CallContext, request: Request) -> Response:
        return responses.described_archive(self._current(self._archives.find(request["ArchiveName"])))

    @operation
    def list_archives(self, context: CallContext, request: Request) -> Response:
        prefix, source = request.get("NamePrefix") or "", request.get("EventSourceArn")
        found = [
            responses.archive(self._current(each))
            for each in self._archives
            if each.name.startswith(prefix) and source in (None, each.bus_arn)
        ]
        return page("Archives", found, request)

    @operation
    def delete_archive(self, context: CallContext, request: Request) -> Response:
        self._archives.remove(request["ArchiveName"])
        return {}

    @operation
    def start_replay(self, context: CallContext, request: Request) -> Response:
        archive = self._current(self._archives.find(request["EventSourceArn"].rpartition("archive/")[2]))
        destination, start, end = request["Destination"], *requests.span(request)
        if destination["Arn"] != archive.bus_arn:
            raise errors.validation(
                "Parameter Destination.Arn is not valid. Reason: Must contain the event bus of the archive."
            )
        name, filters = request["ReplayName"], tuple(destination.get("FilterArns") or ())
        for arn in filters:
            self._rules.by_arn(arn)
        replay = Replay(
            name, self._arn("replay", name), archive.arn, archive.bus_arn, start, end,
            self.world.clock.now(), request.get("Description"), filters,
        )  # fmt: skip
        self._replays.start(replay, archive.between(start, end), self._replayed(archive.bus_arn))
        return {"ReplayArn": replay.arn, "State": replay.state, "ReplayStartTime": replay.started}

    @operation
    def describe_replay(self, context: CallContext, request: Request) -> Response:
        return responses.described_replay(self._replays.find(request["ReplayName"]))

    @operation
    def list_replays(self, context: CallContext, request: Request) -> Response:
        prefix = request.get("NamePrefix") or ""
        source, state = request.get("EventSourceArn"), request.get("State")
        found = [
            responses.replay(each)
            for each in self._replays
            if each.name.startswith(prefix)
            and source in (None, each.archive_arn)
            and state in (None, each.state)
        ]
        return page("Replays", found, request)

    @operation
    def cancel_replay(self, context: CallContext, request: Request) -> Response:
        replay = self._replays.cancel(request["ReplayName"])
        return {"ReplayArn": replay.arn, "State": replay.state}

    def _replayed(self, bus_arn: str) -> Send:
        def send(event: Event, only: frozenset[str]) -> bool:
            bus = self._by_arn(bus_arn)
            rules = [rule for rule in self._rules.of(bus.name) if not only or rule.arn in only]
            self._route(event, rules)
            return self._deliveries.has_room

        return send

    def _by_arn(self, arn: str) -> Bus:
        bus = self._buses.by_arn(arn)
        if bus is None:
            raise errors.bus_not_found(arn)
        return bus

    def _current(self, archive: Archive) -> Archive:
        archive.expire(self.world.clock.time())
        return archive

    def _arn(self, kind: str, name: str) -> str:
        return f"arn:aws:events:{self.world.region}:{self.world.account}:{kind}/{name}"


def _set(archive: Archive, request: Request) -> None:
    """What is omitted stays as it is; what is empty is gone."""
    if (description := request.get("Description")) is not None:
        archive.description = description or None
    if (text := request.get("EventPattern")) is not None:
        archive.pattern_text, archive.pattern = text or None, requests.pattern(text) if text else None
    if (days := request.get("RetentionDays")) is not None:
        archive.retention_days = days


def _state(archive: Archive) -> Response:
    return {"ArchiveArn": archive.arn, "State": "ENABLED", "CreationTime": archive.created}
