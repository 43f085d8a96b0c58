"""Turning a release back the moment an event tells of a failure, instead of at the controller's next look.

The controller looks every half minute; until then some functions are back and others still move on. So the
recorder visits the release as well, under the same lease, and stays with it until every function is back.
The controller's look is the safety net: events are best effort [user guide: EventBridge].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from greenshift.contract.clock import Pause
from greenshift.contract.release import Release
from greenshift.contract.statuses import Status
from greenshift.release.errors import StaleRelease
from greenshift.release.record.ledger import Ledger
from greenshift.release.shift import Shifter

# Pauses between two visits start short, since each second some callers get the one and some the other.
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 2.0
_VISITS = 300
# So often in a row somebody else may have it, which is a minute: whoever has it looks, and many events that
# all insist would keep each other from it. The event is brought again a minute later.
_HELD = 35
# Time kept for the announcement when an invocation runs out.
_RESERVE = 65.0


@dataclass(frozen=True)
class Turning:
    """One event's worth of it. ``remaining`` answers how many seconds the invocation has left."""

    shifter: Shifter
    ledger: Ledger
    pause: Pause
    remaining: Callable[[], float]

    def at_once(self, release_id: str, *, stays: bool) -> Release | None:
        """Look now, and go back now if something failed; the release as it was left, None if there is none.

        While somebody else moves it, it is looked at again a moment later: what they saw may be older than
        the event. Once it goes back that is enough, unless this one ``stays``: of a hundred events one
        has to. Raises StaleRelease when time ran out before anything was looked at.
        """
        has_looked = False
        for turn in range(_VISITS):
            release = self.ledger.release(release_id)
            if release is None or not release.status.is_moving:
                return release
            visit = self.shifter.visit(release)
            has_looked = has_looked or visit.observation is not None
            current = visit.release
            if visit.observation is None:  # somebody else has it
                current = self.ledger.release(release_id) or current
            is_turned = current.status is Status.ROLLING_BACK
            is_done = has_looked if not is_turned else not stays and visit.observation is None
            is_futile = not has_looked and turn >= _HELD
            if current.is_ended or is_done or is_futile or self.remaining() < _RESERVE:
                break
            self.pause(min(_FIRST_PAUSE * 1.5**turn, _LONGEST_PAUSE))
        if not (has_looked or current.is_ended or is_turned):
            raise StaleRelease(f"release {release_id} is moved by another invocation; looking again later")
        return current
