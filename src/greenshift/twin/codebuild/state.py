"""The projects and builds that exist, and what AWS says about naming, finding and numbering them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from greenshift.twin.codebuild.errors import (
    build_not_found,
    invalid_input,
    project_exists,
    project_not_found,
    too_many_builds,
)
from greenshift.twin.codebuild.handover import Handover
from greenshift.twin.codebuild.model import Build, Project
from greenshift.twin.codebuild.report_store import ReportStore
from greenshift.twin.codebuild.settings import BuildSettings

# API reference, StartBuild: "The token is included in the StartBuild request and is valid for 5 minutes."
_TOKEN_SECONDS = 300.0


@dataclass
class State:
    """Touched on the event loop only."""

    kept: ClassVar[tuple[str, ...]] = ("projects", "builds", "_tokens")

    account: str
    region: str
    projects: dict[str, Project] = field(default_factory=dict)
    builds: dict[str, Build] = field(default_factory=dict)
    reports: ReportStore = field(init=False)
    _tokens: dict[str, tuple[float, Mapping[str, Any], str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reports = ReportStore(f"arn:aws:codebuild:{self.region}:{self.account}")

    def arn(self, kind: str, name: str) -> str:
        return f"arn:aws:codebuild:{self.region}:{self.account}:{kind}/{name}"

    def add_project(self, name: str, document: Mapping[str, Any], now: float) -> Project:
        if name in self.projects:
            raise project_exists(self.arn("project", name))
        self.projects[name] = Project(name, self.arn("project", name), document, now, now)
        return self.projects[name]

    def find_project(self, name_or_arn: str) -> Project | None:
        """The API takes a project's name or its ARN wherever it takes a name."""
        prefix = self.arn("project", "")
        return self.projects.get(name_or_arn.removeprefix(prefix))

    def project(self, name_or_arn: str) -> Project:
        found = self.find_project(name_or_arn)
        if found is None:
            is_arn = name_or_arn.startswith("arn:")
            raise project_not_found(name_or_arn if is_arn else self.arn("project", name_or_arn))
        return found

    def find_build(self, id_or_arn: str) -> Build | None:
        return self.builds.get(id_or_arn.removeprefix(self.arn("build", "")))

    def build(self, id_or_arn: str) -> Build:
        found = self.find_build(id_or_arn)
        if found is None:
            raise build_not_found(id_or_arn)
        return found

    def builds_of(self, project: str) -> list[Build]:
        return [build for build in self.builds.values() if build.settings.project == project]

    def check_limit(self, project: Project) -> None:
        limit = project.document.get("concurrentBuildLimit")
        running = sum(not build.is_complete for build in self.builds_of(project.name))
        if limit is not None and running >= limit:
            raise too_many_builds(limit, project.name)

    def add_build(
        self,
        project: Project,
        settings: BuildSettings,
        document: Mapping[str, Any],
        initiator: str,
        handover: Handover | None,
        now: float,
    ) -> Build:
        project.builds += 1
        build_id = f"{project.name}:{uuid.uuid4()}"
        build = Build(
            id=build_id,
            arn=self.arn("build", build_id),
            number=project.builds,
            settings=settings,
            document=document,
            initiator=initiator,
            start=now,
            handover=handover,
            source_version=_source_version(settings, handover),
        )
        self.builds[build_id] = build
        return build

    def build_of_token(self, token: str | None, request: Mapping[str, Any], now: float) -> Build | None:
        """The build an earlier request with this token started; a changed request is an error."""
        at, earlier, build_id = self._tokens.get(token or "", (0.0, {}, ""))
        if not build_id or now - at > _TOKEN_SECONDS:
            return None
        if earlier != request:
            raise invalid_input("idempotencyToken was used before with other parameters")
        return self.builds[build_id]

    def remember_token(self, token: str | None, request: Mapping[str, Any], now: float, build: Build) -> None:
        if token:
            self._tokens[token] = (now, request, build.id)


def _source_version(settings: BuildSettings, handover: Handover | None) -> str | None:
    if handover is not None:
        return handover.inputs[handover.primary].arn
    return settings.source.version
