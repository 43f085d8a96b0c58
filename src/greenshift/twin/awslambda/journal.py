"""The log of one invocation, on its way to CloudWatch Logs as the function's own role."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from greenshift.twin.awslambda import report
from greenshift.twin.awslambda.execution.output import LogLine
from greenshift.twin.awslambda.execution.worker import FailedInit, Worker
from greenshift.twin.awslambda.launcher import log_stream_name
from greenshift.twin.awslambda.report import Run
from greenshift.twin.awslambda.routing import Route
from greenshift.twin.awslambda.wire import log_group_of
from greenshift.twin.callers.principal import Principal
from greenshift.twin.world import World


class Journal:
    """Lines go to the stream of the process that wrote them, and stay here for X-Amz-Log-Result."""

    def __init__(self, world: World, route: Route, request_id: str) -> None:
        configuration = route.version.configuration
        self.tail: deque[str] = deque(maxlen=report.TAIL_BYTES)
        self._world = world
        self._request_id = request_id
        self._version = route.version.number
        self._principal = Principal("role", configuration.role, route.function.name)
        self._group = log_group_of(route.function.name, configuration)
        self._stream = ""

    def begin(self, worker: Worker, failed: Sequence[FailedInit] = ()) -> None:
        """Output of the Init phase comes before START, and is no part of the invocation's own tail."""
        self._stream = worker.launch.log_stream
        now = self._now()
        if worker.init_seconds is not None or failed:
            told = report.init_report_lines((each.seconds, each.error_type) for each in failed)
            printed = [
                line
                for each, text in zip(failed, told, strict=True)
                for line in (*each.printed, (each.printed[-1][0] if each.printed else now, text))
            ]
            printed += worker.take_output()
            began = printed[0][0] if printed else now
            self._put([(began, f"INIT_START Runtime Version: {worker.launch.remark}"), *printed])
        if not self.tail:
            self.write([(now, report.start_line(self._request_id, self._version))])

    def write(self, lines: list[LogLine]) -> None:
        self.tail.extend(text[-report.TAIL_BYTES :] for _, text in lines[-report.TAIL_BYTES :])
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
