"""What stands behind the Source action: a connection's state, or a webhook for GitHub's OAuth action."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.verify.reading.pipeline import Action, read_pipeline
from greenshift.verify.stack import Stack


@dataclass(frozen=True)
class Source:
    action: Action
    connection_status: str = ""
    """PENDING, AVAILABLE or ERROR; empty when the source is no connection."""
    webhook_authentication: tuple[str, ...] = ()
    """How each webhook that starts this pipeline knows who calls."""


def read_source(stack: Stack, action: Action) -> Source:
    connection = action.configuration.get("ConnectionArn", "")
    return Source(
        action=action,
        connection_status=_status(stack, connection) if connection else "",
        webhook_authentication=_webhooks(stack) if action.provider == "GitHub" else (),
    )


def source_actions(stack: Stack) -> list[Action]:
    return [action for action in read_pipeline(stack).actions if action.category == "Source"]


def _status(stack: Stack, arn: str) -> str:
    # Each of the two names of the service knows the ARNs that begin with its own.
    service = "codestar-connections" if ":codestar-connections:" in arn else "codeconnections"
    found = stack.aws.call(service, "get_connection", ConnectionArn=arn)
    return str(found["Connection"]["ConnectionStatus"])


def _webhooks(stack: Stack) -> tuple[str, ...]:
    found = stack.aws.pages("codepipeline", "list_webhooks", "webhooks")
    return tuple(
        each["definition"]["authentication"]
        for each in found
        if each["definition"]["targetPipeline"] == stack.outputs.pipeline
    )
