"""Operations on a stage's past and its conditions: roll it back, override a condition, look at rules."""

from __future__ import annotations

from greenshift.twin.codepipeline import errors, run_views
from greenshift.twin.codepipeline.conditions import OVERRIDABLE
from greenshift.twin.codepipeline.operations.base import Operations
from greenshift.twin.codepipeline.paging import page
from greenshift.twin.codepipeline.pipelines import execution_of, stage_of
from greenshift.twin.codepipeline.rule_types import RULE_TYPES
from greenshift.twin.codepipeline.state import Trigger
from greenshift.twin.service import CallContext, Request, Response, operation

_PAGE = 100


class StageOperations(Operations):
    @operation
    def rollback_stage(self, context: CallContext, request: Request) -> Response:
        pipeline = self.pipelines.get(request["pipelineName"])
        stage = stage_of(pipeline, request["stageName"]).name
        target = execution_of(pipeline, request["targetPipelineExecutionId"])
        trigger = Trigger("ManualRollback", context.principal.arn)
        return {"pipelineExecutionId": self.engine.rollback(pipeline, stage, target, trigger).id}

    @operation
    def override_stage_condition(self, context: CallContext, request: Request) -> Response:
        pipeline = self.pipelines.get(request["pipelineName"])
        stage = stage_of(pipeline, request["stageName"]).name
        execution = pipeline.executions.get(request["pipelineExecutionId"])
        kind = OVERRIDABLE[request["conditionType"]]
        if execution is None:
            # The operation has no "execution not found" among its errors.
            raise errors.not_overridable(stage, kind)
        self.engine.override(pipeline, execution, stage, kind)
        return {}

    @operation
    def list_rule_executions(self, context: CallContext, request: Request) -> Response:
        """Newest first. A rule runs again only in a retry, so the latest are those the stage still holds."""
        pipeline = self.pipelines.get(request["pipelineName"])
        wanted = request.get("filter") or {}
        latest = wanted.get("latestInPipelineExecution") or {}
        execution_id = latest.get("pipelineExecutionId") or wanted.get("pipelineExecutionId")
        found = list(pipeline.executions.values())
        if execution_id is not None:
            found = [execution_of(pipeline, execution_id)]
        runs = [run for execution in found for run in execution.rule_history]
        if latest.get("startTimeRange") == "Latest":
            stages = [stage for execution in found for stage in execution.stages.values()]
            checks = [check for stage in stages for check in stage.conditions.values()]
            runs = [run for check in checks for run in check.rules.values()]
        runs = sorted(runs, key=lambda run: run.started)[::-1]
        size, token = request.get("maxResults") or _PAGE, request.get("nextToken")
        shown, following = page(runs, lambda run: run.id, size, token)
        details = [run_views.rule_execution_detail(run, context.region) for run in shown]
        return {"ruleExecutionDetails": details, "nextToken": following}

    @operation
    def list_rule_types(self, context: CallContext, request: Request) -> Response:
        """The rules that the twin checks; AWS has more."""
        found = sorted(RULE_TYPES, key=str)
        return {"ruleTypes": [run_views.rule_provider(each, RULE_TYPES[each]) for each in found]}
