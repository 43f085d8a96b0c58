"""CodeConnections on the wire: request in, one call on the state, response out.

On AWS a connection made by an API call stays PENDING until a person finishes the handshake in the console
(user guide: "Update a pending connection"). Nobody does that for a laptop, so by default the twin does; a
twin whose ``handshake`` is "manual" waits for ``complete_handshake``, to try what a forgotten one does
(``PUT`` and ``POST /_twin/handshakes``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, get_args

from greenshift.twin.codeconnections import errors
from greenshift.twin.codeconnections.state import Connection, Connections
from greenshift.twin.service import CallContext, Request, Response, Service, operation
from greenshift.twin.snapshot.keeping import Keeper
from greenshift.twin.world import World

Handshake = Literal["automatic", "manual"]

_PAGE = 100


class CodeConnections(Service):
    name: ClassVar[str] = "codeconnections"
    kept: ClassVar[tuple[str, ...]] = ("_handshake",)

    def __init__(
        self,
        world: World,
        *,
        handshake: Handshake = "automatic",
        handshake_seconds: float = 0.0,
    ) -> None:
        super().__init__(world)
        self._connections = Connections(world.account, world.region)
        self._handshake = handshake
        self._handshake_seconds = handshake_seconds

    def keepers(self) -> Mapping[str, Keeper]:
        return {"connections": self._connections}

    def resources(self) -> list[str]:
        return [connection.arn for connection in self._connections.all()]

    def set_handshake(self, handshake: Handshake) -> None:
        """Who completes the handshakes of connections made from now on: the twin itself, or nobody."""
        if handshake not in get_args(Handshake):
            raise ValueError(f"a handshake is {' or '.join(get_args(Handshake))}, not {handshake!r}")
        self._handshake = handshake

    def complete_handshake(self, arn: str) -> None:
        """Do what a person does in the console: PENDING becomes AVAILABLE."""
        self._connections.complete_handshake(arn)

    @operation
    def create_connection(self, context: CallContext, request: Request) -> Response:
        provider, host = request.get("ProviderType"), request.get("HostArn")
        if (provider is None) == (host is None):
            raise errors.provider_or_host_required()
        if provider is None:
            raise errors.host_not_found(str(host))
        tags = _read_tags(request.get("Tags") or [])
        connection = self._connections.create(request["ConnectionName"], provider, tags)
        if self._handshake == "automatic":
            self._begin_handshake(connection.arn)
        return {"ConnectionArn": connection.arn, "Tags": _write_tags(tags)}

    @operation
    def get_connection(self, context: CallContext, request: Request) -> Response:
        return {"Connection": _describe(self._connections.get(request["ConnectionArn"]))}

    @operation
    def list_connections(self, context: CallContext, request: Request) -> Response:
        if request.get("HostArnFilter"):
            return {"Connections": []}
        found = self._connections.all(request.get("ProviderTypeFilter"))
        start = _offset(request.get("NextToken"), len(found))
        end = start + (request.get("MaxResults") or _PAGE)
        response: Response = {"Connections": [_describe(connection) for connection in found[start:end]]}
        if end < len(found):
            response["NextToken"] = str(end)
        return response

    @operation
    def delete_connection(self, context: CallContext, request: Request) -> Response:
        self._connections.delete(request["ConnectionArn"])
        return {}

    @operation
    def tag_resource(self, context: CallContext, request: Request) -> Response:
        self._connections.tag(request["ResourceArn"], _read_tags(request["Tags"]))
        return {}

    @operation
    def untag_resource(self, context: CallContext, request: Request) -> Response:
        self._connections.untag(request["ResourceArn"], request["TagKeys"])
        return {}

    @operation
    def list_tags_for_resource(self, context: CallContext, request: Request) -> Response:
        return {"Tags": _write_tags(self._connections.get(request["ResourceArn"]).tags)}

    def _begin_handshake(self, arn: str) -> None:
        if self._handshake_seconds <= 0:
            self._connections.complete_handshake(arn)
        else:
            self.world.tasks.start(self._shake_hands_later(arn), f"handshake of {arn}")

    async def _shake_hands_later(self, arn: str) -> None:
        await self.world.clock.sleep(self._handshake_seconds)
        if arn in self.resources():
            self._connections.complete_handshake(arn)


def _describe(connection: Connection) -> Response:
    return {
        "ConnectionName": connection.name,
        "ConnectionArn": connection.arn,
        "ProviderType": connection.provider_type,
        "OwnerAccountId": connection.owner,
        "ConnectionStatus": connection.status,
    }


def _read_tags(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


def _write_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _offset(token: str | None, length: int) -> int:
    if token is None:
        return 0
    if not token.isdigit() or int(token) > length:
        raise errors.invalid_next_token()
    return int(token)
