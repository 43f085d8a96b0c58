"""One invocation from route to report: throttle, run, measure, log.

User code never raises here; what it did is in the ``Outcome``. What raises is what AWS refuses.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from greenshift.twin.awslambda import errors, report
from greenshift.twin.awslambda.by_source import DIRECT, BySource
from greenshift.twin.awslambda.concurrency import Executions
from greenshift.twin.awslambda.execution import outcome
from greenshift.twin.awslambda.execution.outcome import Outcome
from greenshift.twin.awslambda.execution.pool import Pool, QueueTimedOut
from greenshift.twin.awslambda.execution.pools import Pools
from greenshift.twin.awslambda.execution.worker import (
    FailedInit,
    Invocation,
    StartFailed,
    StartTimedOut,
    Worker,
    WorkerGone,
)
from greenshift.twin.awslambda.journal import Journal
from greenshift.twin.awslambda.launcher import Launcher
from greenshift.twin.awslambda.model import Function, Version
from greenshift.twin.awslambda.report import Run
from greenshift.twin.awslambda.routing import Route
from greenshift.twin.callers.chain import MOST_INVOCATIONS, NONE, Chain
from greenshift.twin.service import ServiceError
from greenshift.twin.world import World

log = logging.getLogger("greenshift.twin.lambda")

_TELL_AGAIN = 3_600.0

# A process may end just as it is given work; three in a row is no coincidence any more.
_ATTEMPTS = 3


@dataclass(frozen=True)
class Call:
    """One event and where it goes."""

    route: Route
    event: bytes
    request_id: str
    client_context: str | None = None
    chain: Chain = NONE
    source: str = DIRECT
    """What led to it, as ``by_source`` names it."""


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
        self._told: dict[str, float] = {}

    async def run(self, call: Call) -> Result:
        """Run one event; raises TooManyRequestsException when nothing more may run, and
        RecursiveInvocationException when its function runs in a loop."""
        self._end_loop(call)
        try:
            self._executions.enter(call.route.function, self._functions())
        except ServiceError:
            self._record_throttle(call.route)
            raise
        try:
            return await self._run(call)
        except QueueTimedOut:
            self._record_throttle(call.route)
            raise errors.throttled("ConcurrentInvocationLimitExceeded") from None
        finally:
            self._executions.leave(call.route.function)

    def warm(self, function: Function, version: Version) -> None:
        self._pool(function, version).warm()

    def _pool(self, function: Function, version: Version) -> Pool:
        return self._pools.of(
            version.snapshot,
            f"{function.name}:{version.number}",
            version.configuration.timeout,
            lambda: self._launcher.prepare(function.name, version),
        )

    async def _run(self, call: Call) -> Result:
        told = _Telling(self._world, call)
        pool = self._pool(call.route.function, call.route.version)
        for _ in range(_ATTEMPTS):
            try:
                worker = await pool.acquire()
            except StartFailed as failure:
                told.begin(failure.worker, failure.inits)
                return told.end(failure.worker, failure.outcome_of(call.request_id), is_init=True)
            except StartTimedOut as failure:
                told.begin(failure.worker, failure.inits)
                timeout = call.route.version.configuration.timeout
                return told.end(failure.worker, outcome.timed_out(call.request_id, timeout), is_init=True)
            try:
                told.begin(worker, worker.failed_inits)
                return told.end(worker, await worker.invoke(_invocation(call), told.journal.write))
            except WorkerGone:
                continue
            except BaseException:
                # The caller is being cancelled: nobody knows what the process is in the middle of.
                worker.kill()
                raise
            finally:
                pool.release(worker)
        return told.end(None, outcome.exited(call.request_id, 1))

    def _end_loop(self, call: Call) -> None:
        """Developer guide, "Lambda recursive loop detection"."""
        function = call.route.function
        if not call.chain.is_loop_of(function.name) or function.recursive_loop == "Allow":
            return
        now = self._world.clock.time()
        # A message comes back from its queue again and again, and is refused each time.
        if now - self._told.get(function.name, -_TELL_AGAIN) >= _TELL_AGAIN:
            self._told[function.name] = now
            text = "lambda: %s was invoked %d times on the way of one event: the loop ends here"
            log.warning(text, function.name, MOST_INVOCATIONS)
        self._count(call.route, "RecursiveInvocationsDropped")
        raise errors.recursive_invocation()

    def _record_throttle(self, route: Route) -> None:
        self._count(route, "Throttles")

    def _count(self, route: Route, metric: str) -> None:
        now = self._world.clock.time()
        for dimensions in report.dimension_sets(route.function.name, route.qualifier, route.is_alias, None):
            self._world.metrics.record(report.NAMESPACE, metric, dimensions, 1.0, now, "Count")


class _Telling:
    """Times one invocation and tells the log and the metrics about it."""

    def __init__(self, world: World, call: Call) -> None:
        self.journal = Journal(world, call.route, call.request_id)
        self._world = world
        self._call = call
        self._started = world.clock.time()
        self._began = time.perf_counter()

    def begin(self, worker: Worker, failed: tuple[FailedInit, ...]) -> None:
        """The wait for a process, and its Init phase, are no part of the duration."""
        self._started = self._world.clock.time()
        self._began = time.perf_counter()
        self.journal.begin(worker, failed)

    def end(self, worker: Worker | None, result: Outcome, *, is_init: bool = False) -> Result:
        """``is_init``: it came no further than the initialisation."""
        if is_init and not result.is_timeout:
            result = replace(result, error_type=report.init_error_type(result.error_type))
        run = self._run(worker, result)
        if worker:
            # A second initialisation, inside the invocation, is not told of again.
            worker.init_seconds, worker.failed_inits = None, ()
            self.journal.write(worker.take_output())
        self.journal.end(run)
        self._record(run)
        return Result(result, run.version, tuple(self.journal.tail))

    def _run(self, worker: Worker | None, result: Outcome) -> Run:
        route = self._call.route
        return Run(
            request_id=self._call.request_id,
            function=route.function.name,
            qualifier=route.qualifier,
            is_alias=route.is_alias,
            version=route.version.number,
            started=self._started,
            seconds=time.perf_counter() - self._began,
            timeout=route.version.configuration.timeout,
            memory_size=route.version.configuration.memory_size,
            memory_used_mb=worker.memory.of(worker.pid) if worker else 0,
            init_seconds=worker.init_seconds if worker and not worker.failed_inits else None,
            is_error=result.is_error,
            error_type=result.error_type,
            is_timeout=result.is_timeout,
        )

    def _record(self, run: Run) -> None:
        values = report.measurements(run)
        for dimensions in report.dimension_sets(run.function, run.qualifier, run.is_alias, run.version):
            for name, value, unit in values:
                self._world.metrics.record(report.NAMESPACE, name, dimensions, value, run.started, unit)
        if run.is_alias:
            counts = BySource(self._world.metrics, run.function, str(run.qualifier), self._call.source)
            counts.ran(run.version, run.started, is_error=run.is_error)


def _invocation(call: Call) -> Invocation:
    timeout = call.route.version.configuration.timeout
    return Invocation(
        request_id=call.request_id,
        event=call.event,
        invoked_arn=call.route.invoked_arn,
        timeout=timeout,
        # Real time, like the time-out: user code compares it with the machine's clock.
        deadline_ms=int((time.time() + timeout) * 1000),
        trace_id=trace_id(),
        client_context=call.client_context,
        chain=call.chain,
    )


def trace_id() -> str:
    """The X-Ray header of an invocation that is not sampled."""
    return (
        f"Root=1-{int(time.time()):08x}-{random.getrandbits(96):024x};"
        f"Parent={random.getrandbits(64):016x};Sampled=0"
    )
