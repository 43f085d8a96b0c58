"""Operations on executions: start, stop, retry, and look at them."""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.twin.codepipeline import errors, run_views, views
from greenshift.twin.codepipeline.operations.base import Operations
from greenshift.twin.codepipeline.paging import page
from greenshift.twin.codepipeline.pipelines import execution_of, stage_of
from greenshift.twin.codepipeline.state import ActionRun, Execution, Pipeline, RevisionOverride, Trigger
from greenshift.twin.service import CallContext, Request, Response, operation

_PAGE = 100


class ExecutionOperations(Operations):
    @operation
    def start_pipeline_execution(self, context: CallContext, request: Request) -> Response:
        pipeline = self.pipelines.get(request["name"])
        token = request.get("clientRequestToken")
        if token in pipeline.start_tokens:
            return {"pipelineExecutionId": pipeline.start_tokens[token]}
        variables = _variables(pipeline, request.get("variables") or [])
        overrides = _overrides(pipeline, request.get("sourceRevisions") or [])
        trigger = Trigger("StartPipelineExecution", context.principal.arn)
        execution = self.engine.start(pipeline, trigger, variables, overrides)
        if token is not None:
            pipeline.start_tokens[token] = execution.id
        return {"pipelineExecutionId": execution.id}

    @operation
    def stop_pipeline_execution(self, context: CallContext, request: Request) -> Response:
        pipeline = self.pipelines.get(request["pipelineName"])
        execution = pipeline.executions.get(request["pipelineExecutionId"])
        if execution is None:
            # The operation has no "execution not found" among its errors.
            raise errors.not_stoppable(request["pipelineExecutionId"], "unknown: there is no such execution")
        abandon, reason = bool(request.get("abandon")), request.get("reason") or ""
        self.engine.stop(pipeline, execution, abandon=abandon, reason=reason)
        return {"pipelineExecutionId": execution.id}

    @operation
    def retry_stage_execution(self, context: CallContext, request: Request) -> Response:
        pipeline = self.pipelines.get(request["pipelineName"])
        stage = stage_of(pipeline, request["stageName"]).name
        execution = pipeline.executions.get(request["pipelineExecutionId"])
        if execution is None:
            raise errors.stage_not_retryable(stage, "there is no such execution")
        self.engine.retry(pipeline, execution, stage, request["retryMode"])
        return {"pipelineExecutionId": execution.id}

    @operation
    def get_pipeline_execution(self, context: CallContext, request: Request) -> Response:
        pipeline = self.pipelines.get(request["pipelineName"])
        found = execution_of(pipeline, request["pipelineExecutionId"])
        return {"pipelineExecution": views.execution(found, pipeline)}

    @operation
    def list_pipeline_executions(self, context: CallContext, request: Request) -> Response:
        pipeline = self.pipelines.get(request["pipelineName"])
        succeeded_in = ((request.get("filter") or {}).get("succeededInStage") or {}).get("stageName")
        found = [e for e in reversed(pipeline.executions.values()) if _has_succeeded(e, succeeded_in)]
        size, token = request.get("maxResults") or _PAGE, request.get("nextToken")
        shown, following = page(found, lambda execution: execution.id, size, token)
        summaries = [views.execution_summary(execution) for execution in shown]
        return {"pipelineExecutionSummaries": summaries, "nextToken": following}

    @operation
    def list_action_executions(self, context: CallContext, request: Request) -> Response:
        pipeline = self.pipelines.get(request["pipelineName"])
        found = _action_runs(pipeline, request.get("filter") or {})
        size, token = request.get("maxResults") or _PAGE, request.get("nextToken")
        shown, following = page(found, lambda run: run.id, size, token)
        details = [run_views.action_execution_detail(run, context.region) for run in shown]
        return {"actionExecutionDetails": details, "nextToken": following}


def _variables(pipeline: Pipeline, given: list[dict[str, str]]) -> dict[str, str]:
    """The pipeline's variables of one execution: what was given, else what was declared."""
    declared = {variable.name: variable.default for variable in pipeline.declaration.variables}
    values = {variable["name"]: variable["value"] for variable in given}
    for name in values:
        if name not in declared:
            raise errors.validation(f"Pipeline '{pipeline.name}' declares no variable '{name}'")
    resolved: dict[str, str] = {}
    for name, default in declared.items():
        value = values.get(name, default)
        if value is None:
            raise errors.validation(f"Variable '{name}' has no default value, so one must be given")
        resolved[name] = value
    return resolved


def _overrides(pipeline: Pipeline, given: list[dict[str, str]]) -> dict[str, RevisionOverride]:
    sources = {action.name for action in pipeline.declaration.stages[0].actions}
    for override in given:
        if override["actionName"] not in sources:
            raise errors.validation(
                f"sourceRevisions names '{override['actionName']}', which is no source action; "
                f"there are: {', '.join(sorted(sources))}"
            )
    return {o["actionName"]: RevisionOverride(o["revisionType"], o["revisionValue"]) for o in given}


def _has_succeeded(execution: Execution, stage: str | None) -> bool:
    if stage is None:
        return True
    return stage in execution.stages and execution.stages[stage].status == "Succeeded"


def _action_runs(pipeline: Pipeline, wanted: Mapping[str, object]) -> list[ActionRun]:
    """Runs, newest first; ``latestInPipelineExecution`` leaves out what a retry replaced."""
    latest = wanted.get("latestInPipelineExecution")
    execution_id = wanted.get("pipelineExecutionId")
    if isinstance(latest, Mapping):
        found = execution_of(pipeline, latest["pipelineExecutionId"])
        runs = found.history
        if latest["startTimeRange"] == "Latest":
            runs = [run for stage in found.stages.values() for run in stage.runs.values()]
    elif execution_id is not None:
        runs = execution_of(pipeline, str(execution_id)).history
    else:
        runs = [run for execution in pipeline.executions.values() for run in execution.history]
    return sorted(runs, key=lambda run: run.started)[::-1]
