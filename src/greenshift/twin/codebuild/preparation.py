"""PROVISIONING and DOWNLOAD_SOURCE: from a project's settings to a shell in a source tree.

Each step returns what the next needs; a step that cannot raises PhaseFailure.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from greenshift.twin.aws import Aws
from greenshift.twin.callers.principal import Principal, Session
from greenshift.twin.codebuild import cache, environment, variables, workplace
from greenshift.twin.codebuild.buildspec import DEFAULT_FILE, Buildspec, is_inline, parse
from greenshift.twin.codebuild.errors import PhaseFailure, yaml_file_error
from greenshift.twin.codebuild.log import BuildLog
from greenshift.twin.codebuild.model import Build
from greenshift.twin.codebuild.shell import Shell
from greenshift.twin.codebuild.sources import Fetched, Sources
from greenshift.twin.codebuild.workplace import Workplace
from greenshift.twin.service import ServiceError
from greenshift.twin.world import World

SERVICE = "codebuild.amazonaws.com"


@dataclass(frozen=True)
class Site:
    """After PROVISIONING: who the build is, and where it works."""

    session: Session
    place: Workplace


@dataclass(frozen=True)
class Ready:
    """After DOWNLOAD_SOURCE: everything the commands need. ``secrets`` are names of variables."""

    site: Site
    fetched: Fetched
    buildspec: Buildspec
    shell: Shell
    secrets: frozenset[str]


@dataclass(frozen=True)
class Preparation:
    """Prepares one build. ``root`` becomes its folder, ``cache`` is its project's."""

    world: World
    build: Build
    log: BuildLog
    root: Path
    cache: Path

    async def provision(self) -> Site:
        session = await self._assume_role()
        if self.build.settings.logs.enabled:
            await _create_log_stream(self.world.aws, session.principal, self.build)
        self.log.write_as(session.principal)
        place = await asyncio.to_thread(workplace.prepare, self.root)
        self.log.container("Waiting for agent ping")
        self.log.container("Waiting for DOWNLOAD_SOURCE")
        return Site(session, place)

    async def _assume_role(self) -> Session:
        role, name = self.build.settings.service_role, f"AWSCodeBuild-{self.build.uuid}"
        try:
            return await self.world.aws.assume_role(role, name, SERVICE)
        except ServiceError as error:
            message = f"CodeBuild is not authorized to perform: sts:AssumeRole on {role} ({error.message})"
            raise PhaseFailure("ACCESS_DENIED", message) from None

    async def download_source(self, site: Site, on_output: Callable[[list[str]], None]) -> Ready:
        self.log.container("Phase is DOWNLOAD_SOURCE")
        sources = Sources(self.world.aws, site.session.principal)
        fetched = await sources.fetch(self.build, site.place.sources)
        self.log.container(f"CODEBUILD_SRC_DIR={fetched.primary}")
        buildspec = parse(self._buildspec_text(fetched.primary))
        if buildspec.cache_is_restored:
            await self._restore_cache(fetched.primary)
        ready = await self._open_shell(site, fetched, buildspec, on_output)
        self._describe(fetched, buildspec)
        return ready

    def _buildspec_text(self, source: Path) -> str:
        wanted = self.build.settings.source.buildspec or DEFAULT_FILE
        if is_inline(wanted):
            return wanted
        if wanted.startswith("arn:"):
            raise yaml_file_error(f"{wanted}: the twin reads a buildspec from the source or inline")
        path = source / wanted
        self.log.container(f"YAML location is {path}")
        if not path.resolve().is_relative_to(source.resolve()) or not path.is_file():
            raise yaml_file_error(f"stat {path}: no such file or directory")
        return path.read_text(encoding="utf-8")

    async def _restore_cache(self, source: Path) -> None:
        if self.build.settings.local_cache:
            restored = await asyncio.to_thread(cache.restore, self.cache, source)
            self.log.container(f"Restored {restored} cached file(s)")

    async def _open_shell(
        self, site: Site, fetched: Fetched, buildspec: Buildspec, on_output: Callable[[list[str]], None]
    ) -> Ready:
        self.log.container("Processing environment variables")
        wanted = variables.merged(buildspec, self.build.settings.variables)
        resolved = await variables.resolve(self.world.aws, site.session.principal, wanted)
        self.log.mask(resolved.values[name] for name in resolved.secrets)
        shell = Shell(
            program=buildspec.shell,
            environment=environment.build_environment(
                environment.host_environment(os.environ, site.place, self.world.cache),
                site.session,
                resolved.values,
                environment.codebuild_environment(self.build, fetched),
            ),
            directory=fetched.primary,
            control=site.place.control,
            on_output=on_output,
            one_shell=buildspec.one_shell,
        )
        return Ready(site, fetched, buildspec, shell, resolved.secrets)

    def _describe(self, fetched: Fetched, buildspec: Buildspec) -> None:
        for line in buildspec.ignored:
            self.log.container(f"Ignored: {line}")
        self.log.container(f"Moving to directory {fetched.primary}")
        self.log.container(f"Phases found in YAML: {len(buildspec.phases)}")
        for phase, spec in buildspec.phases.items():
            self.log.container(f" {phase}: {len(spec.commands)} commands")


async def _create_log_stream(aws: Aws, principal: Principal, build: Build) -> None:
    """As the build's role: without permission to write logs a build does not start."""
    group = {"logGroupName": build.settings.logs.group}
    stream = {**group, "logStreamName": build.log_stream}
    try:
        if not await _made(aws, principal, "CreateLogStream", stream):
            await _made(aws, principal, "CreateLogGroup", group)
            await _made(aws, principal, "CreateLogStream", stream)
    except ServiceError as error:
        raise PhaseFailure(
            "ACCESS_DENIED",
            f"Service role {build.settings.service_role} does not allow AWS CodeBuild to create Amazon "
            f"CloudWatch Logs log streams for build {build.arn}. Error message: {error.message}",
        ) from None
    build.has_log_stream = True


async def _made(aws: Aws, principal: Principal, operation: str, parameters: dict[str, str]) -> bool:
    """Whether it exists now; False when the group it belongs in does not."""
    try:
        await aws.call(principal, "logs", operation, parameters)
    except ServiceError as error:
        if error.code not in ("ResourceAlreadyExistsException", "ResourceNotFoundException"):
            raise
        return error.code == "ResourceAlreadyExistsException"
    return True
