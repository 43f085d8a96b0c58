"""A release's functions with their deployments: what has moved, and what should have by the plan. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from greenshift import rollout
from greenshift.reading.functions import Alias
from greenshift.view.deployments import DeploymentSeen
from greenshift.view.model import FunctionRelease, PlannedStep, ReleaseView, ShiftView
from greenshift.view.moments import iso, parsed


def shifts(
    release: ReleaseView | None,
    aliases: Mapping[str, Alias | None],
    deployments: Mapping[str, DeploymentSeen],
    now: datetime,
) -> tuple[ShiftView, ...]:
    """One view for each function the release changes."""
    if release is None:
        return ()
    return tuple(
        _shift(function, aliases.get(function.key), deployments.get(function.deployment_id), now)
        for function in release.changed
    )


def _shift(
    function: FunctionRelease, alias: Alias | None, deployment: DeploymentSeen | None, now: datetime
) -> ShiftView:
    plan = plan_of(deployment)
    return ShiftView(
        key=function.key,
        from_version=function.from_version,
        to_version=function.to_version,
        state=function.state,
        percent=share_of(function.to_version, alias),
        planned_percent=planned_at(plan, now),
        strategy=rollout.text(deployment.strategy) if deployment and deployment.strategy else "",
        deployment_id=function.deployment_id,
        status=deployment.status if deployment else "",
        error=deployment.error if deployment else function.reason,
        started_at=deployment.started_at if deployment else "",
        ended_at=deployment.ended_at if deployment else "",
        plan=plan,
        hooks=deployment.hooks if deployment else (),
    )


def share_of(version: str, alias: Alias | None) -> float:
    """The percentage of the traffic a version serves through an alias."""
    return alias.share_of(version) if alias is not None and version else 0.0


def plan_of(deployment: DeploymentSeen | None) -> tuple[PlannedStep, ...]:
    """When each share is due; empty while the deployment waits for the hook before traffic."""
    begun = parsed(_traffic_allowed_at(deployment)) if deployment else None
    if deployment is None or begun is None or deployment.strategy is None:
        return ()
    return tuple(
        PlannedStep(iso(begun + timedelta(minutes=step.at_minutes)), float(step.percent))
        for step in rollout.steps(deployment.strategy)
    )


def _traffic_allowed_at(deployment: DeploymentSeen) -> str:
    """When AllowTraffic began. Before its events were read, the deployment's own start has to do."""
    if not deployment.hooks:
        return deployment.started_at
    return next((hook.started_at for hook in deployment.hooks if hook.name == "AllowTraffic"), "")


def planned_at(plan: tuple[PlannedStep, ...], now: datetime) -> float:
    moment = iso(now)
    return max((step.percent for step in plan if step.at <= moment), default=0.0)
