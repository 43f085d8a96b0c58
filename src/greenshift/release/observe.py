"""One look at the world: everything `decide` needs to know of a release's functions.

Deployments are read before aliases: an alias is then never older than the deployment said to have moved it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from greenshift.release.alarms import Alarms
from greenshift.release.decide import has_begun
from greenshift.release.deployments import Deployments, description_of
from greenshift.release.functions import Functions
from greenshift.release.model import FunctionRelease, Release, State
from greenshift.release.observation import Deployment, FunctionSeen, Observation
from greenshift.release.pool import in_parallel
from greenshift.release.targets import Target, Targets

# CodeDeploy's clock and the one that stamped the release may differ a little.
_MARGIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Observer:
    """Reads AWS into an `Observation`."""

    targets: Targets
    functions: Functions
    deployments: Deployments
    alarms: Alarms

    def look(self, release: Release) -> Observation:
        # Before a release has begun even its unchanged functions matter: an earlier one may have moved them.
        items = release.changed if has_begun(release) else release.functions
        known = [(item, target) for item in items if (target := self.targets.functions.get(item.key))]
        forward = self._forward(release, known)
        backward = self._backward(release, known, forward)
        alarms = self.alarms.read(target.alarm for _, target in known if target.alarm)
        aliases = in_parallel(lambda pair: self.functions.alias(pair[1].name, pair[1].alias), known)
        return Observation(
            {
                item.key: FunctionSeen(
                    alias, forward.get(item.key), backward.get(item.key), alarms.get(target.alarm)
                )
                for (item, target), alias in zip(known, aliases, strict=True)
            }
        )

    def _forward(
        self, release: Release, known: list[tuple[FunctionRelease, Target]]
    ) -> Mapping[str, Deployment]:
        recorded = {item.key: item.deployment_id for item, _ in known if item.deployment_id}
        lost = [
            (target.deployment_group, item.key, description_of(release.id, item.key))
            for item, target in known
            if not item.deployment_id and item.state in (State.SHIFTING, State.ROLLING_BACK)
        ]
        return self._read(recorded) | self._search(release, lost)

    def _backward(
        self,
        release: Release,
        known: list[tuple[FunctionRelease, Target]],
        forward: Mapping[str, Deployment],
    ) -> Mapping[str, Deployment]:
        """CodeDeploy's own rollback, named by the deployment it undoes; or ours, once we had to make one."""
        returning = [(item, target) for item, target in known if item.state is State.ROLLING_BACK]
        recorded: dict[str, str] = {}
        lost: list[tuple[str, str, str]] = []
        for item, target in returning:
            own = (
                forward[item.key].rollback_id if item.key in forward and not item.rollback_attempts else None
            )
            if rollback_id := item.rollback_deployment_id or own:
                recorded[item.key] = rollback_id
            elif item.rollback_attempts:
                description = description_of(release.id, item.key, item.rollback_attempts)
                lost.append((target.deployment_group, item.key, description))
        return self._read(recorded) | self._search(release, lost)

    def _read(self, ids: Mapping[str, str]) -> dict[str, Deployment]:
        found = self.deployments.read(ids.values()) if ids else {}
        return {key: found[id_] for key, id_ in ids.items() if id_ in found}

    def _search(self, release: Release, lost: list[tuple[str, str, str]]) -> dict[str, Deployment]:
        """Deployments that were to be created and whose id nobody recorded: they may exist or not."""
        since = release.started_at - _MARGIN
        found = in_parallel(lambda one: self.deployments.find(one[0], one[2], since), lost)
        pairs = zip(lost, found, strict=True)
        return {key: deployment for (_, key, _), deployment in pairs if deployment is not None}
