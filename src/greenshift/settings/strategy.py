"""Is this text a rollout strategy AWS would accept? Only a yes or a reason; meaning lives in ``rollout``.

Settings import nothing of ours, so the grammar is repeated here in one expression.
Bounds: CodeDeploy user guide, "Working with deployment configurations": at most 99 percent in one
increment, and at most 2,880 minutes from the first shift to the last.
"""

from __future__ import annotations

import re

ALLOWED = "AllAtOnce, Canary<N>Percent<M>Minutes or Linear<N>PercentEvery<M>Minute(s)"
LONGEST_SHIFT_MINUTES = 2880

_NUMBER = "(0|[1-9][0-9]{0,5})"
_CANARY = re.compile(rf"Canary{_NUMBER}Percent{_NUMBER}Minutes?")
_LINEAR = re.compile(rf"Linear{_NUMBER}PercentEvery{_NUMBER}Minutes?")


def why_impossible(text: str) -> str | None:
    """The reason CodeDeploy would refuse ``text``; None when it is possible."""
    if text == "AllAtOnce":
        return None
    canary, linear = _CANARY.fullmatch(text), _LINEAR.fullmatch(text)
    match = canary or linear
    if match is None:
        return ALLOWED
    percent, minutes = int(match[1]), int(match[2])
    if not 1 <= percent <= 99:
        return "the percentage is from 1 to 99"
    if minutes < 1:
        return "the interval is at least 1 minute"
    if _total(percent, minutes, is_linear=linear is not None) > LONGEST_SHIFT_MINUTES:
        return f"the whole shift takes at most {LONGEST_SHIFT_MINUTES} minutes"
    return None


def _total(percent: int, minutes: int, *, is_linear: bool) -> int:
    """Minutes from the first step to the last: Linear40 shifts at 0, 1 and 2 intervals."""
    return minutes * (-(-100 // percent) - 1) if is_linear else minutes
