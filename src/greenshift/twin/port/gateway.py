"""The one port: routing only.

The entrance judges every request before anything else is done with it. What ``routing`` finds to be for a
service of ours is read and answered in its own protocol; ``/_twin/`` is for the person running the twin;
everything else is moto's. An ASGI application, and nothing more.
"""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from greenshift.twin.callers import chain
from greenshift.twin.callers.environments import HEADER, Environment
from greenshift.twin.callers.principal import Principal
from greenshift.twin.callers.sessions import Sessions
from greenshift.twin.clock import Clock
from greenshift.twin.door import Door
from greenshift.twin.entrance import forms, hosts, signature, unsigned
from greenshift.twin.entrance.admission import Admission
from greenshift.twin.entrance.forms import Common
from greenshift.twin.entrance.hosts import Place
from greenshift.twin.entrance.public import Public
from greenshift.twin.faults.model import Call, NoAnswer
from greenshift.twin.iam import wire, written
from greenshift.twin.moto import Moto, pretended
from greenshift.twin.moto.blame import fault_of_client
from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse, NotServed
from greenshift.twin.port import distance, intake
from greenshift.twin.port.admin import Admin
from greenshift.twin.port.connections import Connections
from greenshift.twin.port.routing import Routed, Routes
from greenshift.twin.service import CallContext, Service, ServiceError
from greenshift.twin.wire import protocols
from greenshift.twin.wire.shapes import is_large

log = logging.getLogger("greenshift.twin")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_REQUEST_ID = "x-amzn-RequestId"
_ACCESS_KEY = re.compile(rb"<AccessKeyId>(\w+)</AccessKeyId>")
_NO_MOTO_API = (
    "moto's own API is not offered: it knows half of what is here; "
    "for an empty twin: greenshift twin stop, then greenshift twin start"
)


