"""From our values to the wire: the shapes of CodeDeploy's answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from greenshift.rollout import AllAtOnce, Canary, Linear, Strategy
from greenshift.twin.codedeploy.model import (
    AlarmSettings,
    Application,
    Config,
    Deployment,
    Group,
    RegisteredRevision,
    Revision,
    RollbackSettings,
)
from greenshift.twin.codedeploy.progress import LifecycleEvent
from greenshift.twin.service import Response

STYLE = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}

# The status of a deployment's one target, and its column of deploymentOverview. That the target of a stopped
# deployment counts as Failed is not documented.
TARGET_STATUS = {
    "Created": "Pending",
    "InProgress": "InProgress",
    "Succeeded": "Succeeded",
    "Failed": "Failed",
    "Stopped": "Failed",
}
_COLUMNS = ("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready")


def moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def given(members: Mapping[str, object]) -> Response:
    """Only the members that have a value: AWS leaves the others out."""
    return {key: value for key, value in members.items() if value is not None}


def application_info(application: Application) -> Response:
    return {
        "applicationId": application.id,
        "applicationName": application.name,
        "createTime": moment(application.created),
        "linkedToGitHub": False,
        "computePlatform": "Lambda",
    }


def config_info(config: Config) -> Response:
    return {
        "deploymentConfigId": config.id,
        "deploymentConfigName": config.name,
        "createTime": moment(config.created),
        "computePlatform": "Lambda",
        "trafficRoutingConfig": _traffic_routing(config.strategy),
    }


def _traffic_routing(strategy: Strategy) -> Response:
    match strategy:
        case AllAtOnce():
            return {"type": "AllAtOnce"}
        case Canary(percentage, interval):
            numbers = {"canaryPercentage": percentage, "canaryInterval": interval}
            return {"type": "TimeBasedCanary", "timeBasedCanary": numbers}
        case Linear(percentage, interval):
            numbers = {"linearPercentage": percentage, "linearInterval": interval}
            return {"type": "TimeBasedLinear", "timeBasedLinear": numbers}


def group_info(group: Group, deployments: list[Deployment]) -> Response:
    """``deployments`` are the group's, oldest first."""
    succeeded = [d for d in deployments if d.progress.status == "Succeeded"]
    triggers = [
        {"triggerName": t.name, "triggerTargetArn": t.target_arn, "triggerEvents": list(t.events)}
        for t in group.triggers
    ]
    return given(
        {
            "applicationName": group.application,
            "deploymentGroupId": group.id,
            "deploymentGroupName": group.name,
            "deploymentConfigName": group.config,
            "serviceRoleArn": group.role_arn,
            "targetRevision": revision_location(deployments[-1].revision) if deployments else None,
            "triggerConfigurations": triggers,
            "alarmConfiguration": alarm_configuration(group.alarms),
            "autoRollbackConfiguration": rollback_configuration(group.rollback),
            "deploymentStyle": STYLE,
            "lastSuccessfulDeployment": _last(succeeded),
            "lastAttemptedDeployment": _last(deployments),
            "outdatedInstancesStrategy": group.outdated_instances,
            "computePlatform": "Lambda",
        }
    )


def _last(deployments: list[Deployment]) -> Response | None:
    if not deployments:
        return None
    last = deployments[-1]
    return given(
        {
            "deploymentId": last.id,
            "status": last.progress.status,
            "createTime": moment(last.created),
            "endTime": moment(last.progress.completed),
        }
    )


def alarm_configuration(settings: AlarmSettings) -> Response:
    return {
        "enabled": settings.enabled,
        "ignorePollAlarmFailure": settings.ignore_poll_failure,
        "alarms": [{"name": name} for name in settings.names],
    }


def rollback_configuration(settings: RollbackSettings) -> Response:
    return {"enabled": settings.enabled, "events": list(settings.events)}


