"""Everything CodeDeploy can refuse, named as in AWS's model; the sentences are ours unless said otherwise."""

from __future__ import annotations

from greenshift.twin.service import ServiceError


def application_missing(name: str) -> ServiceError:
    return ServiceError("ApplicationDoesNotExistException", f"No application found for name: {name}")


def application_exists(name: str) -> ServiceError:
    return ServiceError("ApplicationAlreadyExistsException", f"Application already exists: {name}")


def application_name_required() -> ServiceError:
    return ServiceError("ApplicationNameRequiredException", "The application name was not specified.")


def group_missing(name: str) -> ServiceError:
    return ServiceError("DeploymentGroupDoesNotExistException", f"No deployment group found for name: {name}")


def group_exists(name: str) -> ServiceError:
    return ServiceError("DeploymentGroupAlreadyExistsException", f"Deployment group already exists: {name}")


def group_name_required() -> ServiceError:
    return ServiceError(
        "DeploymentGroupNameRequiredException", "The deployment group name was not specified."
    )


def too_many_groups(limit: int) -> ServiceError:
    return ServiceError(
        "DeploymentGroupLimitExceededException", f"An application cannot have more than {limit} groups."
    )


def config_missing(name: str) -> ServiceError:
    return ServiceError(
        "DeploymentConfigDoesNotExistException", f"No deployment configuration found for name: {name}"
    )


def config_exists(name: str) -> ServiceError:
    return ServiceError(
        "DeploymentConfigAlreadyExistsException", f"Deployment configuration already exists: {name}"
    )


def config_in_use(name: str, group: str) -> ServiceError:
    return ServiceError(
        "DeploymentConfigInUseException",
        f"The deployment configuration {name} is still in use by the deployment group {group}.",
    )


def config_predefined(name: str) -> ServiceError:
    return ServiceError(
        "InvalidOperationException", f"The predefined deployment configuration {name} cannot be deleted."
    )


def too_many_configs(limit: int) -> ServiceError:
    return ServiceError(
        "DeploymentConfigLimitExceededException",
        f"An account cannot have more than {limit} custom deployment configurations.",
    )


def config_name(reason: str) -> ServiceError:
    return ServiceError("InvalidDeploymentConfigNameException", reason)


def compute_platform(found: object) -> ServiceError:
    return ServiceError(
        "InvalidComputePlatformException",
        f"The compute platform {found} is not available on this twin; set computePlatform to Lambda.",
    )


def traffic_routing(reason: str) -> ServiceError:
    return ServiceError("InvalidTrafficRoutingConfigurationException", reason)


def minimum_healthy_hosts() -> ServiceError:
    return ServiceError(
        "InvalidMinimumHealthyHostValueException",
        "minimumHealthyHosts is not for the Lambda compute platform; leave it out.",
    )


def zonal_config() -> ServiceError:
    return ServiceError(
        "InvalidZonalDeploymentConfigurationException",
        "zonalConfig is not for the Lambda compute platform; leave it out.",
    )


def role(arn: str, reason: str) -> ServiceError:
    return ServiceError(
        "InvalidRoleException",
        f"AWS CodeDeploy does not have the permissions required to assume the role {arn}. {reason}",
    )


def alarms(reason: str) -> ServiceError:
    return ServiceError("InvalidAlarmConfigException", reason)


def too_many_alarms(limit: int) -> ServiceError:
    return ServiceError(
        "AlarmsLimitExceededException", f"The maximum number of alarms ({limit}) was exceeded."
    )


def auto_rollback(reason: str) -> ServiceError:
    return ServiceError("InvalidAutoRollbackConfigException", reason)


def trigger(reason: str) -> ServiceError:
    return ServiceError("InvalidTriggerConfigException", reason)


def too_many_triggers(limit: int) -> ServiceError:
    return ServiceError(
        "TriggerTargetsLimitExceededException", f"The maximum number of triggers ({limit}) was exceeded."
    )


def deployment_style() -> ServiceError:
    return ServiceError(
        "InvalidDeploymentStyleException",
        "A deployment group of the Lambda compute platform must have the deployment type BLUE_GREEN and the "
        "deployment option WITH_TRAFFIC_CONTROL.",
    )


