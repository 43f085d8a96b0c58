"""The stages of the pipeline, as plain data: Source, Build, Publish, perhaps Approve, Shift.

All values of a ``configuration`` are strings: CodePipeline's API knows no others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from greenshift.components.buildspec import KIT_ARTIFACT

if TYPE_CHECKING:
    from pulumi import Input
    from pulumi_aws.codepipeline import PipelineStageActionArgsDict, PipelineStageArgsDict

SOURCE_ACTION = "Source"
SOURCE_ARTIFACT = "SourceOutput"
BUILD_ARTIFACT = "BuildOutput"
KIT_KEY = "build-kit/build-kit.zip"

_EXECUTION_ID = "#{codepipeline.PipelineExecutionId}"


@dataclass(frozen=True, kw_only=True)
class SourceSpec:
    """The provider's half of the Source action."""

    owner: Literal["AWS", "ThirdParty"]
    provider: Literal["CodeStarSourceConnection", "GitHub", "S3"]
    configuration: Mapping[str, Input[str]]


@dataclass(frozen=True, kw_only=True)
class ApprovalSpec:
    """What a person is asked before published versions get traffic."""

    message: str
    timeout_minutes: int
    topic_arn: Input[str] | None


def stages(
    source: SourceSpec,
    *,
    bucket: Input[str],
    build_project: Input[str],
    controller: Input[str],
    approval: ApprovalSpec | None = None,
) -> list[PipelineStageArgsDict]:
    approve: list[PipelineStageArgsDict] = (
        [{"name": "Approve", "actions": [_approve(approval)]}] if approval is not None else []
    )
    return [
        {"name": "Source", "actions": [_source(source), _build_kit(bucket)]},
        {"name": "Build", "actions": [_build(build_project)]},
        {"name": "Publish", "actions": [_invoke("Publish", controller, inputs=[BUILD_ARTIFACT])]},
        *approve,
        {"name": "Shift", "actions": [_invoke("Shift", controller, inputs=[])]},
    ]


def _source(source: SourceSpec) -> PipelineStageActionArgsDict:
    return {
        "name": SOURCE_ACTION,
        "category": "Source",
        "owner": source.owner,
        "provider": source.provider,
        "version": "1",
        "namespace": "SourceVariables",
        "configuration": source.configuration,
        "output_artifacts": [SOURCE_ARTIFACT],
    }


def _build_kit(bucket: Input[str]) -> PipelineStageActionArgsDict:
    """The build kit comes as a second source, so a build always uses the kit of the deployed stack."""
    return {
        "name": KIT_ARTIFACT,
        "category": "Source",
        "owner": "AWS",
        "provider": "S3",
        "version": "1",
        "configuration": {"S3Bucket": bucket, "S3ObjectKey": KIT_KEY, "PollForSourceChanges": "false"},
        "output_artifacts": [KIT_ARTIFACT],
    }


def _build(project: Input[str]) -> PipelineStageActionArgsDict:
    return {
        "name": "Build",
        "category": "Build",
        "owner": "AWS",
        "provider": "CodeBuild",
        "version": "1",
        "configuration": {"ProjectName": project, "PrimarySource": SOURCE_ARTIFACT},
        "input_artifacts": [SOURCE_ARTIFACT, KIT_ARTIFACT],
        "output_artifacts": [BUILD_ARTIFACT],
    }


def _invoke(name: str, controller: Input[str], *, inputs: list[str]) -> PipelineStageActionArgsDict:
    """The event of an invoke action does not name its execution, so UserParameters carry the id."""
    parameters = json.dumps(
        {"step": name.lower(), "pipelineExecutionId": _EXECUTION_ID}, separators=(",", ":")
    )
    return {
        "name": name,
        "category": "Invoke",
        "owner": "AWS",
        "provider": "Lambda",
        "version": "1",
        "configuration": {"FunctionName": controller, "UserParameters": parameters},
        "input_artifacts": list(inputs),
    }


def _approve(approval: ApprovalSpec) -> PipelineStageActionArgsDict:
    topic = {"NotificationArn": approval.topic_arn} if approval.topic_arn is not None else {}
    return {
        "name": "Approve",
        "category": "Approval",
        "owner": "AWS",
        "provider": "Manual",
        "version": "1",
        "configuration": {"CustomData": approval.message, **topic},
        "timeout_in_minutes": approval.timeout_minutes,
    }
