"""CodePipeline: a pipeline's ARN has no word before the name; stages and actions follow it after slashes."""

from __future__ import annotations

from greenshift.twin.iam.needs.contract import Find, Parameters, Place, both, everything, on, pass_role


def _pipeline(parameters: Parameters, place: Place) -> str:
    declared = parameters.get("pipeline") or {}
    name = (
        parameters.get("pipelineName")
        or parameters.get("name")
        or (declared.get("name") if isinstance(declared, dict) else None)
    )
    return place.arn("codepipeline", str(name or ""))


def _stage(parameters: Parameters, place: Place) -> str:
    return f"{_pipeline(parameters, place)}/{parameters.get('stageName', '')}"


def _action(parameters: Parameters, place: Place) -> str:
    return f"{_stage(parameters, place)}/{parameters.get('actionName', '')}"


def _webhook(parameters: Parameters, place: Place) -> str:
    declared = parameters.get("webhook") or {}
    name = parameters.get("name") or parameters.get("webhookName") or declared.get("name", "")
    return place.arn("codepipeline", f"webhook:{name}")


def _tagged(parameters: Parameters, _: Place) -> str:
    return str(parameters.get("resourceArn", ""))


TABLE: dict[str, Find] = {
    **on(
        "codepipeline",
        _pipeline,
        "DeletePipeline",
        "GetPipeline",
        "GetPipelineExecution",
        "GetPipelineState",
        "ListActionExecutions",
        "ListPipelineExecutions",
        "ListRuleExecutions",
        "StartPipelineExecution",
        "StopPipelineExecution",
    ),
    **{
        name: both(find, pass_role("pipeline.roleArn", "codepipeline"))
        for name, find in on("codepipeline", _pipeline, "CreatePipeline", "UpdatePipeline").items()
    },
    **on(
        "codepipeline",
        _stage,
        "DisableStageTransition",
        "EnableStageTransition",
        "OverrideStageCondition",
        "RetryStageExecution",
        "RollbackStage",
    ),
    **on("codepipeline", _action, "PutApprovalResult"),
    **on(
        "codepipeline",
        _webhook,
        "DeleteWebhook",
        "DeregisterWebhookWithThirdParty",
        "PutWebhook",
        "RegisterWebhookWithThirdParty",
    ),
    # Jobs know no resource.
    **on(
        "codepipeline",
        everything,
        "GetJobDetails",
        "ListActionTypes",
        "ListPipelines",
        "ListRuleTypes",
        "ListWebhooks",
        "PutJobFailureResult",
        "PutJobSuccessResult",
    ),
    **on("codepipeline", _tagged, "ListTagsForResource", "TagResource", "UntagResource"),
}
