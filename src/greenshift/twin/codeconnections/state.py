"""The connections that exist, and the rules about them; knows nothing of requests or of time."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from greenshift.twin.codeconnections import errors

ConnectionStatus = Literal["PENDING", "AVAILABLE", "ERROR"]

# API reference, TagResource: "a maximum of 200 tags"; quotas page: 250 connections per account and region.
MAX_TAGS = 200
MAX_CONNECTIONS = 250


@dataclass(frozen=True)
class Connection:
    """One connection; PENDING until a person has completed the handshake with the provider."""

    arn: str
    name: str
    provider_type: str
    owner: str
    status: ConnectionStatus = "PENDING"
    tags: Mapping[str, str] = field(default_factory=dict)


class Connections:
    """All connections of one account in one region, in the order they were made."""

    kept: ClassVar[tuple[str, ...]] = ("_by_id",)

    def __init__(self, account: str, region: str) -> None:
        self._account = account
        self._prefix = f"arn:aws:codeconnections:{region}:{account}:connection/"
        self._by_id: dict[str, Connection] = {}

    def create(self, name: str, provider_type: str, tags: Mapping[str, str]) -> Connection:
        # Names need not be unique on AWS either: the ARN is the identity.
        if len(self._by_id) >= MAX_CONNECTIONS:
            raise errors.too_many_connections(MAX_CONNECTIONS)
        _check_tags(tags)
        identity = str(uuid.uuid4())
        connection = Connection(self._prefix + identity, name, provider_type, self._account, tags=tags)
        self._by_id[identity] = connection
        return connection

    def get(self, arn: str) -> Connection:
        """The connection behind either form of its ARN.

        Connections made before July 2024 carry ``arn:aws:codestar-connections:…``, and templates in the
        field still say so for new ones; the UUID at the end is the same.
        """
        connection = self._by_id.get(_identity(arn))
        if connection is None or _place(connection.arn) != _place(arn):
            raise errors.resource_not_found(arn)
        return connection

    def all(self, provider_type: str | None = None) -> list[Connection]:
        return [c for c in self._by_id.values() if provider_type in (None, c.provider_type)]

    def delete(self, arn: str) -> None:
        del self._by_id[_identity(self.get(arn).arn)]

    def complete_handshake(self, arn: str) -> Connection:
        return self._put(replace(self.get(arn), status="AVAILABLE"))

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        connection = self.get(arn)
        merged = {**connection.tags, **tags}
        _check_tags(merged)
        self._put(replace(connection, tags=merged))

    def untag(self, arn: str, keys: list[str]) -> None:
        connection = self.get(arn)
        self._put(replace(connection, tags={k: v for k, v in connection.tags.items() if k not in keys}))

    def _put(self, connection: Connection) -> Connection:
        self._by_id[_identity(connection.arn)] = connection
        return connection


def _check_tags(tags: Mapping[str, str]) -> None:
    if len(tags) > MAX_TAGS:
        raise errors.too_many_tags(MAX_TAGS)


def _identity(arn: str) -> str:
    return arn.rpartition("/")[2]


def _place(arn: str) -> tuple[str, ...]:
    """Region, account and resource type: everything of the ARN but the service's changing name."""
    return tuple(arn.rpartition("/")[0].split(":")[3:])
