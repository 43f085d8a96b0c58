"""Deployment groups: which of them shift Lambda functions."""

from __future__ import annotations

from greenshift.guardrails.aws_types import APPLICATION
from greenshift.guardrails.resources import Resource, Stack


def is_for_lambda(stack: Stack, group: Resource) -> bool:
    """By its application's compute platform; else by its configuration, which names the platform."""
    application = stack.target(group, "appName", APPLICATION, "name")
    if application is not None:
        return application.inputs.text("computePlatform") == "Lambda"
    return "Lambda" in (group.inputs.text("deploymentConfigName") or "")
