"""Event source mappings on the wire."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from random import Random
from typing import Any

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.model import Version
from greenshift.twin.awslambda.names import LATEST, Target
from greenshift.twin.awslambda.operations.base import LambdaBase
from greenshift.twin.awslambda.paging import page_of
from greenshift.twin.awslambda.state import LambdaSettings
from greenshift.twin.callers.principal import Principal
from greenshift.twin.service import CallContext, Request, Response, ServiceError, operation
from greenshift.twin.sources import requests
from greenshift.twin.sources.model import Mapping as SourceMapping
from greenshift.twin.sources.permissions import PERMISSIONS
from greenshift.twin.sources.pollers import Pollers
from greenshift.twin.world import World


class EventSourceOperations(LambdaBase):
    """API reference: CreateEventSourceMapping and its kin."""

    def __init__(
        self, world: World, settings: LambdaSettings | None = None, random: Random | None = None
    ) -> None:
        super().__init__(world, settings, random)
        self.mappings = Pollers(world, self)

    @operation
    async def create_event_source_mapping(self, context: CallContext, request: Request) -> Response:
        function, target = self.found(request)
        self.checked_qualifier(function, target.qualifier)
        source = request.get("EventSourceArn") or ""
        kind = requests.kind_of(source)
        rules = requests.rules(request, kind, source)
        self._check_is_new(source, target)
        enabled = request.get("Enabled")
        mapping = SourceMapping(
            uuid=str(uuid.uuid4()),
            source=source,
            kind=kind,
            function=function.name,
            qualifier=target.qualifier,
            rules=rules,
            modified=self.now(),
            enabled=True if enabled is None else bool(enabled),
            changing="Creating",
            settled_at=self.now() + self.settings.mapping_seconds,
            tags=dict(request.get("Tags") or {}),
        )
        await self._check_source(mapping)
        self.mappings.put(mapping)
        return self._told(mapping)

    @operation
    def get_event_source_mapping(self, context: CallContext, request: Request) -> Response:
        return self._told(self._mapping(request))

    @operation
    def list_event_source_mappings(self, context: CallContext, request: Request) -> Response:
        found = list(self.mappings)
        if name := request.get("FunctionName"):
            target = self.target({"FunctionName": name})
            found = [
                each for each in found if (each.function, each.qualifier) == (target.name, target.qualifier)
            ]
        if source := request.get("EventSourceArn"):
            found = [each for each in found if each.source == source]
        page, marker = page_of(found, lambda each: each.uuid, request.get("Marker"), request.get("MaxItems"))
        response: Response = {"EventSourceMappings": [self._told(each) for each in page]}
        return response | ({"NextMarker": marker} if marker else {})

    @operation
    async def update_event_source_mapping(self, context: CallContext, request: Request) -> Response:
        mapping = self._settled(request)
        changed = dataclasses.replace(
            mapping, rules=requests.rules(request, mapping.kind, mapping.source, mapping.rules)
        )
        if request.get("FunctionName"):
            function, target = self.found(request)
            self.checked_qualifier(function, target.qualifier)
            changed.function, changed.qualifier = function.name, target.qualifier
        await self._check_source(changed)
        enabled = request.get("Enabled")
        changed.changing = "Updating"
        if enabled is not None and enabled != mapping.enabled:
            changed.enabled = bool(enabled)
            changed.changing = "Enabling" if enabled else "Disabling"
        changed.modified, changed.settled_at = self.now(), self.now() + self.settings.mapping_seconds
        self.mappings.put(changed)
        return self._told(changed)

    @operation
    def delete_event_source_mapping(self, context: CallContext, request: Request) -> Response:
        mapping = self._settled(request)
        mapping.changing, mapping.enabled = "Deleting", False
        mapping.settled_at = self.now() + self.settings.mapping_seconds
        self.mappings.end(mapping)
        return self._told(mapping)

    def tags_of_mapping(self, uuid: str) -> dict[str, str]:
        return self._mapping({"UUID": uuid}).tags

    # What pollers ask (sources/target.py)

    async def role_of(self, mapping: SourceMapping) -> Principal:
        version = self._version_of(mapping)
        session = await self.launcher.session(version.configuration.role, mapping.function)
        return session.principal

    def timeout_of(self, mapping: SourceMapping) -> int:
        return self._version_of(mapping).configuration.timeout

    def _version_of(self, mapping: SourceMapping) -> Version:
        function = self.functions.find(Target(mapping.function, mapping.qualifier))
        return self.described(function, mapping.qualifier or LATEST)

    # The work

    def _told(self, mapping: SourceMapping) -> Response:
        arn = f"arn:aws:lambda:{self.place.region}:{self.place.account}:event-source-mapping:{mapping.uuid}"
        function = self.place.arn(mapping.function, mapping.qualifier)
        return requests.response(mapping, function, arn, self.now())

    def _mapping(self, request: Mapping[str, Any]) -> SourceMapping:
        mapping = self.mappings.get(request["UUID"])
        if mapping is None:
            raise errors.resource_not_found()
        return mapping

    def _settled(self, request: Mapping[str, Any]) -> SourceMapping:
        mapping = self._mapping(request)
        if self.now() < mapping.settled_at:
            raise errors.mapping_in_use(mapping.changing)
        return mapping

    def _check_is_new(self, source: str, target: Target) -> None:
        """One queue may feed several functions, but one function (and qualifier) is fed once from it."""
        for each in self.mappings:
            known = (each.source, each.function, each.qualifier)
            if known == (source, target.name, target.qualifier) and each.changing != "Deleting":
                raise errors.mapping_exists(source, self.place.arn(target.name, target.qualifier), each.uuid)

    async def _check_source(self, mapping: SourceMapping) -> None:
        """The function's role may poll it, and it is there (API reference:
        InvalidParameterValueException).
        """
        role = await self.role_of(mapping)
        for operation_name, parameters in PERMISSIONS[mapping.kind](mapping.source, self.world.endpoint):
            try:
                await self.world.aws.admit(role, mapping.service, operation_name, parameters)
            except ServiceError:
                raise errors.invalid(
                    "The function execution role does not have permissions to call "
                    f"{operation_name} on {mapping.label}"
                ) from None
        await self._check_exists(mapping)

    async def _check_exists(self, mapping: SourceMapping) -> None:
        root = Principal.service("lambda.amazonaws.com", mapping.source)
        checks = PERMISSIONS[mapping.kind](mapping.source, self.world.endpoint)
        describe = checks[-1]
        try:
            found = await self.world.aws.call(root, mapping.service, *describe)
        except ServiceError as error:
            message = f"Error occurred while {describe[0]}. {mapping.label} Error Code: {error.code}. "
            raise errors.invalid(f"{message}{mapping.label} Error Message: {error.message}") from None
        if mapping.kind == "sqs":
            visibility, timeout = int(found["Attributes"]["VisibilityTimeout"]), self.timeout_of(mapping)
            if visibility < timeout:
                raise errors.invalid(
                    f"Queue visibility timeout: {visibility} seconds is less than "
                    f"Function timeout: {timeout} seconds"
                )