def not_for_lambda(code: str, member: str) -> ServiceError:
    return ServiceError(code, f"{member} is not for the Lambda compute platform; leave it out.")


def revision_required() -> ServiceError:
    return ServiceError("RevisionRequiredException", "The revision was not specified.")


def revision(reason: str) -> ServiceError:
    return ServiceError("InvalidRevisionException", reason)


def revision_missing() -> ServiceError:
    return ServiceError("RevisionDoesNotExistException", "The application has no such revision.")


def description_too_long(limit: int) -> ServiceError:
    return ServiceError("DescriptionTooLongException", f"The description is longer than {limit} characters.")


def group_busy(group: str, deployment_id: str) -> ServiceError:
    # Word for word: CircleCI-Public/aws-ecs-orb#181. The name suggests a quota; it means "one at a time".
    return ServiceError(
        "DeploymentLimitExceededException",
        f"The Deployment Group '{group}' already has an active Deployment '{deployment_id}'",
    )


def deployment_id_required() -> ServiceError:
    return ServiceError("DeploymentIdRequiredException", "At least one deployment ID must be specified.")


def deployment_id(found: str) -> ServiceError:
    return ServiceError("InvalidDeploymentIdException", f"{found} is not a valid deployment ID.")


def deployment_missing(found: str) -> ServiceError:
    return ServiceError("DeploymentDoesNotExistException", f"The deployment {found} could not be found.")


def deployment_completed(found: str) -> ServiceError:
    return ServiceError("DeploymentAlreadyCompletedException", f"The deployment {found} is already complete.")


def deployment_not_started(found: str) -> ServiceError:
    return ServiceError("DeploymentNotStartedException", f"The deployment {found} has not started.")


def unsupported_action(action: str) -> ServiceError:
    return ServiceError(
        "UnsupportedActionForDeploymentTypeException",
        f"{action} is not supported for deployments of the Lambda compute platform.",
    )


def target_missing(found: str) -> ServiceError:
    return ServiceError(
        "DeploymentTargetDoesNotExistException", f"The target {found} does not belong to the deployment."
    )


def target_id_required() -> ServiceError:
    return ServiceError("DeploymentTargetIdRequiredException", "A deployment target ID was not provided.")


def target_filter() -> ServiceError:
    return ServiceError(
        "InvalidTargetFilterNameException", "Lambda deployments can be filtered by TargetStatus only."
    )


def too_many_targets() -> ServiceError:
    return ServiceError(
        "DeploymentTargetListSizeExceededException", "A Lambda deployment has exactly one target."
    )


def hook_status(found: object) -> ServiceError:
    return ServiceError(
        "InvalidLifecycleEventHookExecutionStatusException",
        f"The status of a validation function must be Succeeded or Failed, not {found}.",
    )


def hook_execution_id() -> ServiceError:
    return ServiceError(
        "InvalidLifecycleEventHookExecutionIdException",
        "The lifecycleEventHookExecutionId does not belong to a hook of this deployment.",
    )


def hook_completed() -> ServiceError:
    return ServiceError(
        "LifecycleEventAlreadyCompletedException", "The lifecycle event has already been completed."
    )


def batch_too_large(limit: int) -> ServiceError:
    return ServiceError(
        "BatchLimitExceededException", f"The maximum number of names or IDs ({limit}) was exceeded."
    )


def next_token() -> ServiceError:
    return ServiceError("InvalidNextTokenException", "The next token was specified in an invalid format.")


def time_range() -> ServiceError:
    return ServiceError("InvalidTimeRangeException", "The start of the time range is after its end.")


def arn_required() -> ServiceError:
    return ServiceError("ResourceArnRequiredException", "The ARN of a resource is required.")


def arn(found: str) -> ServiceError:
    return ServiceError("InvalidArnException", f"{found} is not the ARN of a CodeDeploy resource.")


def arn_not_supported(found: str) -> ServiceError:
    return ServiceError("ArnNotSupportedException", f"Resources of this kind cannot be tagged: {found}")


def tags(reason: str) -> ServiceError:
    return ServiceError("InvalidTagsToAddException", reason)
