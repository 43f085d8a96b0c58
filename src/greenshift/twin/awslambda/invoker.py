"""One invocation from route to report: throttle, run, measure, log.

User code never raises here; what it did is in the ``Outcome``. What raises is what AWS refuses.
"""

from __future__ import annotations

import os
import random
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from greenshift.twin.awslambda import errors, report
from greenshift.twin.awslambda.concurrency import Executions
from greenshift.twin.awslambda.execution import outcome
from greenshift.twin.awslambda.execution.outcome import Outcome
from greenshift.twin.awslambda.execution.output import LogLine
from greenshift.twin.awslambda.execution.pool import Pool, QueueTimedOut
from greenshift.twin.awslambda.execution.pools import Pools
from greenshift.twin.awslambda.execution.worker import (
    Invocation,
    StartFailed,
    StartTimedOut,
    Worker,
    WorkerGone,
)
from greenshift.twin.awslambda.launcher import Launcher, log_stream_name
from greenshift.twin.awslambda.model import Function, Version
from greenshift.twin.awslambda.report import Run
from greenshift.twin.awslambda.routing import Route
from greenshift.twin.awslambda.wire import log_group_of
from greenshift.twin.principal import Principal
from greenshift.twin.world import World

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# A process may end just as it is given work; three in a row is no coincidence any more.
_ATTEMPTS = 3


@dataclass(frozen=True)
class Result:
    """What Invoke answers from."""

    outcome: Outcome
    version: str
    log: tuple[str, ...]


class Invoker:
    """Runs events and tells the world about them."""

    def __init__(
        self, world: World, pools: Pools, launcher: Launcher, executions: Executions,
        functions: Callable[[], Iterable[Function]],
    ) -> None:  # fmt: skip
        self._world = world
        self._pools = pools
        self._launcher = launcher
        self._executions = executions
        self._functions = functions

    async def run(
        self, route: Route, event: bytes, request_id: str, client_context: str | None = None
    ) -> Result:
        try:
            self._executions.enter(route.function, self._functions())
        except Exception:
            self._record_throttle(route)
            raise
        try:
            return await self._run(route, event, request_id, client_context)
        except QueueTimedOut:
            self._record_throttle(route)
            raise errors.throttled("ConcurrentInvocationLimitExceeded") from None
        finally:
            self._executions.leave(route.function)

    def warm(self, function: Function, version: Version) -> None:
        self._pool(function, version).warm()

    def _pool(self, function: Function, version: Version) -> Pool:
        return self._pools.of(
            version.snapshot,
            f"{function.name}:{version.number}",
            version.configuration.timeout,
            lambda: self._launcher.prepare(function.name, version),
        )

    async def _run(self, route: Route, event: bytes, request_id: str, client_context: str | None) -> Result:
        started = self._world.clock.time()
        began = time.perf_counter()
        journal = Journal(self._world, route, request_id)
        for _ in range(_ATTEMPTS):
            pool = self._pool(route.function, route.version)
            try:
                worker = await pool.acquire()
            except StartFailed as failure:
                journal.worker_started(failure.worker)
                result = failure.outcome_of(request_id)
                return self._finish(route, journal, failure.worker, result, started, began)
            except StartTimedOut:
                result = outcome.timed_out(request_id, route.version.configuration.timeout)
                return self._finish(route, journal, None, result, started, began)
            started, began = self._world.clock.time(), time.perf_counter()
            try:
                result = await self._invoke(worker, journal, route, event, request_id, client_context)
                return self._finish(route, journal, worker, result, started, began)
            except WorkerGone:
                continue
            except BaseException:
                # The caller is being cancelled: nobody knows what the process is in the middle of.
                worker.kill()
                raise
            finally:
                pool.release(worker)
        result = outcome.exited(request_id, 1)
        return self._finish(route, journal, None, result, started, began)

    async def _invoke(
        self, worker: Worker, journal: Journal, route: Route, event: bytes, request_id: str,
        client_context: str | None,
    ) -> Outcome:  # fmt: skip
        timeout = route.version.configuration.timeout
        invocation = Invocation(
            request_id=request_id,
            event=event,
            invoked_arn=route.invoked_arn,
            timeout=timeout,
            deadline_ms=int((time.time() + timeout) * 1000),
            trace_id=trace_id(),
            client_context=client_context,
        )
        journal.worker_started(worker)
        return await worker.invoke(invocation, journal.write)

    def _finish(
        self, route: Route, journal: Journal, worker: Worker | None, result: Outcome, started: float,
        began: float,
    ) -> Result:  # fmt: skip
        configuration = route.version.configuration
        init_seconds = worker.init_seconds if worker else None
        if worker:
            worker.init_seconds = None
        run = Run(
            request_id=journal.request_id,
            function=route.function.name,
            qualifier=route.qualifier,
            is_alias=route.is_alias,
            version=route.version.number,
            started=started,
            seconds=time.perf_counter() - began,
            timeout=configuration.timeout,
            memory_size=configuration.memory_size,
            memory_used_mb=memory_of(worker.pid) if worker else 0,
            init_seconds=init_seconds,
            is_error=result.is_error,
            error_type=result.error_type,
            is_timeout=result.is_timeout,
        )
        if worker:
            journal.write(worker.take_output())
        journal.end(run)
        self._record(run)
        return Result(result, route.version.number, tuple(journal.tail))

    def _record(self, run: Run) -> None:
        values = report.measurements(run)
        for dimensions in report.dimension_sets(run.function, run.qualifier, run.is_alias, run.version):
            for name, value, unit in values:
                self._world.metrics.record(report.NAMESPACE, name, dimensions, value, run.started, unit)

    def _record_throttle(self, route: Route) -> None:
        now = self._world.clock.time()
        for dimensions in report.dimension_sets(route.function.name, route.qualifier, route.is_alias, None):
            self._world.metrics.record(report.NAMESPACE, "Throttles", dimensions, 1.0, now, "Count")


