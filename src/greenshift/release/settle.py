"""Taking back a release that nobody comes for any more, to its end or as far as time reaches."""

from __future__ import annotations

from collections.abc import Callable

from greenshift.contract.clock import Pause
from greenshift.contract.release import Release
from greenshift.release.shift import Shifter

# Between two looks at a release on its way back; CodeDeploy restores an alias within seconds.
_LOOK_AGAIN = 2.0
_LOOKS = 200
# Time kept for the announcement when an invocation runs out.
_RESERVE = 65.0


def settle(
    shifter: Shifter, release: Release, reason: str, *, pause: Pause, remaining: Callable[[], float]
) -> Release:
    """The release as it was left: ended, unless time ran out."""
    current = release
    for _ in range(_LOOKS):
        current = shifter.abandon(release.id, reason) or current
        if current.is_ended or remaining() < _RESERVE:
            break
        pause(_LOOK_AGAIN)
    return current
