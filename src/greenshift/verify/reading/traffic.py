"""What moves a function's traffic: its alias, its deployment group, and the group's deployment config."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.reading import deployments, functions
from greenshift.reading.deployments import DeploymentGroup
from greenshift.reading.functions import Alias
from greenshift.verify.stack import Stack
from greenshift.view import FunctionOutputs


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """All of one function; None for what does not exist."""

    function: str
    alias_name: str
    alarm: str
    alias: Alias | None
    group: DeploymentGroup | None
    config_platform: str | None
    is_deploying: bool


def read_traffic(stack: Stack, function: FunctionOutputs) -> Traffic:
    group = read_group(stack, function.deployment_group)
    return Traffic(
        function=function.name,
        alias_name=function.alias,
        alarm=function.alarm,
        alias=read_alias(stack, function),
        group=group,
        config_platform=_config_platform(stack, group.config) if group else None,
        is_deploying=_is_deploying(stack, function.deployment_group) if group else False,
    )


def read_alias(stack: Stack, function: FunctionOutputs) -> Alias | None:
    return stack.aws.read(functions.read_alias, "lambda", function.name, function.alias)


def read_group(stack: Stack, name: str) -> DeploymentGroup | None:
    return stack.aws.read(deployments.read_group, "codedeploy", stack.names.application, name)


def _config_platform(stack: Stack, name: str) -> str | None:
    found = stack.aws.read(deployments.read_config, "codedeploy", name)
    return None if found is None else found.platform


def _is_deploying(stack: Stack, group: str) -> bool:
    return bool(stack.aws.read(deployments.read_unfinished, "codedeploy", stack.names.application, group))


def read_platform(stack: Stack) -> str:
    """The compute platform of the CodeDeploy application."""
    return stack.aws.read(deployments.read_platform, "codedeploy", stack.names.application)
