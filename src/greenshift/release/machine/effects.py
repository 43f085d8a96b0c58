"""What `decide` can ask for, and what can come of it.

Effects are intents: the release that asks for them is saved before they are carried out, so a crash in
between leaves a trace to reconcile. Outcomes are what the runner learned; `absorb` folds them back in.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PointAlarm:
    """Let the function's alarm watch ``version`` and start from OK."""

    key: str
    version: str


@dataclass(frozen=True)
class CreateDeployment:
    """Shift the alias from ``current`` to ``target`` as the deployment group says, or ``at_once``. CodeDeploy
    watches ``alarms`` instead of the group's where some of those fire already.
    """

    key: str
    current: str
    target: str
    at_once: bool = False
    alarms: tuple[str, ...] | None = None


@dataclass(frozen=True)
class StopDeployment:
    """Stop a running deployment and let CodeDeploy put the alias back."""

    key: str
    deployment_id: str


@dataclass(frozen=True)
class CreateRollback:
    """Send an alias that had fully arrived at ``current`` back to ``target``, at once."""

    key: str
    current: str
    target: str
    attempt: int


@dataclass(frozen=True)
class RestoreAlias:
    """Put an alias that CodeDeploy left between ``current`` and ``target`` whole on ``target``."""

    key: str
    current: str
    target: str


@dataclass(frozen=True)
class Exercise:
    """Call the alias, because nobody else does: so often, with the event of the smoke test."""

    key: str
    requests: int


Effect = PointAlarm | CreateDeployment | StopDeployment | CreateRollback | RestoreAlias | Exercise


@dataclass(frozen=True)
class DeploymentCreated:
    key: str
    deployment_id: str


@dataclass(frozen=True)
class RollbackCreated:
    key: str
    deployment_id: str


@dataclass(frozen=True)
class Refused:
    """AWS said no in a way that waiting does not fix."""

    key: str
    effect: Effect
    reason: str


@dataclass(frozen=True)
class Postponed:
    """Nothing happened, and asking again later may help: the group is busy, or AWS throttles."""

    key: str
    effect: Effect
    reason: str


Outcome = DeploymentCreated | RollbackCreated | Refused | Postponed
