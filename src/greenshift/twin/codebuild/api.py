"""CodeBuild's operations: request in, calls on state and engine, response out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from greenshift.twin.callers.principal import Principal
from greenshift.twin.codebuild import rules
from greenshift.twin.codebuild.engine import Engine
from greenshift.twin.codebuild.errors import invalid_input, role_not_usable
from greenshift.twin.codebuild.handover import VARIABLE, Handover, parse_handover
from greenshift.twin.codebuild.images import curated_platforms
from greenshift.twin.codebuild.model import Build, Project
from greenshift.twin.codebuild.preparation import SERVICE
from greenshift.twin.codebuild.report_api import ReportOperations
from greenshift.twin.codebuild.settings import Document, read_settings, with_overrides
from greenshift.twin.codebuild.state import State
from greenshift.twin.codebuild.wire import build_out, page, project_out
from greenshift.twin.service import CallContext, Request, Response, ServiceError, operation
from greenshift.twin.snapshot.keeping import Keeper
from greenshift.twin.world import World


class CodeBuild(ReportOperations):
    """Projects, builds and their reports, of one account and region."""

    name: ClassVar[str] = "codebuild"
    validation_error: ClassVar[str] = "InvalidInputException"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._state = State(world.account, world.region)
        self._reports = self._state.reports
        self._engine = Engine(world, self._reports)

    def keepers(self) -> Mapping[str, Keeper]:
        return {"state": self._state, "reports": self._reports}

    def resources(self) -> list[str]:
        return [*(project.arn for project in self._state.projects.values()), *self._reports.groups]

    # Projects

    @operation
    async def create_project(self, context: CallContext, request: Request) -> Response:
        document = rules.complete(request, self.world.account, self.world.region)
        rules.check(document)
        await self._check_role(document["serviceRole"])
        project = self._state.add_project(request["name"], document, self.world.clock.time())
        return {"project": project_out(project)}

    @operation
    async def update_project(self, context: CallContext, request: Request) -> Response:
        project = self._state.project(request["name"])
        changed = {**project.document, **request, "name": project.name}
        document = rules.complete(changed, self.world.account, self.world.region)
        rules.check(document)
        if "serviceRole" in request:
            await self._check_role(request["serviceRole"])
        project.document = document
        project.last_modified = self.world.clock.time()
        return {"project": project_out(project)}

    async def _check_role(self, role_arn: str) -> None:
        try:
            await self.world.aws.assume_role(role_arn, "AWSCodeBuild-check", SERVICE)
        except ServiceError as error:
            raise role_not_usable(role_arn, error.message) from None

    @operation
    def delete_project(self, context: CallContext, request: Request) -> Response:
        """Deleting what is not there succeeds; builds outlive their project (API reference)."""
        project = self._state.find_project(request["name"])
        if project is not None:
            del self._state.projects[project.name]
            self._engine.forget_project(project.name)
        return {}

    @operation
    def batch_get_projects(self, context: CallContext, request: Request) -> Response:
        found = {name: self._state.find_project(name) for name in request["names"]}
        return {
            "projects": [project_out(project) for project in found.values() if project is not None],
            "projectsNotFound": [name for name, project in found.items() if project is None],
        }

    @operation
    def list_projects(self, context: CallContext, request: Request) -> Response:
        orders: dict[str, Callable[[Project], Any]] = {
            "NAME": lambda project: project.name,
            "CREATED_TIME": lambda project: project.created,
            "LAST_MODIFIED_TIME": lambda project: project.last_modified,
        }
        projects = sorted(self._state.projects.values(), key=orders[request.get("sortBy", "NAME")])
        names = [project.name for project in projects]
        if request.get("sortOrder") == "DESCENDING":
            names.reverse()
        return page("projects", names, request.get("nextToken"))

    @operation
    def list_curated_environment_images(self, context: CallContext, request: Request) -> Response:
        return {"platforms": curated_platforms()}

    # Builds

    @operation
    def start_build(self, context: CallContext, request: Request) -> Response:
        now, token = self.world.clock.time(), request.get("idempotencyToken")
        project = self._state.project(request["projectName"])
        build = self._state.build_of_token(token, request, now)
        if build is None:
            build = self._start(project, request, context.principal)
            self._state.remember_token(token, request, now, build)
        return self._build(build)

    def _start(self, project: Project, request: Document, caller: Principal) -> Build:
        _refuse_unsupported(request)
        document = with_overrides(project.document, request)
        handover = _handover(document, request)
        rules.check(document)
        self._state.check_limit(project)
        initiator = f"codepipeline/{handover.pipeline}" if handover else _initiator(caller)
        build = self._state.add_build(
            project, read_settings(document), document, initiator, handover, self.world.clock.time()
        )
        self._engine.submit(build)
        return build

    @operation
    def retry_build(self, context: CallContext, request: Request) -> Response:
        """A new build with everything the earlier one had."""
        if "id" not in request:
            raise invalid_input("id is required: the build to run again")
        earlier = self._state.build(request["id"])
        project = self._state.project(earlier.settings.project)
        self._state.check_limit(project)
        build = self._state.add_build(
            project,
            earlier.settings,
            earlier.document,
            _initiator(context.principal),
            earlier.handover,
            self.world.clock.time(),
        )
        self._engine.submit(build)
        return self._build(build)

    @operation
    def stop_build(self, context: CallContext, request: Request) -> Response:
        """What runs is told as STOPPED at once, while its processes end (CLI reference, stop-build)."""
        build = self._state.build(request["id"])
        if build.is_complete:
            return self._build(build)
        build.stop_requested.set()
        told = self._build(build)
        return told | {"build": told["build"] | {"buildStatus": "STOPPED"}}

    @operation
    def batch_get_builds(self, context: CallContext, request: Request) -> Response:
        """Unknown ids are not an error (API reference)."""
        found = {build_id: self._state.find_build(build_id) for build_id in request["ids"]}
        return {
            "builds": [self._build_out(build) for build in found.values() if build is not None],
            "buildsNotFound": [build_id for build_id, build in found.items() if build is None],
        }

    @operation
    def list_builds(self, context: CallContext, request: Request) -> Response:
        return self._page_of_builds(list(self._state.builds.values()), request)

    @operation
    def list_builds_for_project(self, context: CallContext, request: Request) -> Response:
        project = self._state.project(request["projectName"])
        return self._page_of_builds(self._state.builds_of(project.name), request)

    def _page_of_builds(self, builds: list[Build], request: Request) -> Response:
        ids = [build.id for build in builds]
        if request.get("sortOrder", "DESCENDING") == "DESCENDING":
            ids.reverse()
        return page("ids", ids, request.get("nextToken"))

    def _build(self, build: Build) -> Response:
        return {"build": self._build_out(build)}

    def _build_out(self, build: Build) -> dict[str, Any]:
        return build_out(build, self.world.region, self.world.account)


def _refuse_unsupported(request: Document) -> None:
    if request.get("debugSessionEnabled"):
        raise invalid_input("debugSessionEnabled: the twin has no debug sessions")
    if request.get("secondarySourcesOverride"):
        raise invalid_input("secondarySourcesOverride: the twin takes further sources from a pipeline only")


def _handover(document: Document, request: Document) -> Handover | None:
    for variable in request.get("environmentVariablesOverride", []):
        if variable["name"] == VARIABLE:
            return parse_handover(variable["value"])
    if document["source"]["type"] == "CODEPIPELINE":
        raise invalid_input(
            f"project {document['name']} takes its source from CodePipeline: start the pipeline, or override "
            "source and artifacts"
        )
    return None


def _initiator(caller: Principal) -> str:
    if caller.kind == "role":
        return f"{caller.arn.rpartition('/')[2]}/{caller.session}"
    return "root" if caller.kind == "root" else caller.arn
