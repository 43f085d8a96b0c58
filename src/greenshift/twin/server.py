"""A twin: its parts put together, started and stopped. Wiring only."""

from __future__ import annotations

import asyncio
import logging
import shutil
import socket
import tempfile
import time
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import uvicorn

from greenshift.errors import TwinError, UsageError
from greenshift.twin import registry
from greenshift.twin.alarms.metrics import MetricStore
from greenshift.twin.callers.environments import Environment, Find, nowhere
from greenshift.twin.callers.principal import Principal
from greenshift.twin.callers.sessions import Sessions
from greenshift.twin.clock import MANUAL_START, Clock, ManualClock, ScaledClock
from greenshift.twin.door import Door
from greenshift.twin.entrance.admission import Admission
from greenshift.twin.entrance.hosts import Hosts
from greenshift.twin.entrance.origins import origin
from greenshift.twin.entrance.public import Public
from greenshift.twin.http_apis.front import SUFFIX as SUFFIX_OF_APIS
from greenshift.twin.http_apis.front import Front
from greenshift.twin.http_apis.urls import SUFFIX as SUFFIX_OF_FUNCTIONS
from greenshift.twin.http_apis.urls import Urls
from greenshift.twin.iam.guard import Guard
from greenshift.twin.iam.needs import Place
from greenshift.twin.iam.policies import PolicyStore
from greenshift.twin.iam.research import Research
from greenshift.twin.logs import LogWriter
from greenshift.twin.loop.garbage import Collector
from greenshift.twin.loop.tasks import Tasks
from greenshift.twin.machine.options import TwinOptions, not_restored
from greenshift.twin.moto import Moto, addresses
from greenshift.twin.outgoing.deliveries import Outbox
from greenshift.twin.port.admin import Admin
from greenshift.twin.port.connections import Connections
from greenshift.twin.port.gateway import Gateway
from greenshift.twin.preserving import Preserver
from greenshift.twin.repositories import Repositories
from greenshift.twin.service import Service
from greenshift.twin.snapshot import archive
from greenshift.twin.snapshot.errors import Unreadable
from greenshift.twin.snapshot.manifest import Manifest, versions
from greenshift.twin.world import ServiceEvent, World

log = logging.getLogger("greenshift.twin")

_ANOTHER_PORT = "choose another with --port, or leave --port out to take a free one"
_PORT_OF_BEFORE = "free it; or, as addresses with it stand in what the twin holds, take another with --port 0"
_WARM = ("iam", "sts", "s3", "dynamodb", "logs", "sns")


