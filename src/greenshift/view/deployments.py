"""CodeDeploy's deployments of a release: how each goes, its lifecycle events, and the strategy it follows.

A deployment that has ended is never read again, a deployment config (they cannot change) is read once, and
lifecycle events, which are read one deployment at a time, some in a look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from greenshift.rollout import AllAtOnce, Canary, Linear, Strategy, StrategyError, parse_strategy
from greenshift.view.model import HookView
from greenshift.view.moments import iso

# API reference: BatchGetDeployments, at most 25 ids.
_BATCH = 25
ENDED = ("Succeeded", "Failed", "Stopped")


@dataclass(frozen=True)
class DeploymentSeen:
    """One deployment; ``strategy`` is None when its config is of a kind we do not know."""

    id: str
    status: str
    error: str
    started_at: str
    ended_at: str
    strategy: Strategy | None
    hooks: tuple[HookView, ...] = ()

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED


class Deployments:
    """What was read last of each deployment."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._seen: dict[str, DeploymentSeen] = {}
        self._targets: dict[str, str] = {}
        self._told: set[str] = set()
        self._turn: list[str] = []
        self._strategies: dict[str, Strategy | None] = {}

    def read(self, ids: Iterable[str], hooks: int) -> dict[str, DeploymentSeen]:
        """Deployments by id; those that do not exist are left out. ``hooks`` bounds the targets read."""
        wanted = [each for each in dict.fromkeys(ids) if each]
        unsettled = [i for i in wanted if i not in self._seen or not self._seen[i].has_ended]
        for start in range(0, len(unsettled), _BATCH):
            batch = unsettled[start : start + _BATCH]
            for info in self._client.batch_get_deployments(deploymentIds=batch)["deploymentsInfo"]:
                self._keep(info)
        self._read_hooks([each for each in wanted if each in self._seen], hooks)
        return {each: self._seen[each] for each in wanted if each in self._seen}

    def _keep(self, info: dict[str, Any]) -> None:
        known = self._seen.get(info["deploymentId"])
        error = info.get("errorInformation") or {}
        self._seen[info["deploymentId"]] = DeploymentSeen(
            id=info["deploymentId"],
            status=info.get("status", ""),
            error=": ".join(error[name] for name in ("code", "message") if error.get(name)),
            started_at=iso(info.get("startTime")),
            ended_at=iso(info.get("completeTime")),
            strategy=self._strategy(info.get("deploymentConfigName", "")),
            hooks=known.hooks if known else (),
        )

    def _read_hooks(self, ids: Sequence[str], at_most: int) -> None:
        """The longest unread first; one that has ended is read once more, and then it is told."""
        due = [each for each in ids if each not in self._told and self._seen[each].started_at]
        waited = {each: place for place, each in enumerate(self._turn)}
        for each in sorted(due, key=lambda i: waited.get(i, -1))[:at_most]:
            self._read_target(each)
            self._turn = [i for i in self._turn if i != each] + [each]

    def _read_target(self, deployment: str) -> None:
        seen = self._seen[deployment]
        try:
            target = self._target_of(deployment)
        except ClientError as error:
            if error.response["Error"]["Code"] != "DeploymentNotStartedException":
                raise
            return
        self._seen[deployment] = replace(seen, hooks=tuple(_hooks(target)))
        if seen.has_ended:
            self._told.add(deployment)

    def _target_of(self, deployment: str) -> dict[str, Any]:
        """The deployment's one target; its id is opaque, so it is asked for once."""
        if deployment not in self._targets:
            ids = self._client.list_deployment_targets(deploymentId=deployment).get("targetIds", [])
            if not ids:
                return {}
            self._targets[deployment] = ids[0]
        found = self._client.batch_get_deployment_targets(
            deploymentId=deployment, targetIds=[self._targets[deployment]]
        )["deploymentTargets"]
        target: dict[str, Any] = found[0].get("lambdaTarget", {}) if found else {}
        return target

    def _strategy(self, config: str) -> Strategy | None:
        if config not in self._strategies:
            self._strategies[config] = self._predefined(config) or self._custom(config)
        return self._strategies[config]

    @staticmethod
    def _predefined(config: str) -> Strategy | None:
        try:
            return parse_strategy(config)
        except StrategyError:
            return None

    def _custom(self, config: str) -> Strategy | None:
        if not config:
            return None
        try:
            info = self._client.get_deployment_config(deploymentConfigName=config)["deploymentConfigInfo"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "DeploymentConfigDoesNotExistException":
                raise
            return None
        return strategy_of(info.get("trafficRoutingConfig", {}))


def strategy_of(routing: dict[str, Any]) -> Strategy | None:
    """A deployment config's traffic routing as a strategy; None for a kind we do not know."""
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


def _hooks(target: dict[str, Any]) -> Iterator[HookView]:
    for event in target.get("lifecycleEvents", []):
        diagnostics = event.get("diagnostics") or {}
        is_error = diagnostics.get("errorCode", "Success") != "Success"
        yield HookView(
            name=event.get("lifecycleEventName", ""),
            status=event.get("status", ""),
            started_at=iso(event.get("startTime")),
            ended_at=iso(event.get("endTime")),
            error=diagnostics.get("message") or diagnostics["errorCode"] if is_error else "",
        )
