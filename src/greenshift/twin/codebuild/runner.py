"""Carries one build from PROVISIONING to UPLOAD_ARTIFACTS.

``preparation.py`` brings it to a shell in a source tree; here the commands run, and their results leave.
Which phase follows which is decided in ``phases.py``. The engine starts, times and ends a runner.
"""

from __future__ import annotations

import asyncio
import shlex
from collections import deque
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from greenshift.twin.codebuild import artifacts, cache, reports, runtimes, search, workplace
from greenshift.twin.codebuild.buildspec import PhaseSpec
from greenshift.twin.codebuild.errors import PhaseFailure, client_error, command_failed
from greenshift.twin.codebuild.log import BuildLog
from greenshift.twin.codebuild.model import FAILED, SUCCEEDED, Build, PhaseContext
from greenshift.twin.codebuild.phases import (
    COMMAND_PHASES,
    DOWNLOAD_SOURCE,
    FINALIZING,
    INSTALL,
    POST_BUILD,
    PROVISIONING,
    OnFailure,
    may_retry,
    phase_after,
)
from greenshift.twin.codebuild.preparation import Preparation, Ready
from greenshift.twin.codebuild.progress import Progress
from greenshift.twin.codebuild.report_store import ReportStore
from greenshift.twin.codebuild.reporting import Reporting
from greenshift.twin.world import World

Result = TypeVar("Result")

_OUTPUT_LINES_A_RETRY_SEES = 1_000
_CHARACTERS_A_RETRY_SEES = 2_000


