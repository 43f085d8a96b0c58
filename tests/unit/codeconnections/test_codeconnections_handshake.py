"""When a connection becomes available: at once, after a while, or when somebody says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from greenshift.twin.callers.principal import Principal
from greenshift.twin.clock import ManualClock
from greenshift.twin.codeconnections.api import CodeConnections
from greenshift.twin.loop.tasks import Tasks
from greenshift.twin.service import CallContext, ServiceError
from greenshift.twin.world import World

CONTEXT = CallContext(Principal.root("123456789012"), "123456789012", "us-east-1", "request")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    unused = cast("Any", None)
    made = World(
        clock=ManualClock(), aws=unused, tasks=Tasks(), emit=lambda _: None, metrics=unused, logs=unused,
        repositories=unused, directory=tmp_path, cache=tmp_path, account="123456789012",
        region="us-east-1", endpoint="http://127.0.0.1:1",
    )  # fmt: skip
    yield made
    await made.tasks.stop()


async def create(service: CodeConnections) -> str:
    request = {"ProviderType": "GitHub", "ConnectionName": "app"}
    return str((await service.perform(CONTEXT, "CreateConnection", request))["ConnectionArn"])


async def status(service: CodeConnections, arn: str) -> str:
    found = await service.perform(CONTEXT, "GetConnection", {"ConnectionArn": arn})
    return str(found["Connection"]["ConnectionStatus"])


async def advance(world: World, seconds: float) -> None:
    clock = world.clock
    assert isinstance(clock, ManualClock)
    await clock.advance(seconds)


async def test_by_default_the_twin_shakes_hands_at_once(world: World) -> None:
    service = CodeConnections(world)

    assert await status(service, await create(service)) == "AVAILABLE"


async def test_a_handshake_can_take_its_time(world: World) -> None:
    service = CodeConnections(world, handshake_seconds=60)
    arn = await create(service)

    await advance(world, 59)
    assert await status(service, arn) == "PENDING"
    await advance(world, 1)

    assert await status(service, arn) == "AVAILABLE"


async def test_a_connection_deleted_during_its_handshake_stays_deleted(world: World) -> None:
    service = CodeConnections(world, handshake_seconds=60)
    arn = await create(service)
    await advance(world, 1)
    await service.perform(CONTEXT, "DeleteConnection", {"ConnectionArn": arn})

    await advance(world, 60)

    assert service.resources() == []


async def test_a_manual_handshake_waits_for_somebody(world: World) -> None:
    service = CodeConnections(world, handshake="manual")
    arn = await create(service)
    await advance(world, 24 * 3600)
    assert await status(service, arn) == "PENDING"

    service.complete_handshake(arn)

    assert await status(service, arn) == "AVAILABLE"


async def test_a_handshake_with_nobody_is_refused(world: World) -> None:
    service = CodeConnections(world, handshake="manual")

    with pytest.raises(ServiceError, match="ResourceNotFoundException"):
        service.complete_handshake("arn:aws:codeconnections:us-east-1:123456789012:connection/nope")
