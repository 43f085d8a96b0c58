"""Stops one deployment, and waits for it and for CodeDeploy's way back from it."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from greenshift.reading.deployments import read_deployments
from greenshift.repair.waiting import Patience

# CodeDeploy names its rollback in the stopped deployment; how many looks that may take after the end.
_LOOKS = 5


def stop(client: Any, deployment: str, patience: Patience) -> str | None:
    """What became of it; None when it is still under way after all patience."""
    if _is_finished(client, deployment):
        return f"{deployment} had ended by itself"
    _ask(client, deployment)
    if not patience.until(lambda: _is_finished(client, deployment)):
        return None
    rollback = _rollback_of(client, deployment, patience)
    if not rollback:
        return f"{deployment} is stopped; there was nothing to send back"
    if not patience.until(lambda: _is_finished(client, rollback)):
        return None
    return f"{deployment} is stopped, and {rollback} sent traffic back"


def _ask(client: Any, deployment: str) -> None:
    """Stopping one that has just ended is no error."""
    try:
        client.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
    except ClientError as error:
        if error.response["Error"]["Code"] != "DeploymentAlreadyCompletedException":
            raise


def _rollback_of(client: Any, deployment: str, patience: Patience) -> str:
    """Only a stopped deployment has one, and it may appear a moment after the stop."""
    found: list[str] = []
    looks = iter(range(_LOOKS))

    def is_settled() -> bool:
        seen = read_deployments(client, [deployment]).get(deployment)
        found.append(seen.rollback if seen else "")
        is_over = seen is None or seen.status == "Succeeded" or next(looks, None) is None
        return bool(found[-1]) or is_over

    patience.until(is_settled)
    return found[-1] if found else ""


def _is_finished(client: Any, deployment: str) -> bool:
    """Or gone, as one is whose application somebody deleted."""
    seen = read_deployments(client, [deployment]).get(deployment)
    return seen is None or seen.has_ended
