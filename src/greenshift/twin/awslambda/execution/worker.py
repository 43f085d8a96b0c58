"""One process that runs user code, one invocation at a time.

    starting -> idle <-> busy -> gone

It is gone when the process ended, whoever ended it, and with it everything it started (see ``processes``).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from greenshift.twin.awslambda.execution import outcome
from greenshift.twin.awslambda.execution.memory import MemoryPeak
from greenshift.twin.awslambda.execution.outcome import Outcome
from greenshift.twin.awslambda.execution.output import LogLine, Output
from greenshift.twin.awslambda.execution.runtime_api import RuntimeConnection
from greenshift.twin.callers.chain import NONE, Chain
from greenshift.twin.processes.children import Child, Children
from greenshift.twin.processes.tree import kill_group


@dataclass(frozen=True)
class Launch:
    """Everything needed to start one process of a version."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    task_root: Path
    log_stream: str
    remark: str
    script: tuple[str, ...] = ()
    """See ``Children.start``."""


@dataclass(frozen=True)
class Invocation:
    """One event on its way to a process; ``timeout`` is in real seconds."""

    request_id: str
    event: bytes
    invoked_arn: str
    timeout: float
    deadline_ms: int
    trace_id: str = ""
    client_context: str | None = None
    chain: Chain = NONE

    def headers(self) -> bytes:
        lines = [
            f"Lambda-Runtime-Aws-Request-Id: {self.request_id}",
            f"Lambda-Runtime-Deadline-Ms: {self.deadline_ms}",
            f"Lambda-Runtime-Invoked-Function-Arn: {self.invoked_arn}",
            f"Lambda-Runtime-Trace-Id: {self.trace_id}",
        ]
        if self.client_context is not None:
            lines.append(f"Lambda-Runtime-Client-Context: {self.client_context}")
        return "".join(f"{line}\r\n" for line in lines).encode()


class WorkerGone(Exception):
    """The process ended before it took the invocation: another one can serve it."""


@dataclass(frozen=True)
class FailedInit:
    """One initialisation that did not end well, as INIT_REPORT tells it. ``error_type`` is empty when it took
    too long; ``printed`` is what it wrote.
    """

    seconds: float
    error_type: str
    printed: tuple[LogLine, ...]


class InitFailed(Exception):
    """Initialisation did not end well; ``inits`` are all that were tried, in order."""

    def __init__(self, worker: Worker, seconds: float, error_type: str) -> None:
        super().__init__("the function failed to initialise")
        self.worker = worker
        self.inits: tuple[FailedInit, ...] = (FailedInit(seconds, error_type, tuple(worker.take_output())),)


class StartFailed(InitFailed):
    """It ended with an error; ``outcome_of`` words it for the invocation that waited."""

    def __init__(self, worker: Worker, seconds: float, outcome_of: Callable[[str], Outcome]) -> None:
        super().__init__(worker, seconds, outcome_of("").error_type)
        self.outcome_of = outcome_of


class StartTimedOut(InitFailed):
    """It took longer than it may."""


