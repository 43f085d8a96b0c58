"""One visit to a release that is shifting or going back: look, decide, save, act, until nothing is left to
do.

The order is the safety: a decision is saved before it is carried out, under a lease, so that a crash at any
line leaves a row from which the next visit goes on, and a duplicate invocation finds the door closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from greenshift.contract.clock import Clock
from greenshift.contract.release import Lease, Release
from greenshift.contract.rules import Mode
from greenshift.contract.statuses import Status
from greenshift.release.errors import StaleRelease
from greenshift.release.machine.decide import absorb, decide
from greenshift.release.machine.effects import Effect
from greenshift.release.machine.observation import Observation
from greenshift.release.observe import Observer
from greenshift.release.record.ledger import Ledger
from greenshift.release.record.right_of_way import RightOfWay
from greenshift.release.runner import Runner, failed_of
from greenshift.release.services.pool import in_batches

# Renewed at every save; longer than the longest stretch between two saves.
LEASE_SECONDS = 180.0
# A visit ends by itself when nothing is left to do; this only bounds a world that never answers the same
# twice.
_TURNS = 12
# Effects between two saves: CloudWatch takes some three writes a second, so a batch stays well within a
# lease.
_BATCH = 24
# How many releases that have ended may turn out to hold the right of way, one after the other.
_HOLDERS = 5

Remaining = Callable[[], float]


@dataclass(frozen=True)
class Visit:
    """What a visit saw at its end. ``observation`` is absent when somebody else holds the release."""

    release: Release
    observation: Observation | None


class Shifter:
    """Moves releases, one visit at a time. ``owner`` names this invocation; ``remaining`` its seconds
    left.
    """

    def __init__(
        self,
        ledger: Ledger,
        way: RightOfWay,
        observer: Observer,
        runner: Runner,
        clock: Clock,
        owner: str,
        remaining: Remaining,
        dismiss: Callable[[Release], None] = lambda release: None,
    ) -> None:
        """``dismiss`` is told of each release that ended here: nobody has to answer for it any more."""
        self._dismiss = dismiss
        self._ledger = ledger
        self._way = way
        self._observer = observer
        self._runner = runner
        self._clock = clock
        self._owner = owner
        self._remaining = remaining
        # Time kept to save and answer; a function with a short time-out must still get something done.
        self._reserve = min(60.0, remaining() / 4)

    def visit(self, release: Release, waves: int | None = None) -> Visit:
        """Take the release as far as it goes now; ``waves``, where told, is how many may begin by now."""
        if release.is_ended:
            return Visit(release, None)
        if waves is not None:
            release = replace(release, open_waves=max(waves, release.open_waves or 0))
        held = self._ledger.acquire(release, self._owner, self._clock.now(), LEASE_SECONDS)
        if held is None:
            return Visit(release, None)
        try:
            visit = self._move(held)
            if visit.release.is_ended:
                self._dismiss(visit.release)
            return visit
        except StaleRelease:
            # Somebody asked for an abort, or took over: what is written now is what counts.
            return Visit(self._open_door(release) or release, None)
        except Exception:
            self._open_door(release)
            raise

    def clear_the_way(self, release: Release, because: str) -> Release | None:
        """Take the right of way for this release, or return the one that still has it, a step further on.

        A rollback that has it is gone on with. Any other release was left there: the Shift stage holds one
        execution at a time, so it is taken back, ``because`` of what is said.
        """
        for _ in range(_HOLDERS):
            holder = self._way.holder()
            if holder == release.id:
                return None
            other = self._ledger.release(holder) if holder is not None else None
            if other is not None and not other.is_ended:
                other = self._push_on(other, because)
            if other is not None and not other.is_ended:
                return other
            if self._way.take(release.id, holder):
                return None
        return None if self._way.holder() == release.id else release

    def _push_on(self, other: Release, because: str) -> Release:
        if other.mode is Mode.ROLLBACK:
            return self.visit(other).release
        return self.abandon(other.id, because) or other

    def abandon(self, release_id: str, reason: str) -> Release | None:
        """Ask for the way back and go one visit along it."""
        current = self._ledger.release(release_id)
        if current is None or current.is_ended:
            return current
        if current.abort is None:
            try:
                self._ledger.request_abort(release_id, reason)
            except StaleRelease:
                return self._ledger.release(release_id)
            current = self._ledger.release(release_id) or current
        return self.visit(current).release

    def _move(self, release: Release) -> Visit:
        observation = self._look(release)
        for _ in range(_TURNS):
            decided, effects = decide(release, observation, self._clock.now())
            is_new = decided != release
            if is_new:
                release = self._save(release, decided)
            release = self._act(release, effects)
            # Effects of an unchanged release were asked for before: what comes of them shows at the next
            # visit.
            if not is_new or release.is_ended or not self._has_time():
                break
            observation = self._look(release)
        return Visit(self._let_go(release), observation)

    def _look(self, release: Release) -> Observation:
        """Before SHIFTING nothing in the world matters: what was published gets no traffic."""
        if release.status in (Status.PUBLISHING, Status.PUBLISHED):
            return Observation({})
        return self._observer.look(release, self._clock.now())

    def _act(self, release: Release, effects: tuple[Effect, ...]) -> Release:
        """In the order of decide; of a function for which one did not work, the later ones are left out."""
        failed: frozenset[str] = frozenset()
        for batch in in_batches(effects, _BATCH):
            if not self._has_time():
                break
            outcomes = self._runner.perform(release, [each for each in batch if each.key not in failed])
            failed |= failed_of(outcomes)
            release = self._save(release, absorb(release, outcomes))
        return release

    def _save(self, old: Release, new: Release) -> Release:
        lease = Lease(self._owner, self._clock.now() + timedelta(seconds=LEASE_SECONDS))
        return self._ledger.save(old, replace(new, lease=lease))

    def _let_go(self, release: Release) -> Release:
        """Open the door before the job is answered: the next invocation may be there at once."""
        return self._ledger.save(release, replace(release, lease=None))

    def _open_door(self, release: Release) -> Release | None:
        """After an error: give up a lease of ours, and return the release as it is written now."""
        current = self._ledger.release(release.id)
        if current is None or current.lease is None or current.lease.owner != self._owner:
            return current
        try:
            return self._let_go(current)
        except StaleRelease:
            return self._ledger.release(release.id)

    def _has_time(self) -> bool:
        return self._remaining() > self._reserve
