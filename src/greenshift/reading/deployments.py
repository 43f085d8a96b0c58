"""CodeDeploy: deployments and their lifecycle events, and the groups and configs they follow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from greenshift.reading.absence import unless_absent
from greenshift.rollout import AllAtOnce, Canary, Linear, Strategy

# API reference: DeploymentStatus.
UNFINISHED = ("Created", "Queued", "InProgress", "Baking", "Ready")
ENDED = ("Succeeded", "Failed", "Stopped")

# API reference: BatchGetDeployments, "an array of deployment IDs; maximum 25".
_BATCH = 25


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One deployment as it is now; texts are empty for what CodeDeploy does not tell."""

    id: str
    application: str
    group: str
    config: str
    status: str
    description: str = ""
    creator: str = ""
    created: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    error_code: str = ""
    error_message: str = ""
    rollback: str = ""
    """The id of the deployment that took it back; empty when none did."""

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    @property
    def is_rollback(self) -> bool:
        """Whether CodeDeploy made it by itself, as the way back from another one."""
        return self.creator == "codeDeployRollback"

    @property
    def error(self) -> str:
        return ": ".join(part for part in (self.error_code, self.error_message) if part)

    def __str__(self) -> str:
        return f"deployment {self.id} {self.status} {self.error_code} {self.error_message}".rstrip()


@dataclass(frozen=True, kw_only=True)
class LifecycleEvent:
    """One step of a deployment: a hook, or AllowTraffic between the hooks."""

    name: str
    status: str
    started: datetime | None = None
    ended: datetime | None = None
    error: str = ""


@dataclass(frozen=True)
class DeploymentConfig:
    """``strategy`` is None for a kind of routing we do not know."""

    platform: str
    strategy: Strategy | None


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


def read_unfinished(client: Any, application: str = "", group: str = "") -> tuple[str, ...]:
    """The ids of the deployments that have not ended: of a group, or without one, of the account."""
    scope = {"applicationName": application, "deploymentGroupName": group} if group else {}
    pages = client.get_paginator("list_deployments").paginate(**scope, includeOnlyStatuses=list(UNFINISHED))
    return tuple(id_ for page in pages for id_ in page["deployments"])


def read_deployments(client: Any, ids: Iterable[str]) -> dict[str, Deployment]:
    """Those that exist, by id."""
    wanted = [each for each in dict.fromkeys(ids) if each]
    found: dict[str, Deployment] = {}
    for start in range(0, len(wanted), _BATCH):
        answer = client.batch_get_deployments(deploymentIds=wanted[start : start + _BATCH])
        found.update({info["deploymentId"]: _deployment(info) for info in answer["deploymentsInfo"]})
    return found


def read_target(client: Any, deployment: str) -> str:
    """The id of the deployment's one target; empty before it has one."""
    with unless_absent("DeploymentNotStartedException", "DeploymentDoesNotExistException"):
        return next(iter(client.list_deployment_targets(deploymentId=deployment).get("targetIds", [])), "")
    return ""


def read_lifecycle(client: Any, deployment: str, target: str) -> tuple[LifecycleEvent, ...]:
    """The lifecycle events of a target, in their order; none of a target that does not exist."""
    absent = ("DeploymentNotStartedException", "DeploymentTargetDoesNotExistException")
    with unless_absent(*absent, "DeploymentDoesNotExistException"):
        found = client.batch_get_deployment_targets(deploymentId=deployment, targetIds=[target])
        lambdas = [each.get("lambdaTarget", {}) for each in found["deploymentTargets"]]
        return tuple(_event(event) for each in lambdas for event in each.get("lifecycleEvents", []))
    return ()


def read_config(client: Any, name: str) -> DeploymentConfig | None:
    with unless_absent("DeploymentConfigDoesNotExistException"):
        found = client.get_deployment_config(deploymentConfigName=name)["deploymentConfigInfo"]
        strategy = strategy_of(found.get("trafficRoutingConfig") or {})
        return DeploymentConfig(found.get("computePlatform", ""), strategy)
    return None


def read_group(client: Any, application: str, name: str) -> DeploymentGroup | None:
    with unless_absent("DeploymentGroupDoesNotExistException", "ApplicationDoesNotExistException"):
        found = client.get_deployment_group(applicationName=application, deploymentGroupName=name)
        return _group(found["deploymentGroupInfo"])
    return None


def read_platform(client: Any, application: str) -> str:
    """The compute platform of an application, which must exist."""
    found = client.get_application(applicationName=application)
    return str(found["application"].get("computePlatform", ""))


def _deployment(info: Mapping[str, Any]) -> Deployment:
    error = info.get("errorInformation") or {}
    return Deployment(
        id=info["deploymentId"],
        application=info.get("applicationName", ""),
        group=info.get("deploymentGroupName", ""),
        config=info.get("deploymentConfigName", ""),
        status=info.get("status", ""),
        description=info.get("description") or "",
        creator=info.get("creator", ""),
        created=info.get("createTime"),
        started=info.get("startTime"),
        ended=info.get("completeTime"),
        error_code=error.get("code") or "",
        error_message=error.get("message") or "",
        rollback=(info.get("rollbackInfo") or {}).get("rollbackDeploymentId") or "",
    )


def _event(event: Mapping[str, Any]) -> LifecycleEvent:
    diagnostics = event.get("diagnostics") or {}
    is_error = diagnostics.get("errorCode", "Success") != "Success"
    return LifecycleEvent(
        name=event.get("lifecycleEventName", ""),
        status=event.get("status", ""),
        started=event.get("startTime"),
        ended=event.get("endTime"),
        error=diagnostics.get("message") or diagnostics["errorCode"] if is_error else "",
    )


def strategy_of(routing: Mapping[str, Any]) -> Strategy | None:
    """A config's traffic routing as a strategy; None for a kind we do not know."""
    match routing.get("type"):
        case "AllAtOnce":
            return AllAtOnce()
        case "TimeBasedCanary":
            canary = routing["timeBasedCanary"]
            return Canary(canary["canaryPercentage"], canary["canaryInterval"])
        case "TimeBasedLinear":
            linear = routing["timeBasedLinear"]
            return Linear(linear["linearPercentage"], linear["linearInterval"])
    return None


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
        hooks=tuple(_hooks(found.get("targetRevision", {}))),
    )


def _hooks(revision: Mapping[str, Any]) -> Iterator[str]:
    content = (revision.get("appSpecContent") or revision.get("string") or {}).get("content", "{}")
    try:
        listed = json.loads(content).get("Hooks", [])
    except (ValueError, AttributeError):
        return  # YAML, or not kept: then somebody else deployed last
    for each in listed:
        yield from (str(name) for name in each.values())
