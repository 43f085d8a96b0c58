"""One run of an action or a rule, and its provider, as the API shows them: pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from greenshift.twin.codepipeline.action_types import ActionType
from greenshift.twin.codepipeline.declaration import SECRET_KEYS, ActionTypeId, mask_secrets
from greenshift.twin.codepipeline.state import ActionRun, Artifact

View = dict[str, Any]


def moment(time: float) -> datetime:
    return datetime.fromtimestamp(time, UTC)


def action_provider(type_id: ActionTypeId, limits: ActionType) -> View:
    shown = _provider(type_id, limits)
    properties = shown.pop("properties")
    outputs = _bounds(limits.outputs)
    return {**shown, "actionConfigurationProperties": properties, "outputArtifactDetails": outputs}


def rule_provider(type_id: ActionTypeId, limits: ActionType) -> View:
    shown = _provider(type_id, limits)
    properties = shown.pop("properties")
    return {**shown, "ruleConfigurationProperties": properties}


def _provider(type_id: ActionTypeId, limits: ActionType) -> View:
    """Keys that hold secrets are those whose values the service itself masks."""
    properties = [
        {
            "name": name,
            "required": name in limits.required,
            "key": name in limits.required,
            "secret": name in SECRET_KEYS,
            "queryable": False,
            "type": "String",
        }
        for name in sorted(limits.required | limits.optional)
    ]
    return {
        "id": action_type(type_id),
        "settings": {},
        "properties": properties,
        "inputArtifactDetails": _bounds(limits.inputs),
    }


def _bounds(artifacts: tuple[int, int]) -> View:
    return {"minimumCount": artifacts[0], "maximumCount": artifacts[1]}


def action_execution_detail(run: ActionRun, region: str) -> View:
    """One entry of ListActionExecutions."""
    action = run.action
    return present(
        **_detail(run),
        actionExecutionId=run.id,
        actionName=action.name,
        input=present(
            actionTypeId=action_type(action.type), namespace=action.namespace, **_input(run, region)
        ),
        output=present(
            outputArtifacts=[_artifact(artifact) for artifact in run.outputs],
            outputVariables=dict(run.variables),
            **_output(run),
        ),
    )


def rule_execution_detail(run: ActionRun, region: str) -> View:
    """One entry of ListRuleExecutions."""
    return present(
        **_detail(run),
        ruleExecutionId=run.id,
        ruleName=run.action.name,
        input=present(ruleTypeId=action_type(run.action.type), **_input(run, region)),
        output=_output(run),
    )


def _detail(run: ActionRun) -> View:
    return present(
        pipelineExecutionId=run.execution_id,
        pipelineVersion=run.version,
        stageName=run.stage,
        startTime=moment(run.started),
        lastUpdateTime=moment(run.updated),
        updatedBy=run.updated_by,
        status=run.status,
    )


def _input(run: ActionRun, region: str) -> View:
    action = run.action
    return present(
        configuration=mask_secrets(action.configuration),
        resolvedConfiguration=mask_secrets(run.resolved),
        roleArn=action.role_arn,
        region=action.region or region,
        inputArtifacts=[_artifact(artifact) for artifact in run.inputs],
    )


def _output(run: ActionRun) -> View:
    result = present(
        # In PARALLEL mode this is where an approval's token is found (API reference: PutApprovalResult).
        externalExecutionId=run.external_id or run.token,
        externalExecutionSummary=run.summary,
        externalExecutionUrl=run.external_url,
        errorDetails=error(run),
    )
    return present(executionResult=result or None)


def action_type(type_id: ActionTypeId) -> View:
    """Also the id of a rule's type, which has the same members."""
    return {
        "category": type_id.category,
        "owner": type_id.owner,
        "provider": type_id.provider,
        "version": type_id.version,
    }


def _artifact(artifact: Artifact) -> View:
    return {"name": artifact.name, "s3location": {"bucket": artifact.bucket, "key": artifact.key}}


def error(run: ActionRun) -> View | None:
    return None if run.error is None else {"code": run.error.code, "message": run.error.message}


def present(**members: Any) -> View:
    """Only the members that have a value: AWS leaves out what is empty text or unknown."""
    return {name: value for name, value in members.items() if value is not None and value != ""}