class Worker:
    """Owns one process, its Runtime API socket and its output."""

    def __init__(self, launch: Launch, children: Children, twin_time: Callable[[], float]) -> None:
        self.launch = launch
        self.is_gone = False
        self.is_leaving = False
        self.init_seconds: float | None = None
        self.failed_inits: tuple[FailedInit, ...] = ()
        self.idle_since = 0.0
        self.pid = 0
        self._began = 0.0
        self.memory = MemoryPeak()
        self._children = children
        self._twin_time = twin_time
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._server: asyncio.Server | None = None
        self._output: Output | None = None
        self._watch: asyncio.Task[None] | None = None
        self._connection: RuntimeConnection | None = None
        self._current: Invocation | None = None
        self._is_delivered = False
        self._done: asyncio.Future[Outcome] | None = None

    # -- life -------------------------------------------------------------------------------------------

    async def start(self, limit: float) -> None:
        """Start the process and wait until it asks for its first invocation."""
        began = self._began = time.perf_counter()
        try:
            await self._spawn()
            async with asyncio.timeout(limit):
                await self._ready
        except TimeoutError:
            await self.stop()
            raise StartTimedOut(self, time.perf_counter() - began, "") from None
        except BaseException:
            await self.stop()
            raise
        self.init_seconds = time.perf_counter() - began

    async def _spawn(self) -> None:
        self._server = await self._loop.create_server(lambda: RuntimeConnection(self), "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self._output = Output(self._twin_time)
        try:
            child = await self._children.start(
                self.launch.command,
                {**self.launch.environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}"},
                self.launch.task_root,
                self._output.write_end,
                self.launch.script,
            )
        finally:
            self._output.child_started()
        self.pid = child.pid
        self._watch = self._loop.create_task(self._wait_for_end(child))

    async def _wait_for_end(self, child: Child) -> None:
        self._end(await child.ended)

    def _end(self, return_code: int) -> None:
        self.is_gone = True
        self._connection = None
        if self._server:
            self._server.close()
        if self._output:
            self._output.close()
        if not self._ready.done():
            self._fail_start(lambda request_id: outcome.exited(request_id, return_code))
        if self._done and self._current and not self._done.done():
            if self._is_delivered:
                self._done.set_result(outcome.exited(self._current.request_id, return_code))
            else:
                self._done.set_exception(WorkerGone())

    def kill(self) -> None:
        """End the process now; ``stop`` waits for it."""
        self.is_leaving = True
        if self.pid and not self.is_gone:
            kill_group(self.pid)

    async def stop(self) -> None:
        self.kill()
        if self._watch is not None:
            await asyncio.shield(self._watch)
        else:
            self._end(0)

    # -- one invocation ---------------------------------------------------------------------------------

    async def invoke(self, invocation: Invocation, on_output: Callable[[list[LogLine]], None]) -> Outcome:
        """Run one event; never raises for what user code does. WorkerGone: nothing has run."""
        if self.is_gone:
            raise WorkerGone
        self._current, self._is_delivered = invocation, False
        self._done = self._loop.create_future()
        if self._output:
            self._output.listen(on_output)
        self._deliver()
        timer = self._loop.call_later(invocation.timeout, self._time_out, invocation)
        try:
            return await self._done
        finally:
            timer.cancel()
            self._current = None

    @property
    def trace_id(self) -> str | None:
        """The trace of the invocation under way."""
        return self._current.trace_id if self._current else None

    @property
    def chain(self) -> Chain:
        """What led to the invocation under way."""
        return self._current.chain if self._current else NONE

    def take_output(self) -> list[LogLine]:
        return self._output.take() if self._output else []

    def _deliver(self) -> None:
        if self._connection is not None and self._current is not None and not self._is_delivered:
            connection, self._connection = self._connection, None
            self._is_delivered = True
            connection.send_invocation(self._current.headers(), self._current.event)

    def _time_out(self, invocation: Invocation) -> None:
        self._settle(invocation.request_id, outcome.timed_out(invocation.request_id, invocation.timeout))
        self.kill()

    def _settle(self, request_id: str, result: Outcome) -> None:
        """An answer to anything but the invocation under way is too late to matter."""
        if self._current and self._current.request_id == request_id and self._done and not self._done.done():
            self._done.set_result(result)

    # -- what the runtime says (RuntimeListener) --------------------------------------------------------

    def runtime_is_ready(self, connection: RuntimeConnection) -> None:
        self._connection = connection
        if not self._ready.done():
            self._ready.set_result(None)
        self._deliver()

    def runtime_responded(self, request_id: str, body: bytes) -> None:
        self._settle(request_id, outcome.responded(body))

    def runtime_failed(self, request_id: str, body: bytes, *, is_leaving: bool) -> None:
        self.is_leaving = self.is_leaving or is_leaving
        self._settle(request_id, outcome.runtime_error(body))

    def runtime_failed_to_start(self, body: bytes) -> None:
        self._fail_start(lambda _: outcome.runtime_error(body))

    def _fail_start(self, outcome_of: Callable[[str], Outcome]) -> None:
        if not self._ready.done():
            self._ready.set_exception(StartFailed(self, time.perf_counter() - self._began, outcome_of))
            # Nobody may be waiting any more (a start that was cancelled); that is no mistake to report.
            self._ready.exception()
