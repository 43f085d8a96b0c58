"""AWS's getting-started pages, as commands of the CLI and the fields their output is documented to have.

``{name}`` in a word is what an earlier step kept, or what the walk was given (roles, packages, buckets).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """One command; ``keeps`` names fields of its output; ``until`` repeats it until a field has a value."""

    words: tuple[str, ...]
    fields: tuple[str, ...] = ()
    keeps: Mapping[str, str] = field(default_factory=dict)
    until: tuple[str, str] | None = None


def step(
    command: str,
    fields: str = "",
    keeps: Mapping[str, str] | None = None,
    until: tuple[str, str] | None = None,
    **options: Any,
) -> Step:
    """Options by their names with underscores; what is no text is JSON, and True is a switch."""
    words = command.split()
    for name, value in options.items():
        words.append(f"--{name.replace('_', '-')}")
        if value is not True:
            words.append(value if isinstance(value, str) else json.dumps(value))
    return Step(tuple(words), tuple(fields.split()), keeps or {}, until)


CONFIGURATION = (
    "FunctionName FunctionArn Runtime Role Handler CodeSize Timeout MemorySize LastModified CodeSha256 "
    "Version TracingConfig.Mode RevisionId PackageType Architectures EphemeralStorage.Size SnapStart "
    "RuntimeVersionConfig.RuntimeVersionArn LoggingConfig.LogGroup "
)
READY = {"until": ("Configuration.LastUpdateStatus", "Successful")}

# Lambda developer guide: "Create an alias for a Lambda function", "Implement Lambda canary deployments".
ALIASES = (
    step("lambda create-function", CONFIGURATION + "State StateReason StateReasonCode",
         function_name="walk", runtime="python3.13", handler="app.handler", role="{role}",
         zip_file="fileb://{package}"),
    step("lambda get-function", "Configuration.State Code.Location Code.RepositoryType",
         function_name="walk", **READY),
    step("lambda publish-version", CONFIGURATION, {"one": "Version"}, function_name="walk"),
    step("lambda create-alias", "AliasArn Name FunctionVersion Description RevisionId",
         function_name="walk", name="live", function_version="{one}", description="alias for live"),
    step("lambda update-function-configuration", CONFIGURATION + "LastUpdateStatus",
         function_name="walk", description="two"),
    step("lambda get-function", function_name="walk", **READY),
    step("lambda publish-version", CONFIGURATION, {"two": "Version"}, function_name="walk"),
    step("lambda update-alias", "AliasArn FunctionVersion RoutingConfig.AdditionalVersionWeights.{two}",
         function_name="walk", name="live", routing_config={"AdditionalVersionWeights": {"{two}": 0.05}}),
    step("lambda get-alias", "RoutingConfig.AdditionalVersionWeights.{two} RevisionId",
         function_name="walk", name="live"),
    step("lambda list-aliases", "Aliases.0.AliasArn Aliases.0.Name", function_name="walk"),
    step("lambda invoke {output}", "StatusCode ExecutedVersion", function_name="walk:live"),
    step("lambda list-versions-by-function", "Versions.0.FunctionArn Versions.1.CodeSha256",
         function_name="walk"),
    step("lambda delete-alias", function_name="walk", name="live"),
)  # fmt: skip

MAPPING = (
    "UUID BatchSize MaximumBatchingWindowInSeconds EventSourceArn FunctionArn LastModified State "
    "StateTransitionReason FunctionResponseTypes"
)
# Lambda developer guide: "Tutorial: Using Lambda with Amazon SQS".
SOURCES = (
    step("sqs create-queue", "QueueUrl", {"url": "QueueUrl"}, queue_name="walk"),
    step("sqs get-queue-attributes", "Attributes.QueueArn", {"queue": "Attributes.QueueArn"},
         queue_url="{url}", attribute_names="QueueArn"),
    step("lambda create-event-source-mapping", MAPPING, {"mapping": "UUID"}, function_name="walk",
         batch_size="10", event_source_arn="{queue}", function_response_types="ReportBatchItemFailures"),
    step("lambda get-event-source-mapping", MAPPING, until=("State", "Enabled"), uuid="{mapping}"),
    step("lambda list-event-source-mappings", "EventSourceMappings.0.UUID", function_name="walk"),
    step("sqs send-message", "MD5OfMessageBody MessageId", queue_url="{url}", message_body="hello"),
    step("lambda update-event-source-mapping", MAPPING, uuid="{mapping}", batch_size="5"),
    step("lambda get-event-source-mapping", MAPPING, until=("State", "Enabled"), uuid="{mapping}"),
    step("lambda delete-event-source-mapping", MAPPING, uuid="{mapping}"),
    step("sqs delete-queue", queue_url="{url}"),
)  # fmt: skip

STYLE = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
APPSPEC = json.dumps({"version": 0.0, "Resources": [{"f": {
    "Type": "AWS::Lambda::Function",
    "Properties": {"Name": "walk", "Alias": "shifted", "CurrentVersion": "{one}", "TargetVersion": "{two}"},
}}]})  # fmt: skip
# CodeDeploy user guide: "Tutorial: Deploy an updated Lambda function", "Create a deployment ... (CLI)".
DEPLOYMENTS = (
    step("lambda create-alias", "AliasArn", function_name="walk", name="shifted", function_version="{one}"),
    step("deploy create-application", "applicationId", application_name="walk", compute_platform="Lambda"),
    step("deploy get-application",
         "application.applicationId application.applicationName application.createTime "
         "application.linkedToGitHub application.computePlatform", application_name="walk"),
    step("deploy create-deployment-group", "deploymentGroupId", application_name="walk",
         deployment_group_name="walk", service_role_arn="{role}", deployment_style=STYLE,
         deployment_config_name="CodeDeployDefault.LambdaCanary10Percent5Minutes"),
    step("deploy get-deployment-group",
         "deploymentGroupInfo.applicationName deploymentGroupInfo.deploymentGroupId "
         "deploymentGroupInfo.deploymentConfigName deploymentGroupInfo.serviceRoleArn "
         "deploymentGroupInfo.deploymentStyle.deploymentType deploymentGroupInfo.computePlatform",
         application_name="walk", deployment_group_name="walk"),
    step("deploy create-deployment", "deploymentId", {"deployment": "deploymentId"},
         application_name="walk", deployment_group_name="walk",
         revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": APPSPEC}}),
    step("deploy get-deployment",
         "deploymentInfo.applicationName deploymentInfo.deploymentGroupName deploymentInfo.deploymentId "
         "deploymentInfo.deploymentConfigName deploymentInfo.createTime deploymentInfo.startTime "
         "deploymentInfo.completeTime deploymentInfo.creator deploymentInfo.computePlatform "
         "deploymentInfo.deploymentOverview.Succeeded deploymentInfo.revision.revisionType "
         "deploymentInfo.deploymentStyle.deploymentOption deploymentInfo.ignoreApplicationStopFailures "
         "deploymentInfo.updateOutdatedInstancesOnly deploymentInfo.rollbackInfo",
         until=("deploymentInfo.status", "Succeeded"), deployment_id="{deployment}"),
    step("deploy list-deployments", "deployments.0", application_name="walk", deployment_group_name="walk"),
    step("deploy list-deployment-targets", "targetIds.0", {"target": "targetIds.0"},
         deployment_id="{deployment}"),
    step("deploy get-deployment-target",
         "deploymentTarget.deploymentTargetType deploymentTarget.lambdaTarget.targetArn "
         "deploymentTarget.lambdaTarget.status deploymentTarget.lambdaTarget.lastUpdatedAt "
         "deploymentTarget.lambdaTarget.lifecycleEvents.0.lifecycleEventName "
         "deploymentTarget.lambdaTarget.lambdaFunctionInfo.targetVersionWeight",
         deployment_id="{deployment}", target_id="{target}"),
    step("deploy list-deployment-configs", "deploymentConfigsList.0"),
    step("deploy delete-deployment-group", "hooksNotCleanedUp", application_name="walk",
         deployment_group_name="walk"),
    step("deploy delete-application", application_name="walk"),
)  # fmt: skip

PROJECT = " ".join(
    f"project.{each}"
    for each in (
        *("name", "arn", "serviceRole", "timeoutInMinutes", "queuedTimeoutInMinutes", "created"),
        *(
            "lastModified",
            "encryptionKey",
            "source.type",
            "artifacts.type",
            "environment.image",
            "cache.type",
        ),
        *("badge.badgeEnabled", "environment.environmentVariables", "tags"),
    )
)
BUILD = (
    "id arn buildNumber buildStatus currentPhase startTime projectName phases.0.phaseType environment.image "
    "source.type artifacts.location logs.deepLink initiator encryptionKey timeoutInMinutes "
    "queuedTimeoutInMinutes cache.type buildComplete"
)
# CodeBuild user guide: "Getting started with AWS CodeBuild using the AWS CLI".
BUILDS = (
    step("codebuild create-project", PROJECT, name="walk", service_role="{role}",
         source={"type": "S3", "location": "{bucket}/source.zip"},
         artifacts={"type": "S3", "location": "{bucket}"},
         environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0",
                      "computeType": "BUILD_GENERAL1_SMALL"}),
    step("codebuild list-projects", "projects.0"),
    step("codebuild start-build", " ".join(f"build.{each}" for each in BUILD.split()), {"build": "build.id"},
         project_name="walk"),
    step("codebuild batch-get-builds",
         " ".join(f"builds.0.{each}" for each in (*BUILD.split(), "endTime", "logs.groupName")),
         until=("builds.0.buildStatus", "SUCCEEDED"), ids="{build}"),
    step("codebuild list-builds-for-project", "ids.0", project_name="walk"),
    step("codebuild batch-get-projects", "projects.0.arn projectsNotFound", names="walk"),
    step("codebuild delete-project", name="walk"),
)  # fmt: skip


def _action(name: str, category: str, provider: str, **members: Any) -> dict[str, Any]:
    type_id = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "actions": [{"name": name, "actionTypeId": type_id, **members}]}


PIPELINE = {
    "name": "walk",
    "roleArn": "{role}",
    "artifactStore": {"type": "S3", "location": "{bucket}"},
    "stages": [
        _action("Source", "Source", "S3", outputArtifacts=[{"name": "Code"}],
                configuration={"S3Bucket": "{bucket}", "S3ObjectKey": "source.zip"}),
        _action("Ask", "Approval", "Manual"),
    ],
}  # fmt: skip
STATE = (
    "pipelineName pipelineVersion created updated stageStates.0.stageName "
    "stageStates.0.inboundTransitionState.enabled stageStates.0.actionStates.0.actionName "
)
SUMMARY = " ".join(
    f"pipelineExecutionSummaries.0.{each}"
    for each in ("pipelineExecutionId", "status", "startTime", "lastUpdateTime", "trigger.triggerType")
)
# CodePipeline user guide: "Create a pipeline (CLI)", "View pipelines (CLI)", "Start a pipeline manually".
PIPELINES = (
    step("codepipeline create-pipeline",
         "pipeline.name pipeline.version pipeline.roleArn pipeline.artifactStore.location "
         "pipeline.stages.0.actions.0.runOrder pipeline.executionMode pipeline.pipelineType",
         pipeline=PIPELINE),
    step("codepipeline get-pipeline", "metadata.pipelineArn metadata.created metadata.updated pipeline.name",
         name="walk"),
    step("codepipeline list-pipelines", "pipelines.0.name pipelines.0.version pipelines.0.created"),
    step("codepipeline get-pipeline-state",
         STATE + "stageStates.0.latestExecution.pipelineExecutionId "
         "stageStates.0.actionStates.0.latestExecution.lastStatusChange "
         "stageStates.0.actionStates.0.currentRevision.revisionId",
         until=("stageStates.0.latestExecution.status", "Succeeded"), name="walk"),
    step("codepipeline start-pipeline-execution", "pipelineExecutionId",
         {"execution": "pipelineExecutionId"}, name="walk"),
    step("codepipeline list-pipeline-executions", SUMMARY, pipeline_name="walk"),
    step("codepipeline get-pipeline-execution",
         "pipelineExecution.pipelineName pipelineExecution.pipelineVersion pipelineExecution.status",
         pipeline_name="walk", pipeline_execution_id="{execution}"),
    step("codepipeline list-action-executions",
         "actionExecutionDetails.0.actionExecutionId actionExecutionDetails.0.input.actionTypeId.provider",
         pipeline_name="walk"),
    step("codepipeline disable-stage-transition", pipeline_name="walk", stage_name="Ask",
         transition_type="Inbound", reason="frozen"),
    step("codepipeline enable-stage-transition", pipeline_name="walk", stage_name="Ask",
         transition_type="Inbound"),
    step("codepipeline delete-pipeline", name="walk"),
)  # fmt: skip

WALKS = {
    "Lambda aliases": ALIASES,
    "Lambda event sources": SOURCES,
    "CodeDeploy": DEPLOYMENTS,
    "CodeBuild": BUILDS,
    "CodePipeline": PIPELINES,
}
