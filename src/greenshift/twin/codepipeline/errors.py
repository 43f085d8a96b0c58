"""Everything CodePipeline can refuse, named as in AWS's model."""

from __future__ import annotations

from greenshift.twin.service import ServiceError


def pipeline_not_found(account: str, name: str) -> ServiceError:
    return ServiceError(
        "PipelineNotFoundException", f"Account '{account}' does not have a pipeline with name '{name}'"
    )


def pipeline_name_in_use(name: str) -> ServiceError:
    return ServiceError("PipelineNameInUseException", f"A pipeline with the name '{name}' already exists")


def pipeline_version_not_found(name: str, version: int) -> ServiceError:
    return ServiceError("PipelineVersionNotFoundException", f"Pipeline '{name}' has no version {version}")


def execution_not_found(pipeline: str, execution_id: str) -> ServiceError:
    return ServiceError(
        "PipelineExecutionNotFoundException",
        f"Pipeline '{pipeline}' has no execution with id '{execution_id}'",
    )


def stage_not_found(pipeline: str, stage: str) -> ServiceError:
    return ServiceError("StageNotFoundException", f"Pipeline '{pipeline}' has no stage with name '{stage}'")


def action_not_found(stage: str, action: str) -> ServiceError:
    return ServiceError("ActionNotFoundException", f"Stage '{stage}' has no action with name '{action}'")


def invalid_structure(message: str) -> ServiceError:
    return ServiceError("InvalidStructureException", message)


def invalid_stage(message: str) -> ServiceError:
    return ServiceError("InvalidStageDeclarationException", message)


def invalid_action(message: str) -> ServiceError:
    return ServiceError("InvalidActionDeclarationException", message)


def invalid_blocker(stage: str) -> ServiceError:
    return ServiceError(
        "InvalidBlockerDeclarationException", f"Stage '{stage}' declares blockers, which are reserved"
    )


def validation(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)


def too_many_executions(pipeline: str, limit: int) -> ServiceError:
    return ServiceError(
        "ConcurrentPipelineExecutionsLimitExceededException",
        f"Pipeline '{pipeline}' already has {limit} executions in progress",
    )


def not_stoppable(execution_id: str, status: str) -> ServiceError:
    return ServiceError(
        "PipelineExecutionNotStoppableException",
        f"Unable to stop pipeline execution '{execution_id}': its status is {status}",
    )


def duplicated_stop(execution_id: str) -> ServiceError:
    return ServiceError(
        "DuplicatedStopRequestException",
        f"Pipeline execution '{execution_id}' is already stopping; only abandoning it is possible now",
    )


def stage_not_retryable(stage: str, why: str) -> ServiceError:
    return ServiceError("StageNotRetryableException", f"Stage '{stage}' cannot be retried: {why}")


def not_latest_execution(stage: str, execution_id: str) -> ServiceError:
    return ServiceError(
        "NotLatestPipelineExecutionException",
        f"Stage '{stage}' has been entered by an execution later than '{execution_id}'",
    )


def no_rollback(stage: str, why: str) -> ServiceError:
    return ServiceError("UnableToRollbackStageException", f"Unable to roll back stage '{stage}': {why}")


def outdated_execution(execution_id: str) -> ServiceError:
    return ServiceError(
        "PipelineExecutionOutdatedException",
        f"Pipeline execution '{execution_id}' is of an earlier structure of the pipeline",
    )


def not_overridable(stage: str, kind: str) -> ServiceError:
    return ServiceError(
        "ConditionNotOverridableException",
        f"The {kind} condition of stage '{stage}' cannot be overridden: it holds up nothing, or it skips",
    )


def retry_in_progress(stage: str) -> ServiceError:
    return ServiceError("ConflictException", f"A retry of stage '{stage}' is already in progress", 409)


def invalid_approval_token() -> ServiceError:
    return ServiceError("InvalidApprovalTokenException", "The approval token is not valid or has expired")


def approval_already_completed() -> ServiceError:
    return ServiceError(
        "ApprovalAlreadyCompletedException", "The approval action has already been approved or rejected"
    )


def job_not_found(job_id: str) -> ServiceError:
    return ServiceError("JobNotFoundException", f"No job with id '{job_id}' exists")


def invalid_job_state(job_id: str, state: str) -> ServiceError:
    return ServiceError(
        "InvalidJobStateException", f"Job '{job_id}' is {state}; a job is reported once, while in progress"
    )


def output_variables_too_large(size: int, limit: int) -> ServiceError:
    return ServiceError(
        "OutputVariablesSizeExceededException",
        f"The output variables take {size} bytes; at most {limit} are allowed",
    )


def invalid_next_token() -> ServiceError:
    return ServiceError("InvalidNextTokenException", "The next token is not one this operation returned")


def invalid_webhook_filter(message: str) -> ServiceError:
    return ServiceError("InvalidWebhookFilterPatternException", message)


def invalid_webhook_authentication(message: str) -> ServiceError:
    return ServiceError("InvalidWebhookAuthenticationParametersException", message)


def webhook_not_found(name: str) -> ServiceError:
    return ServiceError("WebhookNotFoundException", f"No webhook with the name '{name}' exists")


def resource_not_found(arn: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"No pipeline or webhook has the ARN '{arn}'")


def invalid_arn(arn: str) -> ServiceError:
    return ServiceError("InvalidArnException", f"'{arn}' is not the ARN of a pipeline or webhook here")


def too_many_tags(limit: int) -> ServiceError:
    return ServiceError("TooManyTagsException", f"A resource cannot have more than {limit} tags")


def invalid_tags(key: str) -> ServiceError:
    return ServiceError("InvalidTagsException", f"Tag key '{key}' is reserved: it starts with 'aws:'")
