"""The sentences a deployment ends with.

Those marked with a source were seen in public; the others are ours, and say more than AWS does.
"""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.twin.codedeploy.progress import Failure, Routing

# Seen in aws/serverless-application-model#291 (with an explanation after it) and, alone, in
# terraform-aws-modules/terraform-aws-lambda#82.
BAD_APPSPEC = (
    "The deployment failed because the AppSpec file that specifies the AWS Lambda deployment configuration "
    "is missing or has an invalid configuration."
)


def invalid_appspec(reason: str) -> Failure:
    return Failure("INVALID_LAMBDA_CONFIGURATION", f"{BAD_APPSPEC} {reason}")


def versions_equal() -> Failure:
    # AWS says no more than this when both versions are the same (terraform-aws-lambda#82).
    return Failure("INVALID_LAMBDA_CONFIGURATION", BAD_APPSPEC)


def alias_elsewhere() -> Failure:
    # Word for word: aws/serverless-application-model#291.
    return invalid_appspec(
        "The Lambda function alias version does not match the current version in AppSpec file."
    )


def alias_weighted(routing: Routing) -> Failure:
    return invalid_appspec(
        "The Lambda function alias already routes traffic to two versions: "
        f"{routing.version} and {routing.additional}."
    )


def alias_foreign(routing: Routing) -> Failure:
    shown = routing.version if routing.additional is None else f"{routing.version} and {routing.additional}"
    return Failure(
        "INVALID_LAMBDA_CONFIGURATION",
        "The deployment failed because the Lambda function alias was changed by someone else while the "
        f"deployment was in progress; it now points to version {shown} and was left as it is.",
    )


def alias_contended() -> Failure:
    return Failure(
        "INVALID_LAMBDA_CONFIGURATION",
        "The deployment failed because the Lambda function alias kept changing while traffic was shifted.",
    )


def alarms_active(names: Sequence[str]) -> Failure:
    return Failure(
        "ALARM_ACTIVE",
        "The deployment was stopped because CloudWatch alarms it watches are in the ALARM state: "
        f"{', '.join(names)}.",
    )


def hook_failed(event: str, function: str) -> Failure:
    return Failure(
        "HOOK_EXECUTION_FAILURE",
        f"The deployment failed because the validation function {function} of {event} reported Failed.",
    )


def hook_silent(event: str, function: str, seconds: float) -> Failure:
    return Failure(
        "HOOK_EXECUTION_FAILURE",
        f"The deployment failed because the validation function {function} of {event} did not report a "
        f"result within {seconds:.0f} seconds.",
    )


def group_missing(code: str) -> Failure:
    what = "application" if code == "APPLICATION_MISSING" else "deployment group"
    return Failure(code, f"The {what} was deleted before the deployment started.")


def role_without_permission(role_arn: str, service: str) -> Failure:
    # Word for word but for the ARN: aws/serverless-application-model#219.
    return Failure(
        "IAM_ROLE_PERMISSIONS",
        f"The IAM role {role_arn} does not give you permission to perform operations in the following AWS "
        f"service: {service}. Contact your AWS administrator if you need help. If you are an AWS "
        "administrator, you can grant permissions to your users or groups by creating IAM policies.",
    )


def role_missing(role_arn: str, reason: str) -> Failure:
    return Failure("IAM_ROLE_MISSING", f"The service role {role_arn} cannot be assumed: {reason}")


def internal(reason: str) -> Failure:
    return Failure("INTERNAL_ERROR", f"There was an internal error: {reason}")


def alarms_missing(names: Sequence[str]) -> Failure:
    # Which code AWS gives is not documented. Not ALARM_ACTIVE: a wrong name is no sign of a bad release.
    return Failure(
        "CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND",
        "The deployment was stopped because the state of CloudWatch alarms it watches could not be read: "
        f"{', '.join(names)} does not exist. Set ignorePollAlarmFailure to go on without.",
    )
