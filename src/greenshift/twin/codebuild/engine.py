"""Runs builds: two at a time on this machine, each within its time-outs, until done, stopped or out of time.

Time-outs are in real minutes: what runs is the user's own code. The twin's clock only dates what happens.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Literal

from greenshift.twin.callers.chain import leave_functions
from greenshift.twin.codebuild import cache
from greenshift.twin.codebuild.model import FAILED, FAULT, STOPPED, SUCCEEDED, TIMED_OUT, Build, PhaseContext
from greenshift.twin.codebuild.phases import FINALIZING, QUEUED, SUBMITTED
from greenshift.twin.codebuild.progress import Progress
from greenshift.twin.codebuild.report_store import ReportStore
from greenshift.twin.codebuild.runner import Runner
from greenshift.twin.world import World

log = logging.getLogger("greenshift.twin")

_AT_ONCE = 2
_MINUTE = 60.0
_FLUSH_SECONDS = 5.0

Outcome = Literal["done", "stopped", "timed out", "fault"]


class Engine:
    """``minute`` is how many real seconds a minute of a time-out has; tests make it short."""

    def __init__(self, world: World, reports: ReportStore, *, minute: float = _MINUTE) -> None:
        self._world = world
        self._reports = reports
        self._minute = minute
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._directory = world.directory / "codebuild"

    def submit(self, build: Build) -> None:
        progress = Progress(build, self._world.clock, self._world.emit)
        progress.pass_through(SUBMITTED)
        progress.begin(QUEUED)
        progress.announce()
        self._world.tasks.start(self._run(build, progress), f"build {build.id}")

    def forget_project(self, name: str) -> None:
        cache.discard(self._directory / "cache" / name)

    async def _run(self, build: Build, progress: Progress) -> None:
        leave_functions()
        outcome = await self._wait_for_place(build)
        if outcome != "done":
            progress.end(_STATUS[outcome], _CONTEXT[outcome])
            progress.complete(_STATUS[outcome])
            return
        progress.end()
        try:
            status = await self._run_phases(build, progress)
        finally:
            self._places.release()
        progress.pass_through(FINALIZING)
        await self._flush_logs(build)
        progress.complete(status)

    async def _flush_logs(self, build: Build) -> None:
        """Whoever sees the build complete can read the whole of its log.

        Bounded, and a failure is no failure of the build: other writers may keep the log busy, and the
        build's role may create a stream but not write to it.
        """
        flush = self._world.tasks.start(self._world.logs.flush(), f"logs of build {build.id}")
        await asyncio.wait({flush}, timeout=_FLUSH_SECONDS)

    async def _wait_for_place(self, build: Build) -> Outcome:
        limit = build.settings.queued_timeout_minutes * self._minute
        return await _until(self._places.acquire(), build, limit)

    async def _run_phases(self, build: Build, progress: Progress) -> str:
        """The build's final status."""
        cached = self._directory / "cache" / build.settings.project
        folder = self._directory / "builds" / build.uuid
        runner = Runner(self._world, build, progress, folder, cached, self._reports)
        try:
            outcome = await _until(runner.run(), build, build.settings.timeout_minutes * self._minute)
        except Exception:
            log.exception("build %s ended by a fault of the twin", build.id)
            outcome = "fault"
        finally:
            await runner.close()
        if outcome == "done":
            return SUCCEEDED if build.is_succeeding else FAILED
        runner.end_phase(_STATUS[outcome], _CONTEXT[outcome])
        return _STATUS[outcome]


_STATUS: dict[Outcome, str] = {"stopped": STOPPED, "timed out": TIMED_OUT, "fault": FAULT}
_CONTEXT: dict[Outcome, PhaseContext] = {
    "stopped": PhaseContext("", "Build was stopped"),
    "timed out": PhaseContext("BUILD_TIMED_OUT", "Build has timed out."),
    "fault": PhaseContext("INTERNAL_SERVICE_ERROR", "The twin's CodeBuild failed; see the twin's log"),
}


async def _until(work: Coroutine[object, object, object], build: Build, seconds: float) -> Outcome:
    """Await the work, unless the build is stopped or its time is up first; the work is then cancelled."""
    task = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(build.stop_requested.wait())
    try:
        await asyncio.wait({task, stopped}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
            return "done"
        return "stopped" if stopped.done() else "timed out"
    finally:
        task.cancel()
        stopped.cancel()
        await asyncio.gather(task, stopped, return_exceptions=True)
