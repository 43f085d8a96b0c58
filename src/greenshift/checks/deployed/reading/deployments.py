"""CodeDeploy's deployments that have not ended, of the stack's application."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from greenshift.checks.deployed.facts import DeploymentFacts
from greenshift.checks.deployed.reading.missing import unless_missing
from greenshift.rollout import AllAtOnce, Canary, Linear, Strategy, duration

# API reference: DeploymentStatus; the others are Succeeded, Failed and Stopped.
UNFINISHED = ("Created", "Queued", "InProgress", "Baking", "Ready")
# API reference: BatchGetDeployments, "an array of deployment IDs; maximum 25".
_BATCH = 25


def unfinished(client: Any, application: str) -> tuple[str, ...]:
    """Their ids. Without a group the call lists the account's: few are under way at any time, while one
    call for each of 200 groups would meet CodeDeploy's rate limit."""
    pages = client.get_paginator("list_deployments").paginate(includeOnlyStatuses=list(UNFINISHED))
    ids = [id_ for page in pages for id_ in page["deployments"]]
    return tuple(
        info["deploymentId"] for info in _infos(client, ids) if info["applicationName"] == application
    )


def read(client: Any, ids: Iterable[str]) -> tuple[DeploymentFacts, ...]:
    """Those that are still under way."""
    infos = [info for info in _infos(client, list(ids)) if info["status"] in UNFINISHED]
    shifts = {name: _shift(client, name) for name in {info["deploymentConfigName"] for info in infos}}
    return tuple(_facts(client, info, shifts[info["deploymentConfigName"]]) for info in infos)


def _infos(client: Any, ids: list[str]) -> list[dict[str, Any]]:
    batches = [ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]
    found = [client.batch_get_deployments(deploymentIds=batch)["deploymentsInfo"] for batch in batches]
    return [info for infos in found for info in infos]


def _facts(client: Any, info: dict[str, Any], shift: timedelta) -> DeploymentFacts:
    hook, since = _hook(client, info["deploymentId"])
    return DeploymentFacts(
        id=info["deploymentId"],
        group=info["deploymentGroupName"],
        status=info["status"],
        created=info["createTime"],
        release=_release_of(info.get("description", "")),
        is_rollback=info.get("creator") == "codeDeployRollback",
        shift=shift,
        hook=hook,
        hook_since=since,
    )


def _release_of(description: str) -> str:
    """A release describes its deployments as ``greenshift <release id> <key>``."""
    parts = description.split(" ")
    return parts[1] if len(parts) >= 3 and parts[0] == "greenshift" else ""


def _hook(client: Any, deployment: str) -> tuple[str, datetime | None]:
    """The lifecycle hook the deployment waits for, and since when."""
    try:
        ids = client.list_deployment_targets(deploymentId=deployment).get("targetIds", [])
        found = [client.get_deployment_target(deploymentId=deployment, targetId=each) for each in ids[:1]]
    except ClientError as error:
        unless_missing(error)
        return "", None
    events = [event for each in found for event in _events(each["deploymentTarget"])]
    hooks = (event for event in events if event["lifecycleEventName"] != "AllowTraffic")
    waiting = next((event for event in hooks if event["status"] == "InProgress"), None)
    return (waiting["lifecycleEventName"], waiting.get("startTime")) if waiting else ("", None)


def _events(target: dict[str, Any]) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = target.get("lambdaTarget", {}).get("lifecycleEvents", [])
    return events


def _shift(client: Any, config: str) -> timedelta:
    found = client.get_deployment_config(deploymentConfigName=config)["deploymentConfigInfo"]
    return timedelta(minutes=duration(_strategy(found.get("trafficRoutingConfig") or {})))


def _strategy(routing: dict[str, Any]) -> Strategy:
    match routing.get("type"):
        case "TimeBasedCanary":
            canary = routing["timeBasedCanary"]
            return Canary(canary["canaryPercentage"], canary["canaryInterval"])
        case "TimeBasedLinear":
            linear = routing["timeBasedLinear"]
            return Linear(linear["linearPercentage"], linear["linearInterval"])
        case _:
            return AllAtOnce()