class Runner:
    """One build. ``root`` is the folder it may use; it is gone after ``close``."""

    def __init__(
        self, world: World, build: Build, progress: Progress, root: Path, cache: Path, kept: ReportStore
    ) -> None:
        self._world = world
        self._build = build
        self._progress = progress
        self._root = root
        self._cache = cache
        self._kept = kept
        self._log = BuildLog(build, world.clock, world.logs)
        self._output: deque[str] = deque(maxlen=_OUTPUT_LINES_A_RETRY_SEES)
        self._ready: Ready | None = None

    async def run(self) -> None:
        preparation = Preparation(self._world, self._build, self._log, self._root, self._cache)
        site = await self._phase(PROVISIONING, preparation.provision())
        if site is None:
            return
        self._ready = await self._phase(DOWNLOAD_SOURCE, preparation.download_source(site, self._on_output))
        if self._ready is not None:
            await self._phases(self._ready)

    async def _phases(self, ready: Ready) -> None:
        phase = INSTALL
        while phase != FINALIZING:
            if phase in COMMAND_PHASES:
                done = await self._phase(phase, self._commands(phase, ready))
            else:
                done = await self._phase(phase, self._upload_artifacts(ready))
            phase = phase_after(phase, done is not None, ready.buildspec.phase(phase).on_failure)

    async def close(self) -> None:
        """End every process of the build and remove its folders; safe at any moment."""
        if self._ready is not None:
            await self._ready.shell.kill()
        await asyncio.to_thread(workplace.discard, self._root)

    async def _phase(self, phase: str, work: Awaitable[Result]) -> Result | None:
        """The result of a phase's work, or None when it failed."""
        self._progress.begin(phase)
        try:
            result = await work
        except PhaseFailure as failure:
            self.end_phase(FAILED, PhaseContext(failure.code, failure.message))
            return None
        self.end_phase(SUCCEEDED, PhaseContext())
        return result

    def end_phase(self, status: str, context: PhaseContext) -> None:
        """Close the current phase; the engine does so when it interrupts a build."""
        if self._build.current_phase != PROVISIONING:
            self._log.container(f"Phase complete: {self._build.current_phase} State: {status}")
            self._log.container(f"Phase context status code: {context.code} Message: {context.message}")
        self._progress.end(status, context)

    def _on_output(self, lines: list[str]) -> None:
        self._output.extend(line[:_CHARACTERS_A_RETRY_SEES] for line in lines[-_OUTPUT_LINES_A_RETRY_SEES:])
        self._log.output(lines)

    async def _commands(self, phase: str, ready: Ready) -> str:
        self._log.container(f"Entering phase {phase}")
        spec = ready.buildspec.phase(phase)
        succeeding = "1" if self._build.is_succeeding else "0"
        await ready.shell.set_variable("CODEBUILD_BUILD_SUCCEEDING", succeeding)
        await self._choose_runtimes(ready, spec)
        failure = await self._attempt(ready, spec)
        retried = 0
        while failure is not None and await self._is_retried(spec.on_failure, retried):
            retried += 1
            self._log.container(f"Retrying phase {phase} ({retried})")
            failure = await self._attempt(ready, spec)
        if phase == POST_BUILD:
            self._export_variables(ready)
        if failure is not None:
            raise failure
        return phase

    async def _is_retried(self, rule: OnFailure | None, retried: int) -> bool:
        if rule is None or not may_retry(rule, retried):
            return False
        if rule.pattern is None:
            return True
        found = await search.is_found(rule.pattern, "\n".join(self._output))
        if found is None:
            took = f"took longer than {search.SECONDS:g} seconds"
            self._log.container(f"Not retried: looking for {rule.pattern} in the output {took}")
        return bool(found)

    async def _choose_runtimes(self, ready: Ready, spec: PhaseSpec) -> None:
        def chosen() -> list[str]:  # the machine's own languages are asked for their version
            available = workplace.runtime_versions()
            return list(runtimes.runtime_lines(spec.runtime_versions, available, ready.shell.environment))

        for line in await asyncio.to_thread(chosen) if spec.runtime_versions else ():
            self._log.container(line)

    async def _attempt(self, ready: Ready, spec: PhaseSpec) -> PhaseFailure | None:
        """``commands`` up to the first failure, then ``finally``; the first failure of both."""
        self._output.clear()
        failure = await self._run_until_failure(ready, spec.commands)
        final = await self._run_until_failure(ready, spec.finally_commands)
        return failure or final

    async def _run_until_failure(self, ready: Ready, commands: tuple[str, ...]) -> PhaseFailure | None:
        for command in commands:
            text = command.rstrip("\n")
            self._log.container(f"Running command {text}")
            status = await ready.shell.run(text)
            if status != 0:
                self._log.container(f"Command did not exit successfully {text} exit status {status}")
                return command_failed(text, status)
        return None

    def _export_variables(self, ready: Ready) -> None:
        """User guide: names starting AWS_ and values from a secret store cannot be exported."""
        exported: dict[str, str] = {}
        for name in ready.buildspec.exported_variables:
            if name.startswith("AWS_") or name in ready.secrets:
                self._log.container(f"Not exported: {name} is reserved or holds a secret")
            elif name in ready.shell.environment:
                exported[name] = ready.shell.environment[name]
        self._build.exported = exported

    async def _upload_artifacts(self, ready: Ready) -> str:
        await self._save_cache(ready)
        await self._tell_reports(ready)
        names = await self._evaluated_names(ready)
        uploader = artifacts.Uploader(self._world.aws, ready.site.session.principal, self._build, self._log)
        last = ""
        for output in artifacts.outputs(self._build, ready.buildspec, names):
            self._log.container(f"Expanding file paths for {output.location.arn}")
            await uploader.upload(output, ready.fetched.primary, ready.shell.environment)
            last = output.location.arn
        return last

    async def _save_cache(self, ready: Ready) -> None:
        paths = ready.buildspec.cache_paths
        if self._build.settings.local_cache and paths and ready.buildspec.cache_is_saved:
            saved = await asyncio.to_thread(cache.save, self._cache, ready.fetched.primary, paths)
            self._log.container(f"Cached {saved} file(s)")

    async def _tell_reports(self, ready: Ready) -> None:
        keeper = Reporting(self._kept, self._world.aws, ready.site.session.principal, self._build)
        for spec in ready.buildspec.reports:
            found = await asyncio.to_thread(reports.read, spec, ready.fetched.primary)
            for line in found.lines:
                self._log.container(line)
            await keeper.keep(found, self._world.clock.time())

    async def _evaluated_names(self, ready: Ready) -> dict[str, str]:
        """User guide, artifacts/name: the shell evaluates it, ``myname-$(date +%Y-%m-%d)``."""
        names: dict[str, str] = {}
        for identifier, text in artifacts.written_names(self._build, ready.buildspec):
            target = ready.site.place.control / "artifact-name"
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            if await ready.shell.run(f'printf %s "{escaped}" > {shlex.quote(str(target))}') != 0:
                raise client_error(f"artifacts.name {text!r} cannot be evaluated by the shell")
            names[identifier] = target.read_text(encoding="utf-8", errors="replace").strip()
        return names
