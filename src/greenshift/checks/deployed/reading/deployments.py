"""CodeDeploy's deployments that have not ended, of the stack's application."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from greenshift.checks.deployed.facts import DeploymentFacts
from greenshift.reading.deployments import (
    Deployment,
    read_config,
    read_deployments,
    read_lifecycle,
    read_target,
    read_unfinished,
)
from greenshift.rollout import duration


def unfinished(client: Any, application: str) -> tuple[str, ...]:
    """Their ids. Without a group the call lists the account's: few are under way at any time, while one
    call for each of 200 groups would meet CodeDeploy's rate limit."""
    found = read_deployments(client, read_unfinished(client))
    return tuple(each.id for each in found.values() if each.application == application)


def read(client: Any, ids: Iterable[str]) -> tuple[DeploymentFacts, ...]:
    """Those that are still under way."""
    open_ones = [each for each in read_deployments(client, ids).values() if not each.has_ended]
    shifts = {config: _shift(client, config) for config in {each.config for each in open_ones}}
    return tuple(_facts(client, each, shifts[each.config]) for each in open_ones)


def _facts(client: Any, deployment: Deployment, shift: timedelta) -> DeploymentFacts:
    hook, since = _hook(client, deployment.id)
    assert deployment.created is not None, "CodeDeploy tells it of each"
    return DeploymentFacts(
        id=deployment.id,
        group=deployment.group,
        status=deployment.status,
        created=deployment.created,
        release=_release_of(deployment.description),
        is_rollback=deployment.is_rollback,
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
    target = read_target(client, deployment)
    events = read_lifecycle(client, deployment, target) if target else ()
    waiting = (event for event in events if event.name != "AllowTraffic" and event.status == "InProgress")
    found = next(waiting, None)
    return (found.name, found.started) if found else ("", None)


def _shift(client: Any, config: str) -> timedelta:
    found = read_config(client, config)
    return timedelta(minutes=duration(found.strategy)) if found and found.strategy else timedelta(0)
