"""What you need to test your own pipeline: a real twin in one line.

    with start_twin(speed=600) as twin:
        twin.client("lambda").list_functions()

The twin runs in a thread of the calling process; boto3 reaches it over HTTP like any other client. One twin
at a time: moto's state belongs to the process.
"""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.request
from collections.abc import Collection, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import boto3
import uvloop
from botocore.config import Config

from greenshift.errors import TwinError
from greenshift.twin import registry
from greenshift.twin.clock import ManualClock
from greenshift.twin.faults.client import FaultsClient
from greenshift.twin.faults.model import ANY, FaultReport, Kind
from greenshift.twin.machine.options import TwinOptions, beginning_with
from greenshift.twin.preserving import Busy
from greenshift.twin.server import Twin
from greenshift.twin.snapshot.errors import Unkeepable

Result = TypeVar("Result")

_running = threading.Lock()


class RunningTwin:
    """A twin and the clients to speak to it."""

    def __init__(self, twin: Twin, loop: asyncio.AbstractEventLoop) -> None:
        self.twin = twin
        self._loop = loop
        self.endpoint = twin.endpoint
        self.account = twin.options.account
        self.region = twin.options.region
        self.directory = twin.directory
        self._faults = FaultsClient(twin.endpoint)
        self._clients: dict[str, Any] = {}
        self._making = threading.Lock()

    def client(self, service: str, **config: Any) -> Any:
        """A boto3 client of this twin; it never retries, so that a test sees every refusal.

        The same one each time, as boto3 takes long to make one and they may be shared by threads; with
        ``config``, for botocore's ``Config``, a new one.
        """
        with self._making:
            if config:
                return self._new_client(service, config)
            if service not in self._clients:
                self._clients[service] = self._new_client(service, {})
            return self._clients[service]

    def close_clients(self) -> None:
        """Close the connections of the clients it has made; the twin ends right after."""
        with self._making:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _new_client(self, service: str, config: dict[str, Any]) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(retries={"total_max_attempts": 1}, max_pool_connections=64, **config),
        )

    def advance(self, seconds: float) -> None:
        """Move a manual clock; returns when everything that fell due has run."""
        clock = self.twin.clock
        if not isinstance(clock, ManualClock):
            raise TwinError("this twin's clock runs by itself", hint="start_twin(clock='manual')")
        self.run(clock.advance(seconds))

    def register_repository(self, repository_id: str, path: Path) -> None:
        """Let a local git repository stand in for ``owner/name``."""
        self.request("PUT", "/_twin/repositories", {"id": repository_id, "path": str(path)})

    def resources(self) -> dict[str, list[str]]:
        """Everything that exists, by service."""
        found: dict[str, list[str]] = self.request("GET", "/_twin/resources")["resources"]
        return found

    def inject(
        self,
        kind: Kind,
        service: str = ANY,
        operation: str = ANY,
        *,
        function: str = ANY,
        principal: str = ANY,
        parameters: Mapping[str, str] | None = None,
        after: int = 0,
        count: int | None = None,
        probability: float = 1.0,
        seed: int = 0,
        per_second: float | None = None,
        performed: bool = False,
        seconds: float = 0.0,
        code: str = "",
        status: int | None = None,
    ) -> str:
        """Put a fault into the calls that match, until it is cleared; returns its id.

        Which: ``service`` and ``operation`` as boto3 names them, ``function`` that calls, ``principal`` (a
        role's name or ARN, a service), ``parameters`` of the call; all but the service are globs. When:
        ``after`` that many matching calls, ``count`` times (None: for ever), with ``probability`` from
        ``seed``, or only beyond ``per_second``. What, by ``kind``:

            throttle   the service's own throttling error
            error      its internal error, or ``code`` and ``status``
            timeout    the connection closes after ``seconds``, without an answer
            delay      ``seconds`` pass first, real ones
            duplicate  performed twice
            kill       the execution environment of the function that calls is killed

        An error, a time-out or a kill leaves the call undone, or done when ``performed``. Raises TwinError
        for a fault that makes no sense. “Faults” of the documentation has examples.
        """
        fault = {
            "kind": kind, "service": service, "operation": operation, "function": function,
            "principal": principal, "parameters": dict(parameters or {}), "after": after, "count": count,
            "probability": probability, "seed": seed, "per_second": per_second, "performed": performed,
            "seconds": seconds, "code": code, "status": status,
        }  # fmt: skip
        return self._faults.add(fault).id

    def faults(self) -> list[FaultReport]:
        """The faults that are set; ``matched`` and ``fired`` tell how they fared."""
        return self._faults.all()

    def clear_faults(self, fault_id: str | None = None) -> list[FaultReport]:
        """Take one fault away, or all; returns them as they fared."""
        return self._faults.clear(fault_id)

    def snapshot(self, path: Path, *, seconds: float = 10.0) -> None:
        """Write all there is into a file, from which ``restore_twin`` runs it again.

        Raises TwinError when something is under way for longer than ``seconds``, or no file can hold it.
        """
        try:
            self.run(self.twin.take_snapshot(path, seconds))
        except (Busy, Unkeepable) as error:
            raise TwinError(f"there is no snapshot: {error}") from error

    def request(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One of the twin's own endpoints."""
        data = json.dumps(body or {}).encode()
        request = urllib.request.Request(self.endpoint + path, data, method=method)
        with urllib.request.urlopen(request, timeout=60) as response:
            answer: dict[str, Any] = json.load(response)
            return answer

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run something on the twin's own loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=120)


@contextmanager
def start_twin(
    *,
    speed: float = 60.0,
    clock: str = "scaled",
    services: Collection[str] | None = None,
    port: int = 0,
    cache: Path | None = None,
    enforce_iam: bool = True,
    region: str = "us-east-1",
    allow_origins: Collection[str] = (),
) -> Iterator[RunningTwin]:
    """Run a twin for the length of a ``with`` block; ``clock`` is ``scaled`` or ``manual``.

    ``enforce_iam=False`` lets every role do everything: for tests of something other than permissions.
    ``allow_origins`` lets pages of these origins speak to it, as ``http://localhost:3000``.
    """
    if not _running.acquire(blocking=False):
        raise TwinError("a twin already runs in this process; one at a time")
    try:
        options: dict[str, Any] = {"cache": cache} if cache else {}
        wanted = TwinOptions(
            port=port,
            speed=speed,
            manual_clock=clock == "manual",
            services=frozenset(registry.NAMES if services is None else services),
            enforce_iam=enforce_iam,
            region=region,
            allow_origins=tuple(allow_origins),
            **options,
        )
        yield from _serve(wanted)
    finally:
        _running.release()


@contextmanager
def restore_twin(
    snapshot: Path,
    *,
    clock: str = "scaled",
    speed: float | None = None,
    port: int | None = None,
    cache: Path | None = None,
) -> Iterator[RunningTwin]:
    """Run a twin as it was when its snapshot was taken, by ``RunningTwin.snapshot`` or by the command.

    On the port it had, as addresses with it stand in what it holds; ``port=0`` takes a free one.
    """
    if not _running.acquire(blocking=False):
        raise TwinError("a twin already runs in this process; one at a time")
    try:
        options: dict[str, Any] = {"cache": cache} if cache else {}
        wanted = TwinOptions(manual_clock=clock == "manual", **options)
        yield from _serve(beginning_with(snapshot, wanted, port=port, speed=speed))
    finally:
        _running.release()


def _serve(options: TwinOptions) -> Iterator[RunningTwin]:
    loop = uvloop.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="greenshift-twin", daemon=True)
    thread.start()

    def on_loop(coroutine: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(timeout=120)

    try:
        twin = on_loop(_start(options))
        running = RunningTwin(twin, loop)
        try:
            yield running
        finally:
            running.close_clients()
            on_loop(twin.stop())
            on_loop(loop.shutdown_default_executor())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


async def _start(options: TwinOptions) -> Twin:
    twin = Twin(options)
    await twin.start()
    return twin
