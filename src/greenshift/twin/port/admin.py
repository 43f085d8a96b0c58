"""``/_twin/``: what the person at the laptop may ask of the twin itself, as plain JSON over HTTP."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from greenshift.twin.callers.principal import Principal
from greenshift.twin.clock import Clock, ManualClock, ScaledClock, Wall
from greenshift.twin.door import Door
from greenshift.twin.faults import admin as faults
from greenshift.twin.inventory import inventory
from greenshift.twin.loop.heartbeat import Heartbeat
from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse
from greenshift.twin.preserving import Busy
from greenshift.twin.repositories import Repositories
from greenshift.twin.service import Service, ServiceError
from greenshift.twin.snapshot.errors import Unkeepable
from greenshift.twin.snapshot.manifest import Manifest
from greenshift.twin.wire.json_text import read_json

Body = dict[str, Any]

_PACKAGES = "/_twin/lambda/"


class AdminError(Exception):
    """A request to the twin itself that cannot be met; the message says why."""


class Admin:
    """The twin's own endpoints."""

    def __init__(
        self, *, instance: str, account: str, region: str, clock: Clock, door: Door,
        repositories: Repositories, services: dict[str, Service], stop: Callable[[], None],
        take_snapshot: Callable[[Path, float], Awaitable[Manifest]],
    ) -> None:  # fmt: skip
        self._instance = instance
        self._account = account
        self._region = region
        self._clock = clock
        self._wall = Wall()
        self._door = door
        self._repositories = repositories
        self._services = services
        self._stop = stop
        self._take_snapshot = take_snapshot
        self.heartbeat = Heartbeat()
        self._routes: dict[tuple[str, str], Callable[[Body], Awaitable[Body]]] = {
            ("GET", "/_twin/health"): self._health,
            ("GET", "/_twin/heartbeat"): self._heartbeat,
            ("POST", "/_twin/heartbeat"): self._start_heartbeat,
            ("DELETE", "/_twin/heartbeat"): self._stop_heartbeat,
            ("GET", "/_twin/calls"): self._calls,
            ("GET", "/_twin/resources"): self._resources,
            ("PUT", "/_twin/repositories"): self._register_repository,
            ("PUT", "/_twin/handshakes"): self._set_handshake,
            ("POST", "/_twin/handshakes"): self._complete_handshake,
            ("POST", "/_twin/clock/advance"): self._advance,
            ("POST", "/_twin/snapshot"): self._snapshot,
            ("POST", "/_twin/stop"): self._stop_twin,
        }

    async def answer(self, request: HttpRequest) -> HttpResponse:
        if request.raw_path.startswith(_PACKAGES):
            return await self._package(request.raw_path.removeprefix(_PACKAGES))
        if request.raw_path.startswith("/_twin/webhooks/"):
            return self._webhook(request)
        if request.raw_path.startswith(faults.PATH):
            return self._faults(request)
        route = self._routes.get((request.method, request.raw_path))
        if route is None:
            return _json(404, {"error": f"the twin has no {request.method} {request.raw_path}"})
        try:
            return _json(200, await route(_object(request.body)))
        except (AdminError, KeyError, ValueError) as error:
            return _json(400, {"error": str(error)})

    def _faults(self, request: HttpRequest) -> HttpResponse:
        try:
            return _json(200, faults.answer(self._door.faults, request))
        except ValueError as error:
            return _json(400, {"error": str(error)})

    async def _health(self, _: Body) -> Body:
        speed = self._clock.speed if isinstance(self._clock, ScaledClock) else 0
        return {
            "instance": self._instance,
            "account": self._account,
            "region": self._region,
            "time": self._clock.time(),
            "wall": self._wall.time(),
            "speed": speed,
            "repositories": {key: str(path) for key, path in self._repositories.all().items()},
        }

    async def _heartbeat(self, _: Body) -> Body:
        """How long the loop kept others waiting since the heartbeat was started, and the memory now."""
        return asdict(self.heartbeat.figures())

    async def _start_heartbeat(self, _: Body) -> Body:
        self.heartbeat.start()
        return asdict(self.heartbeat.figures())

    async def _stop_heartbeat(self, _: Body) -> Body:
        self.heartbeat.stop()
        return asdict(self.heartbeat.figures())

    async def _calls(self, _: Body) -> Body:
        return {"calls": [vars(record) for record in list(self._door.calls)]}

    async def _resources(self, _: Body) -> Body:
        principal = Principal.root(self._account)
        return {"resources": await inventory(self._door, principal, self._services)}

    async def _register_repository(self, body: Body) -> Body:
        path = Path(body["path"])
        if not path.is_absolute():
            raise AdminError(f"the path of a repository must be absolute, not {path}")
        self._repositories.register(body["id"], path)
        return {"id": body["id"], "path": str(path)}

    async def _set_handshake(self, body: Body) -> Body:
        """``{"handshake": "manual"}``: connections made from now on wait for somebody."""
        self._connections().set_handshake(body["handshake"])
        return {"handshake": body["handshake"]}

    async def _complete_handshake(self, body: Body) -> Body:
        """``{"connection": <arn>}``: what a person does in AWS's console."""
        try:
            self._connections().complete_handshake(body["connection"])
        except ServiceError as error:
            raise AdminError(str(error)) from error
        return {"connection": body["connection"]}

    def _connections(self) -> Any:
        if "codeconnections" not in self._services:
            raise AdminError("this twin runs without CodeConnections")
        return self._services["codeconnections"]

    async def _advance(self, body: Body) -> Body:
        if not isinstance(self._clock, ManualClock):
            raise AdminError("this twin's clock runs by itself; only a manual clock can be advanced")
        await self._clock.advance(float(body["seconds"]))
        return {"time": self._clock.time()}

    async def _snapshot(self, body: Body) -> Body:
        """``{"path": …, "seconds": …}``: what the file says of itself, or what hinders it."""
        path = Path(body["path"])
        if not path.is_absolute():
            raise AdminError(f"the path of a snapshot must be absolute, not {path}")
        try:
            manifest = await self._take_snapshot(path, float(body.get("seconds", 0.0)))
        except Busy as busy:
            return {"under_way": busy.what}
        except Unkeepable as error:
            return {"unkeepable": str(error)}
        except OSError as error:
            raise AdminError(f"{path} cannot be written: {error.strerror}") from error
        return {"manifest": asdict(manifest)}

    async def _stop_twin(self, _: Body) -> Body:
        self._stop()
        return {"stopping": True}

    def _webhook(self, request: HttpRequest) -> HttpResponse:
        """The URL PutWebhook gives; GitHub would call it after a push."""
        deliver = getattr(self._services.get("codepipeline"), "deliver_webhook", None)
        if deliver is None:
            return _json(404, {"error": "this twin runs without CodePipeline"})
        token = request.raw_path.removeprefix("/_twin/webhooks/")
        headers = {name.lower(): value for name, value in request.headers}
        try:
            return _json(200, {"execution": deliver(token, headers, request.body, "127.0.0.1")})
        except ServiceError as error:
            return _json(error.status, {"error": str(error)})

    async def _package(self, path: str) -> HttpResponse:
        """The locations that GetFunction gives for code and GetLayerVersion for a layer."""
        kind, _, rest = path.partition("/")
        name, _, number = rest.rpartition("/")
        read = getattr(
            self._services.get("lambda"), {"code": "code_zip", "layers": "layer_zip"}.get(kind, ""), None
        )
        if read is None:
            return _json(404, {"error": f"this twin has no packages of {kind}"})
        try:
            data: bytes = await read(unquote(name), unquote(number))
        except ServiceError as error:
            return _json(error.status, {"error": str(error)})
        return HttpResponse(200, (("Content-Type", "application/zip"),), data)


def _object(text: bytes) -> Body:
    found = read_json(text or b"{}")
    if not isinstance(found, dict):
        raise AdminError("the body of a request to the twin itself is a JSON object")
    return found


def _json(status: int, body: Body) -> HttpResponse:
    return HttpResponse(status, (("Content-Type", "application/json"),), json.dumps(body).encode())
