"""Operations on pipelines themselves: their structure, their state, their transitions."""

from __future__ import annotations

from greenshift.twin.codepipeline import errors, run_views, views
from greenshift.twin.codepipeline.action_types import ACTION_TYPES
from greenshift.twin.codepipeline.declaration import PipelineDeclaration, masked
from greenshift.twin.codepipeline.operations.base import Operations, read_tags
from greenshift.twin.codepipeline.paging import page
from greenshift.twin.codepipeline.pipelines import revision_of, stage_of
from greenshift.twin.codepipeline.runner import SERVICE_PRINCIPAL
from greenshift.twin.codepipeline.state import Pipeline, Transition, Trigger
from greenshift.twin.service import CallContext, Request, Response, ServiceError, operation


class PipelineOperations(Operations):
    @operation
    async def create_pipeline(self, context: CallContext, request: Request) -> Response:
        document, tags = request["pipeline"], read_tags(request.get("tags"))
        await self._check_role(self.pipelines.check(document))
        pipeline = self.pipelines.create(document, tags, self.now())
        # API reference, TriggerType: creating a pipeline is the first thing that starts it.
        variables = {v.name: v.default for v in pipeline.declaration.variables if v.default is not None}
        self.engine.start(pipeline, Trigger("CreatePipeline", context.principal.arn), variables, {})
        return {"pipeline": masked(pipeline.current.document), "tags": views.tags(pipeline.tags)}

    @operation
    async def update_pipeline(self, context: CallContext, request: Request) -> Response:
        document = request["pipeline"]
        declaration = self.pipelines.check(document)
        if self.pipelines.find(declaration.name) is None:
            # The operation has no "not found" among its errors.
            raise errors.invalid_structure(f"There is no pipeline with the name '{declaration.name}'")
        await self._check_role(declaration)
        pipeline = self.pipelines.update(document, self.now())
        self.engine.cancel_all(pipeline, "The pipeline's definition was updated")
        return {"pipeline": masked(pipeline.current.document)}

    @operation
    def get_pipeline(self, context: CallContext, request: Request) -> Response:
        pipeline = self.pipelines.get(request["name"])
        revision = revision_of(pipeline, request.get("version"))
        metadata = {
            "pipelineArn": pipeline.arn,
            "created": run_views.moment(pipeline.created),
            "updated": run_views.moment(revision.updated),
        }
        return {"pipeline": masked(revision.document), "metadata": metadata}

    @operation
    def delete_pipeline(self, context: CallContext, request: Request) -> Response:
        # Deleting what is not there succeeds: the operation has no "not found" among its errors.
        pipeline = self.pipelines.delete(request["name"])
        if pipeline is not None:
            self.engine.cancel_all(pipeline, "The pipeline was deleted")
            self.jobs.forget(pipeline.arn)
        return {}

    @operation
    def list_pipelines(self, context: CallContext, request: Request) -> Response:
        size, token = request.get("maxResults") or 1000, request.get("nextToken")
        shown, following = page(self.pipelines.all(), lambda pipeline: pipeline.name, size, token)
        return {"pipelines": [views.pipeline_summary(pipeline) for pipeline in shown], "nextToken": following}

    @operation
    def list_action_types(self, context: CallContext, request: Request) -> Response:
        """The providers that the twin runs; AWS has more, and none of these is anything else there."""
        owner = request.get("actionOwnerFilter")
        found = sorted((each for each in ACTION_TYPES if owner in (None, each.owner)), key=str)
        return {"actionTypes": [run_views.action_provider(each, ACTION_TYPES[each]) for each in found]}

    @operation
    def get_pipeline_state(self, context: CallContext, request: Request) -> Response:
        return views.pipeline_state(self.pipelines.get(request["name"]))

    @operation
    def disable_stage_transition(self, context: CallContext, request: Request) -> Response:
        reason, caller = request["reason"], context.principal.arn
        self._set_transition(request, Transition(False, caller, self.now(), reason))
        return {}

    @operation
    def enable_stage_transition(self, context: CallContext, request: Request) -> Response:
        pipeline = self._set_transition(request, Transition(True, context.principal.arn, self.now()))
        self.engine.advance(pipeline)
        return {}

    def _set_transition(self, request: Request, transition: Transition) -> Pipeline:
        pipeline = self.pipelines.get(request["pipelineName"])
        stage = stage_of(pipeline, request["stageName"]).name
        if request["transitionType"] == "Outbound":
            stage = _stage_after(pipeline, stage)
        pipeline.transitions[stage] = transition
        return pipeline

    async def _check_role(self, declaration: PipelineDeclaration) -> None:
        try:
            await self.world.aws.assume_role(declaration.role_arn, "CodePipeline", SERVICE_PRINCIPAL)
        except ServiceError as error:
            raise errors.invalid_structure(
                "CodePipeline is not authorized to perform AssumeRole on role "
                f"{declaration.role_arn}: {error.message}"
            ) from error


def _stage_after(pipeline: Pipeline, stage: str) -> str:
    """The way out of a stage is the way into the next; the state only shows ways in."""
    names = [declared.name for declared in pipeline.declaration.stages]
    index = names.index(stage) + 1
    if index == len(names):
        raise errors.validation(f"Stage '{stage}' is the last stage: it has no outbound transition")
    return names[index]
