"""CodeDeploy's deployments of a release: how each goes, its lifecycle events, and the strategy it follows.

A deployment that has ended is never read again, a deployment config (they cannot change) is read once, and
lifecycle events, which are read one deployment at a time, some in a look.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from greenshift.reading.deployments import (
    ENDED,
    Deployment,
    LifecycleEvent,
    read_config,
    read_deployments,
    read_lifecycle,
    read_target,
)
from greenshift.rollout import Strategy, StrategyError, parse_strategy
from greenshift.view.model import HookView
from greenshift.view.moments import iso


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
        for found in read_deployments(self._client, unsettled).values():
            self._keep(found)
        self._read_hooks([each for each in wanted if each in self._seen], hooks)
        return {each: self._seen[each] for each in wanted if each in self._seen}

    def _keep(self, found: Deployment) -> None:
        known = self._seen.get(found.id)
        self._seen[found.id] = DeploymentSeen(
            id=found.id,
            status=found.status,
            error=found.error,
            started_at=iso(found.started),
            ended_at=iso(found.ended),
            strategy=self._strategy(found.config),
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
        """Its lifecycle events, as hooks; the target's id is opaque and does not change."""
        target = self._targets.get(deployment) or read_target(self._client, deployment)
        if not target:
            return
        self._targets[deployment] = target
        seen, events = self._seen[deployment], read_lifecycle(self._client, deployment, target)
        self._seen[deployment] = replace(seen, hooks=tuple(_hook(event) for event in events))
        if seen.has_ended:
            self._told.add(deployment)

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
        found = read_config(self._client, config)
        return found.strategy if found else None


def _hook(event: LifecycleEvent) -> HookView:
    return HookView(event.name, event.status, iso(event.started), iso(event.ended), event.error)
