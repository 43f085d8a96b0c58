"""What stands behind the Source action: a connection's state, or a webhook for GitHub's OAuth action."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.reading.connections import read_connection
from greenshift.reading.pipeline import Action, read_webhooks
from greenshift.verify.aws import Absent
from greenshift.verify.reading.pipeline import declaration
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
    return [action for action in declaration(stack).actions if action.category == "Source"]


def _status(stack: Stack, arn: str) -> str:
    found = read_connection(stack.aws.client, arn)
    if not found.status:
        raise Absent(f"there is no connection {arn}")
    return found.status


def _webhooks(stack: Stack) -> tuple[str, ...]:
    return stack.aws.read(read_webhooks, "codepipeline", stack.outputs.pipeline)
