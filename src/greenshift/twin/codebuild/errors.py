"""Every error CodeBuild can raise, and the failures a phase of a build can have."""

from __future__ import annotations

from greenshift.twin.service import ServiceError


def invalid_input(message: str) -> ServiceError:
    return ServiceError("InvalidInputException", message)


def project_not_found(arn: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Project cannot be found: {arn}")


def build_not_found(build_id: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Build does not exist: {build_id}")


def report_not_found(arn: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Report does not exist: {arn}")


def report_group_not_found(arn: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Report group does not exist: {arn}")


def project_exists(arn: str) -> ServiceError:
    return ServiceError("ResourceAlreadyExistsException", f"Project already exists: {arn}")


def too_many_builds(limit: int, name: str) -> ServiceError:
    return ServiceError(
        "AccountLimitExceededException",
        f"Cannot have more than {limit} builds in progress for project {name}",
    )


def role_not_usable(role_arn: str, reason: str) -> ServiceError:
    """CreateProject checks that CodeBuild may assume the role at once, as AWS does."""
    return invalid_input(
        f"CodeBuild is not authorized to perform: sts:AssumeRole on {role_arn}. Please verify that: "
        "1) The provided service role exists, 2) The role name is case-sensitive and matches exactly, and "
        f"3) The role has the necessary trust policy configured ({reason})"
    )


class PhaseFailure(Exception):
    """A phase failed; code and message become its context (API reference: PhaseContext)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def yaml_file_error(message: str) -> PhaseFailure:
    return PhaseFailure("YAML_FILE_ERROR", message)


def client_error(message: str) -> PhaseFailure:
    return PhaseFailure("CLIENT_ERROR", message)


def command_failed(command: str, status: int) -> PhaseFailure:
    return PhaseFailure(
        "COMMAND_EXECUTION_ERROR", f"Error while executing command: {command}. Reason: exit status {status}"
    )
