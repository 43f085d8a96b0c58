"""One look at the world: everything `decide` needs to know of a release's functions, and nothing it does not.

Deployments are read before aliases: an alias is then never older than the deployment said to have moved it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from greenshift.contract.left_at import left_at
from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.rules import Mode, Moved, Quiet
from greenshift.contract.statuses import State, Status
from greenshift.release.machine.observation import (
    AlarmSeen,
    Alias,
    Calls,
    Deployment,
    FunctionSeen,
    Observation,
)
from greenshift.release.machine.precedence import gives_way, may_give_way
from greenshift.release.record.ledger import Ledger
from greenshift.release.record.past import past_of
from greenshift.release.record.released import is_released
from greenshift.release.services.alarms import Alarms
from greenshift.release.services.deployments import Deployments, description_of
from greenshift.release.services.functions import Functions
from greenshift.release.services.metrics import Asked, Metrics, Span
from greenshift.release.services.pool import in_parallel
from greenshift.release.targets import Target, Targets

# CodeDeploy's clock and the one that stamped the release may differ a little.
_MARGIN = timedelta(minutes=5)
# How far back calls tell how a version is doing now; metrics themselves come a minute or two late.
_LATELY = timedelta(minutes=5)
# A newer release than this one, and one that gives way to it, are among so many of the newest.
NEWEST = 5

Known = Sequence[tuple[ReleasedFunction, Target]]


@dataclass(frozen=True)
class Observer:
    """Reads AWS into an `Observation`."""

    targets: Targets
    functions: Functions
    deployments: Deployments
    alarms: Alarms
    metrics: Metrics
    ledger: Ledger
    may_shift: Callable[[str], bool]
    """Whether a published release has what it needs to shift, a person's yes where one is asked for."""

    def look(self, release: Release, now: datetime) -> Observation:
        # Before a release has begun even its unchanged functions matter: an earlier one may have moved them.
        items = release.changed if release.has_begun else release.functions
        known = [(item, target) for item in items if (target := self.targets.functions.get(item.key))]
        forward = self._forward(release, known)
        backward = self._backward(release, known, forward)
        alarms = self.alarms.read(name for _, target in known for name in target.alarms)
        aliases = in_parallel(lambda pair: self.functions.alias(pair[1].name, pair[1].alias), known)
        seen = {
            item.key: FunctionSeen(
                alias,
                forward.get(item.key),
                backward.get(item.key),
                alarms.get(target.alarm),
                _found(alarms, target.other_alarms),
            )
            for (item, target), alias in zip(known, aliases, strict=True)
        }
        return Observation(
            self._with_calls(release, known, self._with_record(release, known, seen), now),
            self._newer(release),
        )

    def _forward(self, release: Release, known: Known) -> Mapping[str, Deployment]:
        recorded = {item.key: item.deployment_id for item, _ in known if item.deployment_id}
        lost = [
            (target.deployment_group, item.key, description_of(release.id, item.key))
            for item, target in known
            if not item.deployment_id and item.state in (State.SHIFTING, State.ROLLING_BACK)
        ]
        return self._read(recorded) | self._search(release, lost)

    def _backward(
        self, release: Release, known: Known, forward: Mapping[str, Deployment]
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

    def _with_record(
        self, release: Release, known: Known, seen: Mapping[str, FunctionSeen]
    ) -> Mapping[str, FunctionSeen]:
        """Before the shift: where the ledger says each alias is, for a release that minds, and whether a
        release published what is live there.
        """
        if release.has_begun or release.mode is Mode.ROLLBACK:
            return seen
        minds = release.rules.moved is Moved.REFUSE
        past = past_of(self.ledger, release, [target.name for _, target in known]) if minds else ()

        def told(pair: tuple[ReleasedFunction, Target]) -> FunctionSeen:
            before = self._with_publisher(*pair, seen[pair[0].key])
            if not minds:
                return before
            left = left_at(pair[1].name, past)
            return replace(before, recorded=self._recorded(pair[1], left, before.alias))

        pairs = zip(known, in_parallel(told, known), strict=True)
        return {item.key: each for (item, _), each in pairs}

    def _with_publisher(self, item: ReleasedFunction, target: Target, seen: FunctionSeen) -> FunctionSeen:
        """Nothing is asked of a function that is there already: it goes nowhere."""
        if seen.alias is None or seen.alias.is_all_on(item.to_version):
            return seen
        live = self.functions.configuration(target.name, seen.alias.version)
        return replace(seen, is_released=is_released(self.ledger, target.name, live))

    def _recorded(self, target: Target, version: str | None, alias: Alias | None) -> str | None:
        """None also when that version is gone: a function made anew has no past to return to."""
        is_there = alias is not None and version is not None and alias.is_all_on(version)
        if version is None or is_there or self.functions.has_version(target.name, version):
            return version
        return None

    def _with_calls(
        self, release: Release, known: Known, seen: Mapping[str, FunctionSeen], now: datetime
    ) -> Mapping[str, FunctionSeen]:
        """How the side that matters is doing: the old one on the way back, the new one for rules that ask."""
        if release.status is Status.ROLLING_BACK:
            whole = [pair for pair in known if _may_be_sent_back(pair[0], seen[pair[0].key])]
            old = self._calls(
                [_asked(item, target, item.from_version) for item, target in whole], now - _LATELY, now
            )
            return {key: replace(each, old=old.get(key)) for key, each in seen.items()}
        if not _asks_for_calls(release):
            return seen
        moving = [pair for pair in known if pair[0].state in (State.SHIFTING, State.SHIFTED)]
        new = self._calls(
            [_asked_new(item, target, seen[item.key]) for item, target in moving],
            release.started_at if release.rules.quiet is Quiet.HOLD else now - _LATELY,
            now,
        )
        return {key: replace(each, new=new.get(key)) for key, each in seen.items()}

    def _calls(self, asked: list[Asked], start: datetime, end: datetime) -> Mapping[str, Calls]:
        return self.metrics.calls(asked, start, end) if asked else {}

    def _newer(self, release: Release) -> str | None:
        """A release that could shift now, and that this one gives way to."""
        if not may_give_way(release):
            return None
        rows = self.ledger.releases(release.pipeline, NEWEST).rows
        return next((row.id for row in rows if gives_way(release, row) and self.may_shift(row.id)), None)


def _found(alarms: Mapping[str, AlarmSeen], names: Iterable[str]) -> tuple[AlarmSeen, ...]:
    return tuple(alarms[name] for name in names if name in alarms)


def _may_be_sent_back(item: ReleasedFunction, seen: FunctionSeen) -> bool:
    is_whole = seen.alias is not None and seen.alias.is_all_on(item.to_version)
    return item.state is State.ROLLING_BACK and is_whole and not item.rollback_attempts


def _asks_for_calls(release: Release) -> bool:
    """Rules that ask for them; and a release that bakes, of which an alarm may see nothing."""
    return release.has_begun and (release.rules.quiet is not Quiet.PROCEED or release.status is Status.BAKING)


def _asked_new(item: ReleasedFunction, target: Target, seen: FunctionSeen) -> Asked:
    """The new version has the alias alone from the end of its deployment on."""
    is_whole = seen.alias is not None and seen.alias.is_all_on(item.to_version)
    arrived = seen.forward.completed_at if seen.forward is not None and is_whole else None
    return _asked(item, target, item.to_version, Span(arrived) if arrived is not None else None)


def _asked(item: ReleasedFunction, target: Target, version: str, whole: Span | None = None) -> Asked:
    """What to ask of one version. An old version comes without ``whole``: nobody here knows since when it had
    the alias alone, and what an earlier release did in those minutes must not keep it from coming back.
    """
    return Asked(item.key, target.name, target.alias, version, whole)
