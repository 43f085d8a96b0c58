"""Conditions of a stage as GetPipelineState shows them: pure."""

from __future__ import annotations

from greenshift.twin.codepipeline.run_views import View, error, moment, present
from greenshift.twin.codepipeline.state import ActionRun, ConditionRun, StageRun


def states(visit: StageRun | None) -> View:
    """``beforeEntryConditionState`` and its like, of what has begun."""
    checks = visit.conditions if visit else {}
    return {f"{kind}ConditionState": _state(check) for kind, check in checks.items()}


def _state(check: ConditionRun) -> View:
    whole = present(status=check.status, summary=check.summary)
    rules = [_rule(name, run) for name, run in check.rules.items()]
    only = {"latestExecution": {**whole, "lastStatusChange": moment(check.updated)}, "ruleStates": rules}
    return {"latestExecution": whole, "conditionStates": [only]}


def _rule(name: str, run: ActionRun) -> View:
    execution = present(
        ruleExecutionId=run.id,
        status=run.status,
        summary=run.summary,
        lastStatusChange=moment(run.updated),
        lastUpdatedBy=run.updated_by,
        externalExecutionId=run.external_id,
        externalExecutionUrl=run.external_url,
        errorDetails=error(run),
    )
    return present(ruleName=name, latestExecution=execution, entityUrl=run.entity_url)
