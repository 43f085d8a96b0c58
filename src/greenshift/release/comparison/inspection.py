"""The look itself: reads what is compared before a release, and remembers it for the one after.

Each role is read once, however many functions have it. Calls: two a changed function, and those of `Roles`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from greenshift.release.comparison.compare import Comparison, compare
from greenshift.release.comparison.roles import Role, Roles
from greenshift.release.comparison.safety import Safety
from greenshift.release.comparison.snapshot import Snapshot, parse_snapshot
from greenshift.release.record.ledger import Ledger
from greenshift.release.services.functions import Configuration, Functions
from greenshift.release.services.pool import in_parallel
from greenshift.release.targets import Target, Targets

log = logging.getLogger("greenshift")

# How far back in a function's history the release that published its live version is looked for.
_ROWS = 20
_PAGES = 5
# In the name of every deployment config that moves all traffic in one step.
_ALL_AT_ONCE = "AllAtOnce"


@dataclass(frozen=True)
class Change:
    """A function that a release changes: what is live, and what would be published."""

    key: str
    live: Configuration
    latest: Configuration
    is_first: bool = False  # what is live was published by no release: all traffic moves in one step


class Inspector:
    """Compares every function that a release is about to change."""

    def __init__(self, targets: Targets, ledger: Ledger, functions: Functions, roles: Roles) -> None:
        self._targets = targets
        self._ledger = ledger
        self._functions = functions
        self._roles = roles

    def look(self, changes: Iterable[Change], *, at_once: bool = False) -> Safety:
        """What is found of these functions. Nothing is written and nothing is refused here.

        ``at_once``: this release moves all traffic in one step, whatever each function's rollout is.
        """
        listed = list(changes)
        roles = self._roles.read(_role_of(each) for item in listed for each in (item.live, item.latest))
        looked = in_parallel(lambda item: self._look(item, roles, at_once=at_once), listed)
        comparisons = [comparison for comparison, _ in looked]
        findings = tuple(finding for each in comparisons for finding in compare(each))
        for finding in findings:
            log.info("%s", finding)
        return Safety(
            findings,
            {key: target.accept for key, target in self._targets.functions.items()},
            # A first release stands beside a placeholder, of which there is nothing to remember.
            tuple(
                each.key
                for each, change in zip(comparisons, listed, strict=True)
                if each.remembered is None and not change.is_first
            ),
            {comparison.key: after.text() for comparison, after in looked},
        )

    def _look(
        self, change: Change, roles: Mapping[str, Role], *, at_once: bool
    ) -> tuple[Comparison, Snapshot]:
        """The comparison of one function, and what to remember with the version it will get."""
        target = self._targets.functions[change.key]
        concurrency = self._functions.reserved_concurrency(target.name)
        comparison = Comparison(
            key=change.key,
            version=change.live.version,
            live=change.live.settings,
            latest=change.latest.settings,
            now=_snapshot(roles[_role_of(change.live)], concurrency),
            remembered=self._remembered(target, change.live.version),
            is_gradual=not (at_once or change.is_first) and _ALL_AT_ONCE not in target.deployment_config,
        )
        return comparison, _snapshot(roles[_role_of(change.latest)], concurrency)

    def _remembered(self, target: Target, version: str) -> Snapshot | None:
        """The snapshot in the newest row of this function that says this version was published."""
        start = None
        for _ in range(_PAGES):
            page = self._ledger.history(target.name, _ROWS, start)
            for row in page.rows:
                if row.to_version == version and row.snapshot is not None:
                    return parse_snapshot(row.snapshot)
            if (start := page.next) is None:
                break
        return None


def _snapshot(role: Role, concurrency: int | None) -> Snapshot:
    return Snapshot(role.arn, role.permissions, concurrency, role.is_gone)


def _role_of(configuration: Configuration) -> str:
    return str(json.loads(configuration.settings)["Role"])
