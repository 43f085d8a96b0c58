"""Functions: create, describe, change, delete."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.code_source import read_code
from greenshift.twin.awslambda.configuration import create_configuration, update_configuration
from greenshift.twin.awslambda.model import CodePackage, Configuration, Function, Version, new_id
from greenshift.twin.awslambda.names import Target
from greenshift.twin.awslambda.operations.base import LambdaBase
from greenshift.twin.awslambda.paging import page_of
from greenshift.twin.awslambda.tags import checked_tags
from greenshift.twin.awslambda.versions import (
    check_can_update,
    check_revision,
    delete_version,
    new_latest,
    publish,
)
from greenshift.twin.awslambda.wire import CREATING, version_response
from greenshift.twin.service import CallContext, Request, Response, operation


class FunctionOperations(LambdaBase):
    """API reference: CreateFunction and its kin."""

    @operation
    async def create_function(self, context: CallContext, request: Request) -> Response:
        target = self.target(request)
        if target.qualifier:
            raise errors.invalid("FunctionName of a new function cannot have a qualifier")
        self.functions.check_is_new(target.name)
        configuration = self._with_layers(create_configuration(request), request)
        await self.launcher.session(configuration.role, target.name)
        code = await self.code.add(await read_code(self.world.aws, context.principal, request["Code"]))
        now = self.now()
        function = Function(
            name=target.name,
            latest=new_latest(configuration, code, now),
            tags=checked_tags(request.get("Tags") or {}),
            pending_until=now + self.settings.creation_seconds,
        )
        self.functions.add(function)
        version = self.published(function, None) if request.get("Publish") else function.latest
        # Also where it published: the ARN is the function's own, only "Version" tells the version.
        # The answer is of a function that is being created, however soon it is Active; then its RevisionId
        # is another (developer guide, "Lambda function states").
        answer = version_response(function, version, self.place, now) | CREATING
        answer.pop("LastUpdateStatus", None)
        return answer | {"FunctionArn": self.place.arn(function.name), "RevisionId": new_id()}

    @operation
    def get_function(self, context: CallContext, request: Request) -> Response:
        function, target = self.found(request)
        version = self.described(function, target.qualifier)
        code_path = f"/_twin/lambda/code/{function.name}/{quote(version.number)}"
        response: Response = {
            "Configuration": self._shown(function, version, target),
            "Code": {
                "RepositoryType": "S3",
                "Location": self.world.endpoint + code_path,
            },
        }
        if function.tags:
            response["Tags"] = dict(function.tags)
        if function.reserved_concurrency is not None:
            response["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved_concurrency}
        return response

    @operation
    def get_function_configuration(self, context: CallContext, request: Request) -> Response:
        function, target = self.found(request)
        return self._shown(function, self.described(function, target.qualifier), target)

    @operation
    def list_functions(self, context: CallContext, request: Request) -> Response:
        now = self.now()
        # The ARN of $LATEST is qualified where all versions are listed (API reference, ListFunctions).
        every = request.get("FunctionVersion") == "ALL"
        rows = [
            (
                f"{function.name}:{version_order(version)}",
                version_response(function, version, self.place, now, version.number if every else None),
            )
            for function in self.functions.all()
            for version in (function.all_versions() if every else [function.latest])
        ]
        page, marker = page_of(rows, lambda row: row[0], request.get("Marker"), request.get("MaxItems"))
        response: Response = {"Functions": [row for _, row in page]}
        return response | ({"NextMarker": marker} if marker else {})

    @operation
    async def update_function_code(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        self._check_update(function, request)
        data = await read_code(self.world.aws, context.principal, request)
        code = await self.code.add(data)
        # Reading took time: another update may have begun meanwhile.
        self._check_update(function, request)
        configuration = function.latest.configuration
        if request.get("Architectures"):
            configuration = replace(configuration, architectures=tuple(request["Architectures"]))
        if request.get("DryRun"):
            preview = replace(function.latest, code=code, configuration=configuration)
            return version_response(function, preview, self.place, self.now())
        self._update(function, configuration, code)
        version = self.published(function, None) if request.get("Publish") else function.latest
        return version_response(function, version, self.place, self.now())

    @operation
    async def update_function_configuration(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        self._check_update(function, request)
        configuration = update_configuration(function.latest.configuration, request)
        configuration = self._with_layers(configuration, request)
        if request.get("Role"):
            await self.launcher.session(configuration.role, function.name)
            self._check_update(function, request)
        self._update(function, configuration, function.latest.code)
        return version_response(function, function.latest, self.place, self.now())

    @operation
    async def delete_function(self, context: CallContext, request: Request) -> Response:
        function, target = self.found(request)
        if target.qualifier:
            gone = delete_version(function, target.qualifier, self.place)
        else:
            gone = [*function.all_versions(), *([function.previous] if function.previous else [])]
            self.functions.remove(function)
        for version in gone:
            await self._forget(version)
        return {"StatusCode": 204}

    async def code_zip(self, function: str, qualifier: str) -> bytes:
        """The package behind ``Code.Location`` of GetFunction."""
        found = self.functions.find(Target(function, qualifier))
        return await self.code.read(self.described(found, qualifier).code)

    def published(self, function: Function, description: str | None) -> Version:
        """Publish ``$LATEST`` and have a process ready for its first invocation."""
        version, is_new = publish(function, description, self.now())
        if is_new and self.settings.warm_on_publish:
            self.invoker.warm(function, version)
        return version

    def _with_layers(self, configuration: Configuration, request: Request) -> Configuration:
        """An empty list takes all layers away; none given leaves them."""
        arns = request.get("Layers")
        return configuration if arns is None else replace(configuration, layers=self.layers.resolve(arns))

    def _shown(self, function: Function, version: Version, target: Target) -> Response:
        return version_response(function, version, self.place, self.now(), target.qualifier)

    def _check_update(self, function: Function, request: Request) -> None:
        check_can_update(function, self.place, self.now())
        check_revision(request.get("RevisionId"), function.latest.revision_id, "function")

    def _update(self, function: Function, configuration: Configuration, code: CodePackage) -> None:
        now = self.now()
        function.previous = function.latest
        function.latest = new_latest(configuration, code, now)
        function.busy_until = now + self.settings.update_seconds
        replaced = function.previous
        self.world.tasks.start(self._end_update(function, replaced), f"lambda update {function.name}")

    async def _end_update(self, function: Function, replaced: Version) -> None:
        await self.world.clock.sleep_until(function.busy_until)
        if function.previous is replaced:
            function.previous = None
            await self._forget(replaced)

    async def _forget(self, version: Version) -> None:
        """End the processes of a version nobody can invoke any more, and drop code nobody uses."""
        self.pools.retire(version.snapshot)
        await self.code.remove_unused(version.code, self.functions.uses)


def version_order(version: Version) -> str:
    """``$LATEST`` first, then the numbers as numbers."""
    return "" if version.is_latest else f"{int(version.number):012d}"
