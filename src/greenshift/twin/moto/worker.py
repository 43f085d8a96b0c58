"""The one thread on which moto lives.

Requests come as HTTP (from the gateway) or as calls (from the door). A call goes through botocore's own
serializer and parser, but its HTTP request is answered by moto on the same thread instead of a socket.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import botocore.session
from botocore import UNSIGNED, xform_name
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import OperationNotFoundError

from greenshift.twin.callers.record_chains import RecordChains
from greenshift.twin.clock import Clock
from greenshift.twin.moto import outgoing, quick, workarounds, written_records
from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse, NotServed, WsgiApplication, call
from greenshift.twin.service import ServiceError, model_loader

Result = TypeVar("Result")


class Moto:
    """moto's services; every method runs its work on the one thread."""

    def __init__(self, *, account: str, region: str, clock: Clock) -> None:
        self._account = account
        self._region = region
        self._clock = clock
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="moto")
        self._clients: dict[str, Any] = {}
        # Of the call under way; only ever touched on the thread.
        self._access_key = account
        self._signing_name = ""
        self._application: WsgiApplication | None = None

    async def start(self, sink: outgoing.Sink, chains: RecordChains) -> None:
        """Begin with empty state; moto's state is global to the process."""
        await self._run(lambda: self._start(sink, chains))

    async def stop(self) -> None:
        await self._run(workarounds.reset_state)
        self._thread.shutdown(wait=True)

    async def warm(self, services: tuple[str, ...]) -> None:
        """Import what will be needed, so that no user's first call waits for it."""
        for service in services:
            await self._run(partial(self._client, service))

    async def http(self, request: HttpRequest) -> HttpResponse:
        """Answer a request as moto's server would; raises NotServed for what moto does not have."""
        return await self._run(lambda: self._http(request))

    async def call(
        self, service: str, operation: str, parameters: Mapping[str, Any], access_key: str
    ) -> dict[str, Any]:
        """Perform one operation; raises ServiceError with moto's code and message."""
        return await self._run(lambda: self._call(service, operation, parameters, access_key))

    async def aside(self, work: Callable[[], Result]) -> Result:
        """Run work on moto's state, on its thread."""
        return await self._run(work)

    def held(self, work: Callable[[], Result]) -> Result:
        """Run work on moto's state while the caller waits, and with it the whole twin."""
        return self._thread.submit(work).result()

    async def _run(self, work: Callable[[], Result]) -> Result:
        """In the caller's context, so that what moto starts is told of as the caller's."""
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: context.run(work))

    def _start(self, sink: outgoing.Sink, chains: RecordChains) -> None:
        os.environ.setdefault("MOTO_ACCOUNT_ID", self._account)
        from greenshift.twin.moto.dispatcher import Dispatcher

        workarounds.reset_state()
        outgoing.hand_out(sink)
        written_records.follow(chains)
        workarounds.follow_clock(self._clock)
        workarounds.skip_conditional_statements()
        workarounds.heed_targets()
        workarounds.keep_validation_expressions()
        workarounds.bound_log_streams()
        quick.be_quick()
        dispatcher = Dispatcher()
        self._application = lambda env, start: dispatcher(env, start)

    def _http(self, request: HttpRequest) -> HttpResponse:
        if self._application is None:
            raise RuntimeError("moto was not started")
        workarounds.load_managed_policies(request.body, self._account)
        try:
            return call(self._application, request)
        except (NotImplementedError, OperationNotFoundError) as error:
            raise NotServed("") from error

    def _call(
        self, service: str, operation: str, parameters: Mapping[str, Any], access_key: str
    ) -> dict[str, Any]:
        self._access_key = access_key
        client = self._client(service)
        self._signing_name = client.meta.service_model.signing_name
        method = getattr(client, xform_name(operation))
        try:
            response: dict[str, Any] = method(**parameters)
        except ClientError as error:
            details = error.response
            status = details.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
            raise ServiceError(details["Error"]["Code"], details["Error"]["Message"], status) from None
        except NotServed as error:
            text = f"the twin does not implement {service} {operation} {error}".rstrip()
            raise ServiceError("NotImplementedException", text, 501) from None
        except BotoCoreError as error:
            raise ServiceError("ValidationException", str(error)) from None
        response.pop("ResponseMetadata", None)
        if "Body" in response:
            response["Body"] = response["Body"].read()
        return response

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            session = botocore.session.Session()
            session.register_component("data_loader", model_loader())
            client = session.create_client(
                service,
                region_name=self._region,
                endpoint_url="http://127.0.0.1",
                config=Config(
                    signature_version=UNSIGNED,
                    retries={"total_max_attempts": 1},
                    s3={"addressing_style": "path"},
                ),
            )
            client.meta.events.register("before-send", self._answer)
            self._clients[service] = client
        return self._clients[service]

    def _answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """botocore's ``before-send`` event: an answer given here is used instead of sending."""
        response = self._http(self._to_http(request))
        headers = dict(response.headers)
        return AWSResponse(request.url, response.status, headers, workarounds.RawBody(response.body))

    def _to_http(self, request: AWSPreparedRequest) -> HttpRequest:
        headers = [(str(name), _text(value)) for name, value in request.headers.items()]
        scope = f"{self._access_key}/20260101/{self._region}/{self._signing_name}/aws4_request"
        headers.append(
            ("Authorization", f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=door")
        )
        headers.append(("Host", "127.0.0.1"))
        target = "/" + request.url.split("/", 3)[3] if request.url.count("/") >= 3 else "/"
        return HttpRequest(request.method, target, tuple(headers), _body(request.body))


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if hasattr(body, "read"):
        data: bytes = body.read()
        return data
    return body.encode() if isinstance(body, str) else bytes(body)
