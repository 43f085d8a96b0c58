"""The pipelines of one account in one region: creating, updating, finding and deleting them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from greenshift.twin.codepipeline import errors
from greenshift.twin.codepipeline.declaration import PipelineDeclaration, StageDeclaration, completed, parse
from greenshift.twin.codepipeline.state import Execution, Pipeline, Revision
from greenshift.twin.codepipeline.validate import check_structure


class Pipelines:
    kept: ClassVar[tuple[str, ...]] = ("_by_name",)

    def __init__(self, account: str, region: str) -> None:
        self._account = account
        self._region = region
        self._by_name: dict[str, Pipeline] = {}

    def check(self, document: Mapping[str, Any]) -> PipelineDeclaration:
        """Read a structure, and refuse one that breaks the rules."""
        declaration = parse(document)
        check_structure(declaration, self._region)
        return declaration

    def create(self, document: Mapping[str, Any], tags: Mapping[str, str], now: float) -> Pipeline:
        declaration = self.check(document)
        if declaration.name in self._by_name:
            raise errors.pipeline_name_in_use(declaration.name)
        # A pipeline's ARN has no word for the resource type (user guide: "Resources and operations").
        arn = f"arn:aws:codepipeline:{self._region}:{self._account}:{declaration.name}"
        revision = Revision(1, declaration, completed(document, 1), now)
        pipeline = Pipeline(declaration.name, arn, now, [revision], dict(tags))
        self._by_name[declaration.name] = pipeline
        return pipeline

    def update(self, document: Mapping[str, Any], now: float) -> Pipeline:
        """A new version of the structure; version numbers in the request are ignored, as on AWS."""
        declaration = self.check(document)
        pipeline = self.get(declaration.name)
        version = pipeline.current.version + 1
        pipeline.revisions.append(Revision(version, declaration, completed(document, version), now))
        return pipeline

    def get(self, name: str) -> Pipeline:
        if name not in self._by_name:
            raise errors.pipeline_not_found(self._account, name)
        return self._by_name[name]

    def find(self, name: str) -> Pipeline | None:
        return self._by_name.get(name)

    def by_arn(self, arn: str) -> Pipeline | None:
        return next((pipeline for pipeline in self._by_name.values() if pipeline.arn == arn), None)

    def delete(self, name: str) -> Pipeline | None:
        return self._by_name.pop(name, None)

    def all(self) -> list[Pipeline]:
        return sorted(self._by_name.values(), key=lambda pipeline: pipeline.name)


def revision_of(pipeline: Pipeline, version: int | None) -> Revision:
    if version is None:
        return pipeline.current
    found = next((revision for revision in pipeline.revisions if revision.version == version), None)
    if found is None:
        raise errors.pipeline_version_not_found(pipeline.name, version)
    return found


def execution_of(pipeline: Pipeline, execution_id: str) -> Execution:
    if execution_id not in pipeline.executions:
        raise errors.execution_not_found(pipeline.name, execution_id)
    return pipeline.executions[execution_id]


def stage_of(pipeline: Pipeline, name: str) -> StageDeclaration:
    index = pipeline.declaration.stage_index(name)
    if index is None:
        raise errors.stage_not_found(pipeline.name, name)
    return pipeline.declaration.stages[index]
