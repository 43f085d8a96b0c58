"""Carries out effects and says what came of each. It decides nothing: whatever went wrong is an outcome.

The effects of one function run in order and stop at the first that did not work (no deployment without its
alarm); functions run side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.contract.release import Release
from greenshift.release.errors import ReleaseError, code_of, describe, is_transient
from greenshift.release.machine.effects import (
    CreateDeployment,
    CreateRollback,
    DeploymentCreated,
    Effect,
    Exercise,
    Outcome,
    PointAlarm,
    Postponed,
    Refused,
    RestoreAlias,
    RollbackCreated,
    StopDeployment,
)
from greenshift.release.services.alarms import Alarms
from greenshift.release.services.appspec import AppSpec
from greenshift.release.services.deployments import Deployments, description_of
from greenshift.release.services.functions import Functions
from greenshift.release.services.pool import in_parallel
from greenshift.release.services.smoke import event_of
from greenshift.release.targets import Target, Targets

# "The Deployment Group 'x' already has an active Deployment": the name says quota, the meaning is "busy". And
# an alias that changed between our reading and our writing it is looked at again.
_LATER = frozenset({"DeploymentLimitExceededException", "PreconditionFailedException"})


def failed_of(outcomes: Iterable[Outcome]) -> frozenset[str]:
    """The keys of functions for which something did not work: what follows of theirs is not done."""
    return frozenset(each.key for each in outcomes if isinstance(each, Refused | Postponed))


@dataclass(frozen=True)
class Runner:
    """Does what `decide` asked for."""

    targets: Targets
    deployments: Deployments
    alarms: Alarms
    functions: Functions

    def perform(self, release: Release, effects: Sequence[Effect]) -> list[Outcome]:
        """All alarms are pointed before anything else: a deployment may watch those of other functions."""
        first = self._side_by_side(release, [each for each in effects if isinstance(each, PointAlarm)])
        failed = failed_of(first)
        rest = [each for each in effects if not isinstance(each, PointAlarm) and each.key not in failed]
        return [*first, *self._side_by_side(release, rest)]

    def _side_by_side(self, release: Release, effects: Sequence[Effect]) -> list[Outcome]:
        by_key = attrgetter("key")
        of_functions = [list(some) for _, some in groupby(sorted(effects, key=by_key), key=by_key)]
        answered = in_parallel(lambda some: self._perform_in_order(release, some), of_functions)
        return [outcome for outcomes in answered for outcome in outcomes]

    def _perform_in_order(self, release: Release, effects: Sequence[Effect]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for effect in effects:
            outcome = self._try(release, effect)
            if outcome is not None:
                outcomes.append(outcome)
            if isinstance(outcome, Refused | Postponed):
                break
        return outcomes

    def _try(self, release: Release, effect: Effect) -> Outcome | None:
        try:
            return self._do(release, effect)
        except (ClientError, BotoCoreError, OSError, ReleaseError) as error:
            is_busy = isinstance(error, ClientError) and code_of(error) in _LATER
            kind = Postponed if is_busy or is_transient(error) else Refused
            return kind(effect.key, effect, describe(error))

    def _do(self, release: Release, effect: Effect) -> Outcome | None:
        target = self.targets.functions[effect.key]
        match effect:
            case PointAlarm():
                if target.alarm:
                    why = f"greenshift release {release.id}: watching version {effect.version} from here"
                    self.alarms.point(target.alarm, effect.version, why)
                return None
            case StopDeployment():
                self.deployments.stop(effect.deployment_id)
                return None
            case RestoreAlias():
                versions = frozenset({effect.current, effect.target})
                self.functions.restore_alias(target.name, target.alias, versions, effect.target)
                return None
            case Exercise():
                self._exercise(target, effect.requests)
                return None
            case CreateDeployment():
                appspec = AppSpec(
                    target.name,
                    target.alias,
                    effect.current,
                    effect.target,
                    self.targets.before_hook,
                    self.targets.after_hook,
                )
                description = description_of(release.id, effect.key)
                created = self.deployments.create(
                    target.deployment_group,
                    appspec,
                    description,
                    at_once=effect.at_once,
                    alarms=effect.alarms,
                )
                return DeploymentCreated(effect.key, created)
            case CreateRollback():
                appspec = AppSpec(target.name, target.alias, effect.current, effect.target)
                description = description_of(release.id, effect.key, effect.attempt)
                created = self.deployments.create_rollback(target.deployment_group, appspec, description)
                return RollbackCreated(effect.key, created)

    def _exercise(self, target: Target, requests: int) -> None:
        """Calls as any caller's: what fails is the alarm's to judge, not ours."""
        for _ in range(requests):
            self.functions.invoke(target.name, target.alias, event_of(target.smoke))
