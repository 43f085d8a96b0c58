"""The one port: routing only.

What ``routing`` finds to be for a service of ours is read and answered in its own protocol; ``/_twin/`` is
for the person running the twin; everything else is moto's. An ASGI application, and nothing more.
"""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote

from greenshift.twin import intake, json_protocol, protocols
from greenshift.twin.admin import Admin
from greenshift.twin.clock import Clock
from greenshift.twin.connections import Connections
from greenshift.twin.door import Door
from greenshift.twin.environments import HEADER, Environment
from greenshift.twin.faults.model import Call, NoAnswer
from greenshift.twin.iam import refusals, wire
from greenshift.twin.moto import Moto
from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse
from greenshift.twin.principal import Principal
from greenshift.twin.routing import Routed, Routes
from greenshift.twin.service import CallContext, Service, ServiceError
from greenshift.twin.sessions import Sessions
from greenshift.twin.shapes import is_large

log = logging.getLogger("greenshift.twin")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/[^/]*/([^/]+)/aws4_request")
_PRESIGNED = re.compile(r"X-Amz-Credential=([^/&]+)/\d+/[^/]*/([^/&]+)/aws4_request")
# Signature version 2, which boto3 still signs S3 URLs with.
_PRESIGNED_S3 = re.compile(r"(?:^|&)AWSAccessKeyId=([^&]+)")
_ACCESS_KEY = re.compile(rb"<AccessKeyId>(\w+)</AccessKeyId>")


class Gateway:
    """Routes each request to the service that answers it."""

    def __init__(
        self, *, services: Mapping[str, Service], door: Door, moto: Moto, sessions: Sessions, admin: Admin,
        clock: Clock, connections: Connections,
    ) -> None:  # fmt: skip
        self._services = services
        self._door = door
        self._moto = moto
        self._sessions = sessions
        self._admin = admin
        self._clock = clock
        self._connections = connections
        self._routes = Routes(services)
        self._intake = intake.Intake()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        head = intake.head(scope)
        try:
            request = await self._intake.read(head, receive)
        except intake.Gone:
            return
        except intake.Refused as refused:
            await self._send(self._refused(head, refused.error), send)
            return
        try:
            response = await self._answer(request)
        except NoAnswer:
            self._connections.drop(scope["client"])
            while (await receive())["type"] != "http.disconnect":
                pass  # until uvicorn knows as well that nobody is there
            return
        await self._send(response, send)

    async def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            return await self._route(request)
        except NoAnswer:
            raise
        except Exception:
            # The edge of the process: whatever went wrong is ours, and the caller must hear of it.
            log.exception("%s %s failed", request.method, request.raw_path)
            message = traceback.format_exc(limit=-3)
            return json_protocol.error(ServiceError("InternalFailure", message, 500), "application/json")

    def _refused(self, head: HttpRequest, error: ServiceError) -> HttpResponse:
        """What was not taken in is refused in the protocol it came in."""
        _, service = _credential(head)
        routed = self._routes.find(head, service)
        if routed is not None:
            return protocols.speaker(routed, head).refuse(error)
        return refusals.answer(error, wire.recognise(head, service).service, head)

    async def _route(self, request: HttpRequest) -> HttpResponse:
        if request.raw_path.startswith("/_twin/"):
            return await self._admin.answer(request)
        key, scope_service = _credential(request)
        routed = self._routes.find(request, scope_service)
        if routed is not None:
            return await self._ours(routed, request, key)
        return await self._to_moto(request, key, scope_service)

    async def _ours(self, routed: Routed, request: HttpRequest, key: str) -> HttpResponse:
        speaker = protocols.speaker(routed, request)
        try:
            asked = await _read(speaker, request)
            service = self._services[routed.service]
            context = self._context(key, request)
            response = await self._door.dispatch(context, service, asked.model.name, asked.input)
            if is_large(response):
                return await asyncio.to_thread(speaker.answer, asked.model, response)
            return speaker.answer(asked.model, response)
        except ServiceError as error:
            return speaker.refuse(error)

    async def _to_moto(self, request: HttpRequest, key: str, service: str) -> HttpResponse:
        asked, principal = wire.recognise(request, service), self._principal(key)
        call = Call(principal, asked.service, asked.operation, asked.parameters, self._environment(request))
        try:
            return await self._door.recorded(call, lambda: self._by_moto(call, asked), _error_of)
        except ServiceError as error:
            return refusals.answer(error, asked.service, request)

    async def _by_moto(self, call: Call, asked: wire.Asked) -> HttpResponse:
        if call.principal.kind == "role":
            await self._door.admit(call.principal, call.service, call.operation, asked.parameters())
        response = await self._moto.http(asked.request)
        if response.status < 400:
            self._after(asked, response)
        return response

    def _after(self, asked: wire.Asked, response: HttpResponse) -> None:
        """What moto was asked to do may change who may do what."""
        if asked.service == "sts" and asked.operation == "AssumeRole":
            found = _ACCESS_KEY.search(response.body)
            if found:
                self._sessions.learn(found[1].decode(), asked.parameters())
        if asked.service in ("iam", "logs", "s3", "sns"):
            is_read = asked.service in ("iam", "logs")
            self._door.performed(asked.service, asked.operation, asked.parameters() if is_read else {})

    def _context(self, key: str, request: HttpRequest) -> CallContext:
        return self._door.context(self._principal(key), self._environment(request))

    def _environment(self, request: HttpRequest) -> Environment | None:
        return self._door.environment(request.header(HEADER))

    def _principal(self, key: str) -> Principal:
        return self._sessions.principal(key)

    async def _send(self, response: HttpResponse, send: Send) -> None:
        names = {name.lower() for name, _ in response.headers}
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in response.headers
            if name.lower() not in ("date", "connection", "transfer-encoding", "content-length", "server")
        ]
        if not names & {"x-amzn-requestid", "x-amz-request-id"}:
            headers.append((b"x-amzn-RequestId", str(uuid.uuid4()).encode()))
        # AWS's answers tell AWS's time; here that is the twin's, and release code reads it there.
        headers.append((b"Date", format_datetime(self._clock.now(), usegmt=True).encode()))
        headers.append((b"Content-Length", _content_length(response).encode()))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})


async def _read(speaker: protocols.Speaker, request: HttpRequest) -> protocols.Asked:
    """What is asked; a long body is read in a thread, so that others are served meanwhile."""
    if len(request.body) > intake.LONG:
        return await asyncio.to_thread(lambda: speaker.read(intake.inflated(request)))
    return speaker.read(intake.inflated(request))


def _credential(request: HttpRequest) -> tuple[str, str]:
    """The access key and the service a request was signed for; empty where it was not signed."""
    found = _CREDENTIAL.search(request.header("authorization"))
    if found is None and "X-Amz-Credential" in request.query:
        found = _PRESIGNED.search(unquote(request.query))
    if found is None and (signed := _PRESIGNED_S3.search(request.query)):
        return unquote(signed[1]), "s3"
    return (found[1], found[2]) if found else ("", "")


def _error_of(response: HttpResponse) -> str:
    return "" if response.status < 400 else str(response.status)


def _content_length(response: HttpResponse) -> str:
    """A HEAD answer tells the length of the body it does not carry."""
    told = next((value for name, value in response.headers if name.lower() == "content-length"), None)
    return told if told is not None and not response.body else str(len(response.body))
