"""Who becomes a release: of one commit there is one at a time, however many executions were started for it.

A push starts an execution, and so does `greenshift release`; with a queue between them the second arrives
when the first is long live, or has gone back. It steps aside then, with a row that says for whom.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from greenshift.contract.clock import Clock
from greenshift.contract.release import Release
from greenshift.contract.rules import Mode
from greenshift.release.record.asides import Aside, Asides
from greenshift.release.record.baton import Baton
from greenshift.release.record.ledger import Ledger
from greenshift.release.record.standing import Standing, Stands, standing
from greenshift.release.services.functions import Functions
from greenshift.release.services.pool import in_parallel
from greenshift.release.targets import Target, Targets
from greenshift.release.variables import Wish

_RECENT = 50
# Whoever loses the row to another execution looks again: so often at most.
_TRIES = 5
# How long an execution can be on its way to Publish: a queue of builds, and a stage that is retried.
_CLAIMED = timedelta(days=30)

BatonOf = Callable[[str, datetime], Baton]


@dataclass(frozen=True)
class Entrance:
    """``baton`` makes the row that one release of a commit holds."""

    targets: Targets
    ledger: Ledger
    asides: Asides
    functions: Functions
    clock: Clock
    baton: BatonOf

    def turned_away(self, release: Release, wish: Wish) -> Aside | None:
        """Why this execution becomes no release; None when it may begin. The same answer each time."""
        if not release.commit:
            return None
        if (known := self.asides.read(release.id)) is not None:
            return known
        row = self.baton(release.commit, self.clock.now() + _CLAIMED)
        for _ in range(_TRIES):
            holder = row.holder()
            if holder == release.id:
                return None
            if not (wish.again or wish.is_special):
                found = self.standing(release.commit, but=release.id, holder=holder)
                if (aside := self._judged(release, found)) is not None:
                    return self.asides.write(aside, self.clock.now())
            if row.take(release.id, holder):
                return None
        return self.asides.write(
            Aside(release.id, "other executions release the same commit"), self.clock.now()
        )

    def standing(self, commit: str, *, but: str = "", holder: str | None = None) -> Standing:
        """Where a commit stands, as far as the ledger knows; ``but`` one release.

        An index lags the table by moments, so the release that holds the commit is read from the table.
        """
        rows = {each.id: each for each in self.ledger.releases(self.targets.pipeline, _RECENT).rows}
        if holder is None:
            holder = self.baton(commit, self.clock.now()).holder()
        if holder and (held := self.ledger.release(holder)) is not None:
            rows[holder] = held
        rows.pop(but, None)
        return standing(commit, list(rows.values()), self.targets.functions.keys())

    def pending(self) -> list[str]:
        """Functions whose settings were changed since their live version was published: only a release makes
        them live.
        """

        def is_pending(target: Target) -> bool:
            version = self.functions.released(target.name, target.alias)
            live = self.functions.configuration(target.name, version)
            return live.settings != self.functions.configuration(target.name).settings

        targets = [self.targets.functions[key] for key in sorted(self.targets.functions)]
        found = in_parallel(is_pending, targets)
        return [target.key for target, is_one in zip(targets, found, strict=True) if is_one]

    def _serves_working_copy(self) -> bool:
        """Whether an alias serves what a developer saved, which the ledger knows nothing of."""

        def is_one(target: Target) -> bool:
            alias = self.functions.alias(target.name, target.alias)
            return alias.version != self.functions.released(target.name, target.alias)

        return any(in_parallel(is_one, list(self.targets.functions.values())))

    def _judged(self, release: Release, found: Standing) -> Aside | None:
        commit, other = release.commit[:8], found.release
        if other is None:
            return None
        match found.stands:
            case Stands.UNDER_WAY:
                return Aside(release.id, f"release {other.id} of {commit} is under way", other.id)
            case Stands.LIVE if not (self._serves_working_copy() or self.pending()):
                return Aside(release.id, f"{commit} is live since release {other.id}", other.id)
            case Stands.WENT_BACK:
                return Aside(release.id, went_back(commit, other))
        return None


def went_back(commit: str, release: Release) -> str:
    """Why a commit is not released again unasked; ``release`` is the one that went back, or took it back."""
    what = (
        f"rollback {release.id} took it back" if release.mode is Mode.ROLLBACK
        else f"its release {release.id} went back: {release.reason or 'no reason recorded'}"
    )  # fmt: skip
    return f"{commit} is not released again: {what}; to release it all the same: greenshift release --again"
