"""The rules of phases: which there are, and which runs after one has ended. Pure.

User guide, "Build phase transitions": a failed BUILD still runs POST_BUILD and tries to upload artifacts;
a failed INSTALL or PRE_BUILD goes straight to FINALIZING.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

SUBMITTED = "SUBMITTED"
QUEUED = "QUEUED"
PROVISIONING = "PROVISIONING"
DOWNLOAD_SOURCE = "DOWNLOAD_SOURCE"
INSTALL = "INSTALL"
PRE_BUILD = "PRE_BUILD"
BUILD = "BUILD"
POST_BUILD = "POST_BUILD"
UPLOAD_ARTIFACTS = "UPLOAD_ARTIFACTS"
FINALIZING = "FINALIZING"
COMPLETED = "COMPLETED"

ORDER = (
    SUBMITTED,
    QUEUED,
    PROVISIONING,
    DOWNLOAD_SOURCE,
    INSTALL,
    PRE_BUILD,
    BUILD,
    POST_BUILD,
    UPLOAD_ARTIFACTS,
    FINALIZING,
    COMPLETED,
)
COMMAND_PHASES = (INSTALL, PRE_BUILD, BUILD, POST_BUILD)

#: After these a failed build still goes on: its results may be wanted.
_GOES_ON_AFTER_FAILURE = (BUILD, POST_BUILD)

_RETRY = re.compile(r"RETRY(?:-(\d{1,3}))?(?:-(.+))?")
_DEFAULT_RETRIES = 3
_MOST_RETRIES = 100


@dataclass(frozen=True)
class OnFailure:
    """A phase's ``on-failure``. ``pattern`` limits RETRY to failures whose output matches it."""

    action: Literal["ABORT", "CONTINUE", "RETRY"]
    retries: int = 0
    pattern: str | None = None


def parse_on_failure(text: str) -> OnFailure | None:
    """``RETRY-5-timed? out`` -> five repeats for output that matches; None when the text means nothing."""
    if text == "ABORT":
        return OnFailure("ABORT")
    if text == "CONTINUE":
        return OnFailure("CONTINUE")
    found = _RETRY.fullmatch(text)
    if found is None:
        return None
    retries = _DEFAULT_RETRIES if found.group(1) is None else int(found.group(1))
    if retries > _MOST_RETRIES or not _is_pattern(found.group(2)):
        return None
    return OnFailure("RETRY", retries, found.group(2))


def _is_pattern(pattern: str | None) -> bool:
    try:
        re.compile(pattern or "")
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def may_retry(rule: OnFailure | None, retried: int) -> bool:
    """Whether a failed phase runs again, after ``retried`` repeats so far, if its output fits the rule."""
    return rule is not None and rule.action == "RETRY" and retried < rule.retries


def phase_after(phase: str, succeeded: bool, rule: OnFailure | None = None) -> str:
    """The phase that runs when ``phase`` has ended."""
    following = ORDER[ORDER.index(phase) + 1]
    if succeeded or phase == FINALIZING:
        return following
    if rule is not None and rule.action == "CONTINUE":
        return following
    if rule is not None and rule.action == "ABORT":
        return FINALIZING
    return following if phase in _GOES_ON_AFTER_FAILURE else FINALIZING
