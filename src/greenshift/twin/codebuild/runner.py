"""Carries one build from PROVISIONING to UPLOAD_ARTIFACTS: role, sources, commands, artifacts.

The order of phases comes from ``phases.py``; what a build may not see of this machine from
``environment.py``. The engine starts, times and ends it.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path

from greenshift.twin.codebuild import artifacts, cache, environment, runtimes, variables, workplace
from greenshift.twin.codebuild.buildspec import DEFAULT_FILE, Buildspec, PhaseSpec, is_inline, parse
from greenshift.twin.codebuild.errors import PhaseFailure, command_failed, yaml_file_error
from greenshift.twin.codebuild.log import BuildLog
from greenshift.twin.codebuild.model import FAILED, SUCCEEDED, Build, PhaseContext
from greenshift.twin.codebuild.phases import (
    COMMAND_PHASES,
    DOWNLOAD_SOURCE,
    FINALIZING,
    INSTALL,
    POST_BUILD,
    PROVISIONING,
    UPLOAD_ARTIFACTS,
    OnFailure,
    phase_after,
    should_retry,
)
from greenshift.twin.codebuild.progress import Progress
from greenshift.twin.codebuild.shell import Shell
from greenshift.twin.codebuild.sources import Fetched, Sources
from greenshift.twin.codebuild.workplace import Workplace
from greenshift.twin.principal import Session
from greenshift.twin.service import ServiceError
from greenshift.twin.world import World

SERVICE = "codebuild.amazonaws.com"
_OUTPUT_LINES_A_RETRY_SEES = 1_000


class Runner:
    """One build. What an earlier phase has made, a later one finds here."""

    def __init__(self, world: World, build: Build, progress: Progress, root: Path) -> None:
        self._world = world
        self._build = build
        self._progress = progress
        self._root = root
        self._cache = root.parent.parent / "cache" / build.settings.project
        self._output: deque[str] = deque(maxlen=_OUTPUT_LINES_A_RETRY_SEES)
        self._secrets: frozenset[str] = frozenset()
        self._session: Session
        self._log: BuildLog
        self._place: Workplace
        self._fetched: Fetched
        self._buildspec: Buildspec
        self._shell: Shell | None = None

    async def run(self) -> None:
        phase = PROVISIONING
        while phase != FINALIZING:
            phase = await self._phase(phase)

    async def close(self) -> None:
        """End every process of the build and remove its folders; safe at any moment."""
        if self._shell is not None:
            await self._shell.kill()
        await asyncio.to_thread(workplace.discard, self._root)

    async def _phase(self, phase: str) -> str:
        self._progress.begin(phase)
        try:
            await self._work_of(phase)()
        except PhaseFailure as failure:
            self.end_phase(FAILED, PhaseContext(failure.code, failure.message))
            return phase_after(phase, False, self._rule(phase))
        self.end_phase(SUCCEEDED, PhaseContext())
        return phase_after(phase, True)

    def _work_of(self, phase: str) -> Callable[[], Awaitable[None]]:
        if phase in COMMAND_PHASES:
            return lambda: self._commands(phase)
        return {
            PROVISIONING: self._provision,
            DOWNLOAD_SOURCE: self._download_source,
            UPLOAD_ARTIFACTS: self._upload_artifacts,
        }[phase]

    def _rule(self, phase: str) -> OnFailure | None:
        return self._buildspec.phase(phase).on_failure if phase in COMMAND_PHASES else None

    def end_phase(self, status: str, context: PhaseContext) -> None:
        """Close the current phase; the engine does so when it interrupts a build."""
        if self._log is not None:
            phase = self._build.current_phase
            self._log.container(f"Phase complete: {phase} State: {status}")
            self._log.container(f"Phase context status code: {context.code} Message: {context.message}")
        self._progress.end(status, context)

    # PROVISIONING

    async def _provision(self) -> None:
        build = self._build
        try:
            self._session = await self._world.aws.assume_role(
                build.settings.service_role, f"AWSCodeBuild-{build.uuid}", SERVICE
            )
        except ServiceError as error:
            message = (
                f"CodeBuild is not authorized to perform: sts:AssumeRole on {build.settings.service_role}"
            )
            raise PhaseFailure("ACCESS_DENIED", f"{message} ({error.message})") from None
        self._log = BuildLog(build, self._world.clock, self._world.logs, self._session.principal)
        if build.settings.logs.enabled:
            await self._create_log_stream()
        self._place = await asyncio.to_thread(workplace.prepare, self._root)
        self._log.container("Waiting for agent ping")
        self._log.container("Waiting for DOWNLOAD_SOURCE")

    async def _create_log_stream(self) -> None:
        """As the build's role: without logs permissions a build does not start."""
        group, stream = self._build.settings.logs.group, self._build.log_stream
        for operation, parameters in (
            ("CreateLogGroup", {"logGroupName": group}),
            ("CreateLogStream", {"logGroupName": group, "logStreamName": stream}),
        ):
            try:
                await self._world.aws.call(self._session.principal, "logs", operation, parameters)
            except ServiceError as error:
                if error.code == "ResourceAlreadyExistsException":
                    continue
                raise PhaseFailure(
                    "ACCESS_DENIED",
                    f"Service role {self._build.settings.service_role} does not allow AWS CodeBuild to "
                    f"create Amazon CloudWatch Logs log streams for build {self._build.arn}. "
                    f"Error message: {error.message}",
                ) from None
        self._build.has_log_stream = True

    # DOWNLOAD_SOURCE

    async def _download_source(self) -> None:
        log = self._log
        log.container("Phase is DOWNLOAD_SOURCE")
        sources = Sources(self._world.aws, self._session.principal)
        self._fetched = await sources.fetch(self._build, self._place.sources)
        log.container(f"CODEBUILD_SRC_DIR={self._fetched.primary}")
        self._buildspec = parse(self._buildspec_text())
        for line in self._buildspec.ignored:
            log.container(f"Ignored: {line}")
        if self._build.settings.local_cache:
            restored = await asyncio.to_thread(cache.restore, self._cache, self._fetched.primary)
            log.container(f"Restored {restored} cached file(s)")
        await self._open_shell()
        log.container(f"Moving to directory {self._fetched.primary}")
        log.container(f"Phases found in YAML: {len(self._buildspec.phases)}")
        for phase, spec in self._buildspec.phases.items():
            log.container(f" {phase}: {len(spec.commands)} commands")

    def _buildspec_text(self) -> str:
        wanted = self._build.settings.source.buildspec or DEFAULT_FILE
        if is_inline(wanted):
            return wanted
        if wanted.startswith("arn:"):
            raise yaml_file_error(
                f"{wanted}: the twin reads a buildspec from the source or inline, not from S3"
            )
        path = self._fetched.primary / wanted
        self._log.container(f"YAML location is {path}")
        if not path.resolve().is_relative_to(self._fetched.primary.resolve()) or not path.is_file():
            raise yaml_file_error(f"stat {path}: no such file or directory")
        return path.read_text(encoding="utf-8")

    async def _open_shell(self) -> None:
        self._log.container("Processing environment variables")
        wanted = variables.merged(self._buildspec, self._build.settings.variables)
        resolved = await variables.resolve(self._world.aws, self._session.principal, wanted)
        self._secrets = resolved.secrets
        self._log.mask(resolved.values[name] for name in resolved.secrets)
        self._shell = Shell(
            program=self._buildspec.shell,
            environment=environment.build_environment(
                environment.host_environment(os.environ, self._place, self._world.cache),
                self._session,
                resolved.values,
                environment.codebuild_environment(self._build, self._fetched),
            ),
            directory=self._fetched.primary,
            control=self._place.control,
            on_output=self._on_output,
            one_shell=self._buildspec.one_shell,
        )

    def _on_output(self, line: str) -> None:
        self._output.append(line)
        self._log.output(line)

    # INSTALL, PRE_BUILD, BUILD, POST_BUILD

    async def _commands(self, phase: str) -> None:
        self._log.container(f"Entering phase {phase}")
        shell, spec = self._open(), self._buildspec.phase(phase)
        await shell.set_variable("CODEBUILD_BUILD_SUCCEEDING", "1" if self._build.is_succeeding else "0")
        if phase == INSTALL:
            self._choose_runtimes(shell, spec)
        failure = await self._attempt(shell, spec)
        retried = 0
        while failure is not None and should_retry(spec.on_failure, retried, "\n".join(self._output)):
            retried += 1
            self._log.container(f"Retrying phase {phase} ({retried})")
            failure = await self._attempt(shell, spec)
        if phase == POST_BUILD:
            self._export_variables(shell)
        if failure is not None:
            raise failure

    def _open(self) -> Shell:
        if self._shell is None:
            raise RuntimeError("commands need the shell that DOWNLOAD_SOURCE opens")
        return self._shell

    def _choose_runtimes(self, shell: Shell, spec: PhaseSpec) -> None:
        available = workplace.runtime_versions()
        for line in runtimes.runtime_lines(spec.runtime_versions, available, shell.environment):
            self._log.container(line)

    async def _attempt(self, shell: Shell, spec: PhaseSpec) -> PhaseFailure | None:
        """``commands`` up to the first failure, then ``finally``; the first failure of both."""
        self._output.clear()
        failure = await self._run_until_failure(shell, spec.commands)
        final = await self._run_until_failure(shell, spec.finally_commands)
        return failure or final

    async def _run_until_failure(self, shell: Shell, commands: tuple[str, ...]) -> PhaseFailure | None:
        for command in commands:
            text = command.rstrip("\n")
            self._log.container(f"Running command {text}")
            status = await shell.run(text)
            if status != 0:
                self._log.container(f"Command did not exit successfully {text} exit status {status}")
                return command_failed(text, status)
        return None

    def _export_variables(self, shell: Shell) -> None:
        """User guide: names starting AWS_ and values from a secret store cannot be exported."""
        exported: dict[str, str] = {}
        for name in self._buildspec.exported_variables:
            if name.startswith("AWS_") or name in self._secrets:
                self._log.container(f"Not exported: {name} is reserved or holds a secret")
            elif name in shell.environment:
                exported[name] = shell.environment[name]
        self._build.exported = exported

    # UPLOAD_ARTIFACTS

    async def _upload_artifacts(self) -> None:
        build, shell = self._build, self._open()
        if build.settings.local_cache and self._buildspec.cache_paths:
            paths = self._buildspec.cache_paths
            saved = await asyncio.to_thread(cache.save, self._cache, self._fetched.primary, paths)
            self._log.container(f"Cached {saved} file(s)")
        uploader = artifacts.Uploader(self._world.aws, self._session.principal, build, self._log)
        for output in artifacts.outputs(build, self._buildspec):
            self._log.container(f"Expanding file paths for {output.identifier or 'the artifact'}")
            await uploader.upload(output, self._fetched.primary, shell.environment)
