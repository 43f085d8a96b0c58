"""The stages of the pipeline, as plain data: Source, Build, Publish, perhaps Approve, Shift.

All values of a ``configuration`` are strings: CodePipeline's API knows no others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from greenshift.components.buildspec import KIT_ARTIFACT

if TYPE_CHECKING:
    from pulumi import Input
    from pulumi_aws.codepipeline import (
        PipelineStageActionArgsDict,
        PipelineStageArgsDict,
        PipelineVariableArgsDict,
    )

SOURCE_ACTION = "Source"
SOURCE_ARTIFACT = "SourceOutput"
BUILD_ARTIFACT = "BuildOutput"
KIT_KEY = "build-kit/build-kit.zip"

# What whoever starts an execution may tell of it; `greenshift.release.variables` reads them. A default cannot
# be empty (API reference, PipelineVariableDeclaration).
VARIABLES = {"mode": "normal", "by": "-", "why": "-", "author": "-", "aliasMoved": "-", "again": "-"}
_EXECUTION_ID = "#{codepipeline.PipelineExecutionId}"


@dataclass(frozen=True, kw_only=True)
class SourceSpec:
    """The provider's half of the Source action."""

    owner: Literal["AWS", "ThirdParty"]
    provider: Literal["CodeStarSourceConnection", "GitHub", "S3"]
    configuration: Mapping[str, Input[str]]


@dataclass(frozen=True, kw_only=True)
class ApprovalSpec:
    """What a person is asked before published versions get traffic, and before each further wave does."""

    message: str
    timeout_minutes: int
    before_shift: bool = True
    between_waves: bool = False


def variables() -> list[PipelineVariableArgsDict]:
    return [{"name": name, "default_value": value} for name, value in VARIABLES.items()]


def stages(
    source: SourceSpec,
    *,
    bucket: Input[str],
    build_project: Input[str],
    controller: Input[str],
    approval: ApprovalSpec | None = None,
    waves: int,
) -> list[PipelineStageArgsDict]:
    approve: list[PipelineStageArgsDict] = (
        # The controller knows the stage by this name: ``greenshift.release.services.pipeline``.
        [{"name": "Approve", "actions": [_approve("Approve", approval)]}]
        if approval is not None and approval.before_shift
        else []
    )
    publish = _invoke("Publish", controller, {"step": "publish"}, inputs=[BUILD_ARTIFACT])
    return [
        {"name": "Source", "actions": [_source(source), _build_kit(bucket)]},
        {"name": "Build", "actions": [_build(build_project)]},
        {"name": "Publish", "actions": [publish]},
        *approve,
        {"name": "Shift", "actions": _shift(controller, approval, waves)},
    ]


def _shift(
    controller: Input[str], approval: ApprovalSpec | None, waves: int
) -> list[PipelineStageActionArgsDict]:
    """One action that moves every wave; or, where a person stands between them, one a wave. All of them in
    one stage, which holds one execution at a time: a release is one thing, however many waves it has."""
    if approval is None or not approval.between_waves or waves == 1:
        return [_invoke("Shift", controller, {"step": "shift"})]
    actions: list[PipelineStageActionArgsDict] = []
    for wave in range(1, waves + 1):
        if wave > 1:
            actions.append(_approve(f"ApproveWave{wave}", approval))
        actions.append(_invoke(f"ShiftWave{wave}", controller, {"step": "shift", "waves": wave}))
    return [{**action, "run_order": place} for place, action in enumerate(actions, 1)]


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


def _invoke(
    name: str, controller: Input[str], errand: Mapping[str, object], *, inputs: Sequence[str] = ()
) -> PipelineStageActionArgsDict:
    """The event of an invoke action does not name its execution, so UserParameters carry the id."""
    parameters = json.dumps({**errand, "pipelineExecutionId": _EXECUTION_ID}, separators=(",", ":"))
    return {
        "name": name,
        "category": "Invoke",
        "owner": "AWS",
        "provider": "Lambda",
        "version": "1",
        "configuration": {"FunctionName": controller, "UserParameters": parameters},
        "input_artifacts": list(inputs),
    }


def _approve(name: str, approval: ApprovalSpec) -> PipelineStageActionArgsDict:
    return {
        "name": name,
        "category": "Approval",
        "owner": "AWS",
        "provider": "Manual",
        "version": "1",
        # No NotificationArn: the recorder tells people, in words that say which functions wait.
        "configuration": {"CustomData": approval.message},
        "timeout_in_minutes": approval.timeout_minutes,
    }
