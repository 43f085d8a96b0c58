"""The statuses of a release and of a function in it, and what is true in each. The names are the ledger's."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a release as a whole is."""

    PUBLISHING = "PUBLISHING"  # some new versions may exist; every alias still points where it did
    PUBLISHED = "PUBLISHED"  # every changed function has its new, smoke-tested version, with no traffic
    SHIFTING = "SHIFTING"  # Shift has begun: aliases may be on their way to the new versions
    WAITING = "WAITING"  # every wave so far has arrived; the next one waits for somebody's word
    BAKING = "BAKING"  # every alias is on its new version; alarms are watched and the way back is open
    ROLLING_BACK = "ROLLING_BACK"  # one function failed: every alias is on its way back
    SUCCEEDED = "SUCCEEDED"  # ended: every alias points to its new version
    ROLLED_BACK = "ROLLED_BACK"  # ended: every alias points where it did before
    FAILED = "FAILED"  # ended: nothing moved, or what moved could not be restored; `reason` says which
    UNCHANGED = "UNCHANGED"  # ended: every alias already pointed to the code of this release

    @property
    def is_ended(self) -> bool:
        return self in ENDED

    @property
    def is_moving(self) -> bool:
        return self in MOVING


ENDED = frozenset({Status.SUCCEEDED, Status.ROLLED_BACK, Status.FAILED, Status.UNCHANGED})
# Nothing was shifted yet, and nothing will be without Shift.
BEFORE_SHIFT = frozenset({Status.PUBLISHING, Status.PUBLISHED})
# Ended with every alias where the release wanted it.
ARRIVED = frozenset({Status.SUCCEEDED, Status.UNCHANGED})
# In these, aliases may differ from where they were before the release.
MOVING = frozenset({Status.SHIFTING, Status.WAITING, Status.BAKING, Status.ROLLING_BACK})


class State(StrEnum):
    """Where one function of a release is."""

    UNCHANGED = "UNCHANGED"  # its alias already points to this release's code
    PUBLISHED = "PUBLISHED"  # its new version exists; its deployment was never asked for
    SHIFTING = "SHIFTING"  # its deployment is about to be created, or was, and has not ended
    SHIFTED = "SHIFTED"  # its deployment succeeded and its alias points to the new version
    ROLLING_BACK = "ROLLING_BACK"  # its alias is on its way back
    ROLLED_BACK = "ROLLED_BACK"  # its alias points where it did before the release
    HALTED = "HALTED"  # left on its new version, because the old one fails as well
    FAILED = "FAILED"  # its alias could not be restored; `reason` says where it is


# On the new version, to stay there.
STAYED = frozenset({State.SHIFTED, State.HALTED})
# Not where it was before the release, and not on its way there: somebody has to look.
LOST = frozenset({State.HALTED, State.FAILED})
