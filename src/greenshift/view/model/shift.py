"""How one function's traffic moves in a release: now, and as planned."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlannedStep:
    """From this moment on the new version is to have this share."""

    at: str
    percent: float


@dataclass(frozen=True)
class HookView:
    """A lifecycle event of a CodeDeploy deployment: BeforeAllowTraffic, AllowTraffic, AfterAllowTraffic."""

    name: str
    status: str
    """CodeDeploy's: Pending, InProgress, Succeeded, Failed, Skipped, Unknown."""
    started_at: str = ""
    ended_at: str = ""
    error: str = ""


@dataclass(frozen=True)
class ShiftView:
    """One function of a release: CodeDeploy's deployment of it and where its traffic is."""

    key: str
    from_version: str
    to_version: str
    state: str
    """The ledger's word for this function."""
    percent: float
    """What ``to_version`` has of the traffic now."""
    planned_percent: float
    """What it should have now by its rollout."""
    strategy: str = ""
    """Such as Linear10PercentEvery1Minute; empty until it is known."""
    deployment_id: str = ""
    status: str = ""
    """CodeDeploy's word for the deployment; empty before there is one."""
    error: str = ""
    started_at: str = ""
    ended_at: str = ""
    plan: tuple[PlannedStep, ...] = ()
    """Empty until traffic may move."""
    hooks: tuple[HookView, ...] = ()