def revision_location(revision: Revision) -> Response:
    match revision.kind:
        case "S3":
            location = {
                "bucket": revision.bucket,
                "key": revision.key,
                "bundleType": revision.bundle_type,
                "version": revision.version,
                "eTag": revision.etag,
            }
            return {"revisionType": "S3", "s3Location": given(location)}
        case "String":
            return {"revisionType": "String", "string": _inline(revision)}
        case "AppSpecContent":
            return {"revisionType": "AppSpecContent", "appSpecContent": _inline(revision)}


def _inline(revision: Revision) -> Response:
    return {"content": revision.content, "sha256": revision.sha256}


def revision_info(known: RegisteredRevision) -> Response:
    return given(
        {
            "description": known.description,
            "deploymentGroups": list(known.groups),
            "firstUsedTime": moment(known.first_used),
            "lastUsedTime": moment(known.last_used),
            "registerTime": moment(known.registered),
        }
    )


def overview(deployment: Deployment) -> dict[str, int]:
    column = TARGET_STATUS[deployment.progress.status]
    return {name: int(name == column) for name in _COLUMNS}


def deployment_info(deployment: Deployment) -> Response:
    progress, override = deployment.progress, deployment.override_alarms
    previous, failure = deployment.previous_revision, progress.failure
    return given(
        {
            "applicationName": deployment.application,
            "deploymentGroupName": deployment.group,
            "deploymentConfigName": deployment.config,
            "deploymentId": deployment.id,
            "previousRevision": revision_location(previous) if previous else None,
            "revision": revision_location(deployment.revision),
            "status": progress.status,
            "errorInformation": {"code": failure.code, "message": failure.message} if failure else None,
            "createTime": moment(deployment.created),
            "startTime": moment(progress.started),
            "completeTime": moment(progress.completed),
            "deploymentOverview": overview(deployment) if progress.started else None,
            "description": deployment.description,
            "creator": deployment.creator,
            "ignoreApplicationStopFailures": False,
            "updateOutdatedInstancesOnly": False,
            "autoRollbackConfiguration": rollback_configuration(deployment.rollback),
            "rollbackInfo": rollback_info(deployment),
            "deploymentStyle": STYLE,
            "instanceTerminationWaitTimeStarted": False,
            "fileExistsBehavior": "DISALLOW",
            "deploymentStatusMessages": [],
            "computePlatform": "Lambda",
            "overrideAlarmConfiguration": alarm_configuration(override) if override else None,
        }
    )


def rollback_info(deployment: Deployment) -> Response:
    return given(
        {
            "rollbackDeploymentId": deployment.rollback_id,
            "rollbackTriggeringDeploymentId": deployment.triggered_by,
            "rollbackMessage": deployment.rollback_message or deployment.progress.rollback_message,
        }
    )


def deployment_target(deployment: Deployment, function_arn: str) -> Response:
    """The one target; the deployment has read its AppSpec."""
    progress, appspec = deployment.progress, deployment.progress.appspec
    if appspec is None:
        raise AssertionError(f"deployment {deployment.id} has no target yet")
    target = {
        "deploymentId": deployment.id,
        "targetId": appspec.target_id,
        "targetArn": function_arn,
        "status": TARGET_STATUS[progress.status],
        "lastUpdatedAt": moment(progress.updated),
        "lifecycleEvents": [_lifecycle_event(event) for event in progress.events],
        "lambdaFunctionInfo": {
            "functionName": appspec.function,
            "functionAlias": appspec.alias,
            "currentVersion": appspec.current_version,
            "targetVersion": appspec.target_version,
            # The API calls it a percentage and types it double; a share of 0 to 1 is assumed.
            "targetVersionWeight": progress.percent / 100,
        },
    }
    return {"deploymentTargetType": "LambdaTarget", "lambdaTarget": given(target)}


def _lifecycle_event(event: LifecycleEvent) -> Response:
    diagnostics = {
        "errorCode": event.error_code,
        "scriptName": event.script,
        "message": event.message,
        "logTail": "",
    }
    return given(
        {
            "lifecycleEventName": event.name,
            "status": event.status,
            "startTime": moment(event.started),
            "endTime": moment(event.ended),
            "diagnostics": diagnostics if event.error_code else None,
        }
    )