class Twin:
    """One running twin; ``start`` returns when it answers, ``stop`` when nothing of it is left."""

    def __init__(self, options: TwinOptions) -> None:
        self.options = options
        self.instance = options.instance or uuid.uuid4().hex[:12]
        self.stopping = asyncio.Event()
        self.collector = Collector()
        self._socket = _listen(options)
        self.port: int = self._socket.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.directory = options.directory or Path(tempfile.mkdtemp(prefix="greenshift-twin-"))
        self._build()

    def _build(self) -> None:
        options = self.options
        self.clock: Clock = (
            ManualClock(options.moment or MANUAL_START, is_busy=lambda: self.door.in_flight > 0)
            if options.manual_clock
            else ScaledClock(options.speed, options.moment)
        )
        self.tasks = Tasks()
        self.services: dict[str, Service] = {}
        self.repositories = Repositories()
        sessions = Sessions(options.account)
        self.moto = Moto(account=options.account, region=options.region, clock=self.clock)
        self._place = Place(options.account, options.region)
        self.guard = self._guard()
        self.door = Door(
            services=self.services, moto=self.moto, sessions=sessions, clock=self.clock,
            account=options.account, region=options.region, endpoint=self.endpoint,
            guard=self.guard if options.enforce_iam else None, find_environment=self._environment,
        )  # fmt: skip
        self.world = self._world()
        self.door.observers.append(self.world.logs.observe)
        self.services.update(_services(self.world, options.services))
        self.preserver = Preserver(
            world=self.world, door=self.door, sessions=sessions, moto=self.moto, services=self.services,
            describe=self._describe,
        )  # fmt: skip
        self.admin = admin = Admin(
            instance=self.instance, account=options.account, region=options.region, clock=self.clock,
            door=self.door, repositories=self.repositories, services=self.services, stop=self.stopping.set,
            take_snapshot=self.take_snapshot,
        )  # fmt: skip
        connections = Connections()
        gateway = Gateway(
            services=self.services, door=self.door, moto=self.moto, sessions=sessions, admin=admin,
            clock=self.clock, connections=connections, admission=self._admission(),
            public=Public(self.moto, self.clock, self._place),
        )  # fmt: skip
        self._front(sessions)
        self._server = uvicorn.Server(_uvicorn_config(gateway, connections))

    def _front(self, sessions: Sessions) -> None:
        """The addresses of APIs and of functions, which anybody may open."""
        addresses.set_port(self.port)
        front = Front(self.world, self.moto, sessions.principal)
        self.door.observers.append(front.reader.observe)
        self.hosts.publish(SUFFIX_OF_APIS, front.answer)
        observe = getattr(self.services.get("lambda"), "observe", None)
        if observe is not None:
            self.door.observers.append(observe)
        find = getattr(self.services.get("lambda"), "url_at", None)
        if find is not None:
            self.hosts.publish(SUFFIX_OF_FUNCTIONS, Urls(self.world, find, sessions.principal).answer)

    def _guard(self) -> Guard:
        return Guard(
            policies=PolicyStore(self.moto, self.options.account),
            research=Research(self._look),
            clock=self.clock,
            place=self._place,
        )

    def _admission(self) -> Admission:
        self.hosts = Hosts(self.port)
        allowed = [origin(each) for each in self.options.allow_origins]
        for each in allowed:
            log.warning("pages of %s may speak to this twin, and through it run code as you", each)
        return Admission(self.hosts, allowed, self.endpoint)

    async def _look(self, service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Read something as the account itself; nobody's call, so not recorded."""
        ours = self.services.get(service)
        if ours is None:
            return await self.moto.call(service, operation, parameters, self.options.account)
        root = self.door.context(Principal.root(self.options.account))
        return await ours.perform(root, operation, dict(parameters))

    def _world(self) -> World:
        if self.options.directory is not None:
            # Whatever a twin that was killed has left there is nobody's.
            shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True, exist_ok=True)
        return World(
            clock=self.clock,
            aws=self.door,
            tasks=self.tasks,
            emit=self._emit,
            metrics=MetricStore(self.clock),
            logs=LogWriter(self.door, self.tasks),
            repositories=self.repositories,
            directory=self.directory,
            cache=self.options.cache,
            account=self.options.account,
            region=self.options.region,
            endpoint=self.endpoint,
        )

    def _environment(self, trace_id: str) -> Environment | None:
        find: Find = getattr(self.services.get("lambda"), "environment", nowhere)
        return find(trace_id)

    def _emit(self, event: ServiceEvent) -> None:
        events = self.services.get("events")
        publish = getattr(events, "publish", None)
        if publish is not None:
            publish(event)

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        outbox = Outbox(self.world)
        await self.moto.start(
            lambda outgoing: _discard(loop.call_soon_threadsafe(outbox.take, outgoing)),
            self.world.record_chains,
        )
        if self.options.snapshot is not None:
            await self._begin_with(self.options.snapshot)
        for service in self.services.values():
            service.start()
        self._serving = loop.create_task(self._server.serve(sockets=[self._socket]), name="uvicorn")
        while not self._server.started:
            if self._serving.done():
                raise TwinError("the twin's server ended while it started")
            await asyncio.sleep(0.005)
        self.collector.start()
        self.tasks.start(self._warm(), "warm moto")

    async def _begin_with(self, snapshot: Path) -> None:
        try:
            with archive.opened(snapshot) as found:
                await self.preserver.give_back(found)
        except Unreadable as error:
            self._socket.close()
            await self.moto.stop()
            raise not_restored(snapshot, error) from None

    async def take_snapshot(self, path: Path, seconds: float) -> Manifest:
        """Write all there is into a file, within ``seconds`` of waiting until nothing is under way."""
        return await self.preserver.take(path, seconds)

    def _describe(self, counts: Mapping[str, int]) -> Manifest:
        options = self.options
        return Manifest(
            **versions(), instance=self.instance, account=options.account, region=options.region,
            port=self.port, speed=options.speed, enforce_iam=options.enforce_iam, time=self.clock.time(),
            wall=time.time(), counts=counts,
        )  # fmt: skip

    async def _warm(self) -> None:
        await self.moto.warm(_WARM)
        self.collector.settle()

    async def stop(self) -> None:
        self.admin.heartbeat.stop()
        self._server.should_exit = True
        await self._serving
        for service in self.services.values():
            await service.stop()
        await self.tasks.stop()
        await self.moto.stop()
        self.collector.stop()
        await asyncio.to_thread(shutil.rmtree, self.directory, ignore_errors=True)


def _services(world: World, names: Iterable[str]) -> dict[str, Service]:
    return {name: registry.service_class(name)(world) for name in sorted(names)}


def _listen(options: TwinOptions) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", options.port))
    except OSError:
        listener.close()
        hint = _ANOTHER_PORT if options.snapshot is None else _PORT_OF_BEFORE
        raise UsageError(f"port {options.port} on 127.0.0.1 is taken", hint=hint) from None
    return listener


def _uvicorn_config(gateway: Gateway, connections: Connections) -> uvicorn.Config:
    return uvicorn.Config(
        gateway,
        http=connections.protocol(),
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )


def _discard(_: object) -> None:
    """moto's thread hands work over and does not wait for it."""