class Gateway:
    """Routes each request to the service that answers it."""

    def __init__(
        self, *, services: Mapping[str, Service], door: Door, moto: Moto, sessions: Sessions, admin: Admin,
        clock: Clock, connections: Connections, admission: Admission, public: Public,
    ) -> None:  # fmt: skip
        self._services = services
        self._door = door
        self._moto = moto
        self._sessions = sessions
        self._admin = admin
        self._clock = clock
        self._connections = connections
        self._admission = admission
        self._public = public
        self._routes = Routes(services)
        self._intake = intake.Intake()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        head = intake.head(scope)
        visit = self._admission.judge(head)
        if visit.answer is not None:
            await intake.ignore(receive)
            await self._send(self._admission.complete(visit, visit.answer), send)
            return
        try:
            request = await self._intake.read(head, receive)
        except intake.Gone:
            return
        except intake.Refused as refused:
            await self._send(self._admission.complete(visit, self._refused(head, refused.error)), send)
            return
        try:
            response = await self._answer(request, visit.place)
        except NoAnswer:
            self._connections.drop(scope["client"])
            while (await receive())["type"] != "http.disconnect":
                pass  # until uvicorn knows as well that nobody is there
            return
        await distance.keep(request, response)
        await self._send(self._admission.complete(visit, response), send)

    async def _answer(self, request: HttpRequest, place: Place) -> HttpResponse:
        try:
            return await self._at(place, request)
        except NoAnswer:
            raise
        except Exception:
            # The edge of the process: whatever went wrong is ours, and the caller must hear of it.
            return self._failed(request)

    def _failed(self, request: HttpRequest) -> HttpResponse:
        signed = signature.of(request)
        service = signed.service if signed else ""
        form = forms.of(request, service, self._routes.find(request, service))
        name = uuid.uuid4().hex[:8]
        log.exception("failure %s: %s %s", name, request.method, request.raw_path)
        reason = f"the twin itself failed; what happened stands in its log, twin.log, as failure {name}"
        return forms.refuse(Common.INTERNAL, reason, form, request)

    async def _at(self, place: Place, request: HttpRequest) -> HttpResponse:
        if place.answer is not None:
            return await place.answer(place.name, request)
        return await (
            self._in_bucket(place.name, request) if place.kind == "bucket" else self._route(request)
        )

    async def _in_bucket(self, bucket: str, request: HttpRequest) -> HttpResponse:
        """A bucket's own name leads to S3 and nothing else: its pages must not reach the rest."""
        signed = signature.of(request)
        plain = hosts.by_path(request, bucket)
        if signed is None:
            return await self._anonymous(plain)
        if signed.service != "s3":
            form = forms.of(request, signed.service)
            return forms.answer(
                Common.DENIED.error(form, f"{bucket} is a bucket: S3 alone is here"), form, request
            )
        return await self._to_moto(plain, signed.key, "s3")

    def _refused(self, head: HttpRequest, error: ServiceError) -> HttpResponse:
        """What was not taken in is refused in the protocol it came in."""
        signed = signature.of(head)
        service = signed.service if signed else ""
        routed = self._routes.find(head, service)
        if routed is not None:
            return protocols.speaker(routed, head).refuse(error)
        return forms.answer(error, forms.of(head, service), head)

    async def _route(self, request: HttpRequest) -> HttpResponse:
        if request.raw_path.startswith("/_twin/"):
            return await self._admin.answer(request)
        signed = signature.of(request)
        if signed is None and request.raw_path.startswith("/moto-api/"):
            return forms.refuse(Common.DENIED, _NO_MOTO_API, "twin", request)
        routed = self._routes.find(request, signed.service if signed else "")
        if signed is None:
            return await self._unsigned(request, routed)
        if routed is not None:
            return await self._ours(routed, request, signed.key)
        return await self._to_moto(request, signed.key, signed.service)

    async def _unsigned(self, request: HttpRequest, routed: Routed | None) -> HttpResponse:
        if routed is None and unsigned.is_open(request):
            return await self._to_moto(request, "", "")
        form = forms.of(request, routed=routed)
        if form == "s3":
            return await self._anonymous(request)
        return forms.answer(
            Common.UNSIGNED.error(form, "Request is missing Authentication Token"), form, request
        )

    async def _anonymous(self, request: HttpRequest) -> HttpResponse:
        asked = wire.recognise(request, "s3")
        if await self._public.admits(asked.operation, asked.parameters()):
            return await self._to_moto(self._public.signed(request), "", "s3")
        return forms.refuse(Common.UNSIGNED, "Access Denied", "s3", request)

    async def _ours(self, routed: Routed, request: HttpRequest, key: str) -> HttpResponse:
        """The answer's request id is the operation's own: for an invocation, the one its code and log see."""
        context = self._context(key, request)
        answer = await self._performed(routed, request, context)
        return replace(answer, headers=(*answer.headers, (_REQUEST_ID, context.request_id)))

    async def _performed(self, routed: Routed, request: HttpRequest, context: CallContext) -> HttpResponse:
        speaker = protocols.speaker(routed, request, context.request_id)
        try:
            asked = await _read(speaker, request)
            service = self._services[routed.service]
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
            return forms.answer(error, forms.of(request, asked.service), request)

    async def _by_moto(self, call: Call, asked: wire.Asked) -> HttpResponse:
        if (why := pretended.reason(call.service, call.operation)) is not None:
            return _not_served(asked, why)
        if call.principal.kind == "role":
            await self._door.admit(call.principal, call.service, call.operation, asked.parameters())
        if written.writes(call.service, call.operation):
            written.check(call.service, call.operation, asked.parameters())
        try:
            response = await self._moto.http(asked.request)
        except NotServed as error:
            return _not_served(asked, str(error))
        except Exception:
            fault = fault_of_client(asked)
            if fault is None:
                raise
            return forms.answer(fault, forms.of(asked.request, asked.service), asked.request)
        if response.status < 400:
            self._after(asked, response)
        return response

    def _after(self, asked: wire.Asked, response: HttpResponse) -> None:
        """What moto was asked to do may change who may do what."""
        if asked.service == "sts" and asked.operation == "AssumeRole":
            found = _ACCESS_KEY.search(response.body)
            if found:
                self._sessions.learn(found[1].decode(), asked.parameters())
        if asked.service in ("apigateway", "dynamodb", "iam", "kinesis", "logs", "s3", "sns"):
            is_read = asked.service in ("iam", "logs")
            self._door.performed(asked.service, asked.operation, asked.parameters() if is_read else {})

    def _context(self, key: str, request: HttpRequest) -> CallContext:
        return self._door.context(self._principal(key), self._environment(request))

    def _environment(self, request: HttpRequest) -> Environment | None:
        found = self._door.environment(request.header(HEADER))
        if found is not None:
            chain.go_on(found.chain)
        return found

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
            headers.append((_REQUEST_ID.encode(), str(uuid.uuid4()).encode()))
        # Real time, or SDKs see a skew and send what was refused again; the twin's has a header of its own.
        headers.append((b"Date", format_datetime(datetime.now(UTC), usegmt=True).encode()))
        headers.append((b"X-Greenshift-Time", f"{self._clock.time():.6f}".encode()))
        headers.append((b"Content-Length", _content_length(response).encode()))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})


async def _read(speaker: protocols.Speaker, request: HttpRequest) -> protocols.Asked:
    """What is asked; a long body is read in a thread, so that others are served meanwhile."""
    if len(request.body) > intake.LONG:
        return await asyncio.to_thread(lambda: speaker.read(intake.inflated(request)))
    return speaker.read(intake.inflated(request))


def _not_served(asked: wire.Asked, reason: str) -> HttpResponse:
    what = f"{asked.service} {asked.operation}"
    what = f"serve {what}: {reason}" if reason else f"implement {what}"
    form = forms.of(asked.request, asked.service)
    return forms.refuse(Common.NOT_IMPLEMENTED, f"the twin does not {what}", form, asked.request)


def _error_of(response: HttpResponse) -> str:
    return "" if response.status < 400 else str(response.status)


def _content_length(response: HttpResponse) -> str:
    """A HEAD answer tells the length of the body it does not carry."""
    told = next((value for name, value in response.headers if name.lower() == "content-length"), None)
    return told if told is not None and not response.body else str(len(response.body))
