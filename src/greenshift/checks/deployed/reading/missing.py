"""What AWS says of something that is not there."""

from __future__ import annotations

from botocore.exceptions import ClientError

_MISSING = (
    "DeploymentDoesNotExistException",
    "DeploymentTargetDoesNotExistException",
    "PipelineExecutionNotFoundException",
    "ResourceNotFoundException",
)


def unless_missing(error: ClientError) -> None:
    """Raise every other error again."""
    if error.response["Error"]["Code"] not in _MISSING:
        raise error
