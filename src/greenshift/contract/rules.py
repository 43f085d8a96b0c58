"""What a release does in the hard cases. A release keeps the rules it began with, whatever is deployed since.

Each rule is a setting (`greenshift:shift`), and each default is the one that cannot do harm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum


class Mode(StrEnum):
    """Why a release does what it does with time."""

    NORMAL = "normal"  # each function moves as its rollout says
    NOW = "now"  # somebody was in a hurry and said why: all at once, with hooks and alarms
    ROLLBACK = "rollback"  # the versions of an earlier release again, all at once


class Firing(StrEnum):
    """An alarm fires already when the shift is about to begin."""

    REFUSE = "refuse"  # nothing is shifted
    IGNORE_UNTIL_OK = "ignore-until-ok"  # it counts once it has been OK
    PROCEED = "proceed"  # it does not count in this release


class Quiet(StrEnum):
    """Nobody calls a function while it shifts, so its alarm sees nothing."""

    PROCEED = "proceed"  # no news is good news
    SYNTHETIC = "synthetic"  # the controller calls the alias itself, with the event of the smoke test
    HOLD = "hold"  # the release stays open, and its way back, until somebody has called


class Moved(StrEnum):
    """An alias is not where the ledger says: somebody moved it by hand."""

    REFUSE = "refuse"
    ADOPT = "adopt"  # where it is now is where it goes back to


class Newer(StrEnum):
    """A newer release is published while this one shifts."""

    FINISH = "finish"
    SUPERSEDE = "supersede"  # this one goes back at once, and the newer one begins


@dataclass(frozen=True)
class Rules:
    """One release's rules. ``bake`` is how long alarms are watched after the last function has arrived;
    ``hold`` how long `Quiet.HOLD` waits for ``hold_calls`` calls; ``requests`` how many calls
    `Quiet.SYNTHETIC` makes at a look."""

    firing: Firing = Firing.IGNORE_UNTIL_OK
    quiet: Quiet = Quiet.PROCEED
    moved: Moved = Moved.REFUSE
    newer: Newer = Newer.FINISH
    bake: timedelta = timedelta(0)
    bake_now: timedelta = timedelta(minutes=5)
    hold: timedelta = timedelta(hours=1)
    hold_calls: int = 1
    requests: int = 10

    def in_mode(self, mode: Mode) -> Rules:
        """A release in a hurry is at 100 % before an alarm can see anything, so it is watched afterwards. A
        rollback is a person's word: nothing the bad version caused may stand in its way."""
        match mode:
            case Mode.NORMAL:
                return self
            case Mode.NOW:
                return replace(self, bake=self.bake_now, newer=Newer.FINISH)
            case Mode.ROLLBACK:
                return Rules(Firing.PROCEED, Quiet.PROCEED, Moved.ADOPT, Newer.FINISH)


USUAL = Rules()
