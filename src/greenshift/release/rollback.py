"""A rollback: the versions of an earlier release live again, all or none, as a release of its own.

It does not come through the pipeline: nothing is built and nothing is published, so it takes seconds. It is
the same machine otherwise (`decide.py`), with its own row in the ledger, hooks, alarms, and a way back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from greenshift.contract.clock import Clock, Pause
from greenshift.contract.errands import Plan, Rollback
from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.rules import Mode
from greenshift.contract.statuses import State, Status
from greenshift.contract.text import listed
from greenshift.release.errors import Refusal, ReleaseError, StaleRelease
from greenshift.release.notices.announce import Announcer
from greenshift.release.notices.replies import Reply, plan_reply, refusal_reply
from greenshift.release.record.asides import Aside, Asides
from greenshift.release.record.ledger import Ledger
from greenshift.release.record.released import is_released
from greenshift.release.record.restoration import Restoration, after, before_last, nothing_to_go_back_to
from greenshift.release.services.functions import Configuration, Functions
from greenshift.release.services.pool import in_parallel
from greenshift.release.shift import Shifter
from greenshift.release.targets import Target, Targets

# Between two looks; the aliases move within seconds.
_LOOK_AGAIN = 1.0
_LOOKS = 600
# Time kept to end in an error, which makes Lambda bring the same errand again.
_RESERVE = 30.0
# How far back the last release that went well is looked for.
_RECENT = 50


@dataclass(frozen=True)
class Rollbacks:
    """Carries out the errand; a second time it goes on where the first one stopped."""

    targets: Targets
    ledger: Ledger
    asides: Asides
    functions: Functions
    shifter: Shifter
    announcer: Announcer
    clock: Clock
    pause: Pause
    remaining: Callable[[], float]

    def plan(self, errand: Plan) -> Reply:
        """What a rollback asked for now would do, or why it would be refused."""
        try:
            found = self._wanted(errand.to, errand.undo)
            return plan_reply(found, self._moves(found))
        except ReleaseError as error:
            return refusal_reply(str(error))

    def _moves(self, found: Restoration) -> list[ReleasedFunction]:
        """Each function from where it is, or is going while a release moves it, to where it goes back."""
        undone = found.undone
        is_moving = undone is not None and not undone.is_ended
        going = {item.key: item.to_version for item in undone.changed} if undone and is_moving else {}
        planned = self._functions_for(found)
        return [replace(item, from_version=going.get(item.key, item.from_version)) for item in planned]

    def carry_out(self, errand: Rollback) -> Release | None:
        """The release at its end, announced; None when it was refused, which whoever asked finds written
        aside. Raises ReleaseError when time ran out before that.
        """
        opened = self.ledger.release(errand.id)
        if opened is None and self.asides.read(errand.id) is None:
            opened = self._open(errand)
        if opened is None:
            return None
        release = self._move(opened)
        self.announcer.announce(release)
        return release

    def _open(self, errand: Rollback) -> Release | None:
        """The new row, ready to shift. A refusal is no release: it is written aside."""
        try:
            restoration = self._wanted(errand.to, errand.undo)
            _refuse_another(errand, restoration)
            functions = self._functions_for(restoration)
            for target in (self.targets.functions[item.key] for item in functions):
                self.functions.end_working_copy(target.name, target.alias)
        except ReleaseError as error:
            self.asides.write(Aside(errand.id, str(error)), self.clock.now())
            return None
        return self._create(self._planned(errand, restoration, functions))

    def _create(self, release: Release) -> Release:
        try:
            return self.ledger.create(release)
        except StaleRelease:
            return self.ledger.release(release.id) or release

    def _wanted(self, to: str, undo: str) -> Restoration:
        if not to:
            return before_last(self.ledger.releases(self.targets.pipeline, _RECENT).rows, undo)
        found = self.ledger.release(to)
        if found is None:
            raise Refusal(f"the ledger has no release {to}: `greenshift history` lists them")
        return after(found)

    def _functions_for(self, restoration: Restoration) -> list[ReleasedFunction]:
        """Those that go back. A row from before releases told which were first is found out here: nothing
        goes to a version that no release published.
        """
        wanted = [
            (target, version)
            for key, version in sorted(restoration.versions.items())
            if (target := self.targets.functions.get(key)) is not None
        ]
        found = in_parallel(lambda pair: self.functions.find(pair[0].name, pair[1]), wanted)
        pairs = list(zip(wanted, found, strict=True))
        gone = [f"{target.key} {version}" for (target, version), there in pairs if there is None]
        if gone:
            raise Refusal(f"these versions do not exist any more: {listed(gone)}; release the commit again")
        planned = in_parallel(lambda pair: self._function(*pair), wanted)
        kept = in_parallel(
            lambda pair: pair[0].state is State.UNCHANGED or self._is_released(*pair),
            list(zip(planned, found, strict=True)),
        )
        going = [item for item, is_kept in zip(planned, kept, strict=True) if is_kept]
        if len(going) < len(planned) and all(item.state is State.UNCHANGED for item in going):
            raise nothing_to_go_back_to("the last release", [item.key for item in planned])
        return going

    def _is_released(self, item: ReleasedFunction, version: Configuration | None) -> bool:
        return version is not None and is_released(self.ledger, item.name, version)

    def _function(self, target: Target, version: str) -> ReleasedFunction:
        live = self.functions.released(target.name, target.alias)
        state = State.UNCHANGED if live == version else State.PUBLISHED
        return ReleasedFunction(target.key, target.name, live, version, state)

    def _planned(
        self, errand: Rollback, restoration: Restoration, functions: list[ReleasedFunction]
    ) -> Release:
        planned = self._blank(errand, Status.PUBLISHED).with_functions(functions)
        kept = sorted(
            set(restoration.staying) | (restoration.versions.keys() - {item.key for item in functions})
        )
        stays = f"; {listed(kept)}: nothing to go back to, left as it is" if kept else ""
        return planned.noting(
            planned.started_at, f"{restoration.what}, asked for by {errand.by or 'somebody'}{stays}"
        )

    def _blank(self, errand: Rollback, status: Status) -> Release:
        now = self.clock.now()
        return Release(
            id=errand.id,
            pipeline=self.targets.pipeline,
            status=status,
            started_at=now,
            since=now,
            message=errand.why or "rollback",
            trigger="greenshift rollback",
            mode=Mode.ROLLBACK,
            by=errand.by,
            why=errand.why,
            rules=self.targets.rules.in_mode(Mode.ROLLBACK),
        )

    def _move(self, release: Release) -> Release:
        for _ in range(_LOOKS):
            if release.is_ended:
                return release
            if self.remaining() < _RESERVE:
                break
            release = self._turn(release)
            if not release.is_ended:
                self.pause(_LOOK_AGAIN)
        return release

    def _turn(self, release: Release) -> Release:
        """One step, unless another invocation is taking it; what is written now counts either way."""
        because = f"rollback {release.id} was asked for by {release.by or 'somebody'}"
        if self.shifter.clear_the_way(release, because) is None:
            self.shifter.visit(release)
        return self.ledger.release(release.id) or release


def _refuse_another(errand: Rollback, found: Restoration) -> None:
    """Whoever asked was told which release this undoes; another one has moved traffic since."""
    if errand.undo and (found.undone is None or found.undone.id != errand.undo):
        now = found.undone.id if found.undone else "none"
        raise Refusal(
            f"the release to undo was {errand.undo} when you were asked, and is {now} by now: ask again"
        )
