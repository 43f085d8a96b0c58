"""What moves a function's traffic: its alias, its deployment group, and the group's deployment config."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.reading import functions
from greenshift.reading.functions import Alias
from greenshift.verify.stack import Stack
from greenshift.view import FunctionOutputs

_NO_GROUP = frozenset({"DeploymentGroupDoesNotExistException", "ApplicationDoesNotExistException"})
_NO_CONFIG = frozenset({"DeploymentConfigDoesNotExistException"})
_UNDER_WAY = ("Created", "Queued", "InProgress")


@dataclass(frozen=True, kw_only=True)
class DeploymentGroup:
    name: str
    role_arn: str
    config: str
    style: tuple[str, str]
    """(deployment type, deployment option)"""
    is_alarm_enabled: bool
    is_poll_failure_ignored: bool
    alarms: tuple[str, ...]
    rollback_events: tuple[str, ...]
    """Empty when rollback is off."""
    hooks: tuple[str, ...] = ()
    """The hook functions of the last revision."""


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
    found = stack.aws.optional(
        _NO_GROUP,
        "codedeploy",
        "get_deployment_group",
        applicationName=stack.application,
        deploymentGroupName=name,
    )
    return None if found is None else _group(found["deploymentGroupInfo"])


def _group(found: Mapping[str, Any]) -> DeploymentGroup:
    alarms = found.get("alarmConfiguration", {})
    rollback = found.get("autoRollbackConfiguration", {})
    style = found.get("deploymentStyle", {})
    return DeploymentGroup(
        name=found["deploymentGroupName"],
        role_arn=found["serviceRoleArn"],
        config=found.get("deploymentConfigName", ""),
        style=(style.get("deploymentType", ""), style.get("deploymentOption", "")),
        is_alarm_enabled=bool(alarms.get("enabled")),
        is_poll_failure_ignored=bool(alarms.get("ignorePollAlarmFailure")),
        alarms=tuple(each["name"] for each in alarms.get("alarms", [])),
        rollback_events=tuple(rollback.get("events", [])) if rollback.get("enabled") else (),
        hooks=_hooks(found.get("targetRevision", {})),
    )


def _hooks(revision: Mapping[str, Any]) -> tuple[str, ...]:
    content = (revision.get("appSpecContent") or revision.get("string") or {}).get("content", "{}")
    try:
        listed = json.loads(content).get("Hooks", [])
    except (ValueError, AttributeError):
        return ()  # YAML, or not kept: then somebody else deployed last
    return tuple(str(name) for each in listed for name in each.values())


def _config_platform(stack: Stack, name: str) -> str | None:
    found = stack.aws.optional(_NO_CONFIG, "codedeploy", "get_deployment_config", deploymentConfigName=name)
    return None if found is None else str(found["deploymentConfigInfo"].get("computePlatform", ""))


def _is_deploying(stack: Stack, group: str) -> bool:
    return bool(
        stack.aws.pages(
            "codedeploy",
            "list_deployments",
            "deployments",
            applicationName=stack.application,
            deploymentGroupName=group,
            includeOnlyStatuses=list(_UNDER_WAY),
        )
    )


def read_platform(stack: Stack) -> str:
    """The compute platform of the CodeDeploy application."""
    found = stack.aws.call("codedeploy", "get_application", applicationName=stack.application)
    return str(found["application"].get("computePlatform", ""))