class Journal:
    """The log of one invocation, on its way to CloudWatch Logs as the function's role."""

    def __init__(self, world: World, route: Route, request_id: str) -> None:
        configuration = route.version.configuration
        self.request_id = request_id
        self.tail: deque[str] = deque(maxlen=report.TAIL_BYTES)
        self._world = world
        self._version = route.version.number
        self._principal = Principal("role", configuration.role, route.function.name)
        self._group = log_group_of(route.function.name, configuration)
        self._stream = ""

    def worker_started(self, worker: Worker) -> None:
        """Output of the Init phase comes before START, and is no part of the invocation's own tail."""
        self._stream = worker.launch.log_stream
        now = self._now()
        if worker.init_seconds is not None:
            printed = worker.take_output()
            began = printed[0][0] if printed else now
            self._put([(began, f"INIT_START Runtime Version: {worker.launch.remark}"), *printed])
        if not self.tail:
            self.write([(now, report.start_line(self.request_id, self._version))])

    def write(self, lines: list[LogLine]) -> None:
        self.tail += [text for _, text in lines]
        self._put(lines)

    def end(self, run: Run) -> None:
        now = self._now()
        self.write([(now, line) for line in report.end_lines(run, now / 1000)])

    def _put(self, lines: list[LogLine]) -> None:
        if not lines:
            return
        if not self._stream:
            self._stream = log_stream_name(self._version, self._world.clock.now())
        self._world.logs.write(self._principal, self._group, self._stream, lines)

    def _now(self) -> int:
        return int(self._world.clock.time() * 1000)


def memory_of(pid: int) -> int:
    """Resident memory of a worker in MB; 0 where the system does not tell it this way, or it has ended."""
    try:
        resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return max(1, resident * _PAGE_BYTES // 1_048_576)


def trace_id() -> str:
    """The X-Ray header of an invocation that is not sampled."""
    return (
        f"Root=1-{int(time.time()):08x}-{random.getrandbits(96):024x};"
        f"Parent={random.getrandbits(64):016x};Sampled=0"
    )
