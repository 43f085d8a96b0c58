"""What the controller is asked for past the pipeline, and how that is written into an invocation's event."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

ENVELOPE = "greenshift"
SETTLE, ROLLBACK, PLAN, ASK = "settle", "rollback", "plan", "ask"


#: What names the release that is live, wherever an id names one to undo.
LIVE = "live"

#: How the reason of a release begins that a person stopped.
ABORTED = "aborted by "


@dataclass(frozen=True)
class Settle:
    """Take a release back that nobody moves any more, and end it."""

    release: str
    reason: str


@dataclass(frozen=True)
class Rollback:
    """Put the versions of an earlier release live again, as release ``id``: those that were live after
    release ``to``, or, when that is "", those from before the last release that went well.
    """

    id: str
    to: str
    by: str
    why: str
    undo: str = ""
    """The release that is to be undone, as whoever asked was told; another one is refused."""


@dataclass(frozen=True)
class Plan:
    """Tell what a rollback would do, and do nothing. ``undo`` is the id of the release to undo, or LIVE; ""
    for what was released last.
    """

    to: str
    undo: str = ""


@dataclass(frozen=True)
class Ask:
    """Tell where a commit stands, and do nothing."""

    commit: str


Errand = Settle | Rollback | Plan | Ask
_NAMES: dict[type[Errand], str] = {Settle: SETTLE, Rollback: ROLLBACK, Plan: PLAN, Ask: ASK}


def event_of(errand: Errand) -> dict[str, Any]:
    """The event of an invocation of the controller; ``release.errands`` reads it back."""
    return {ENVELOPE: {"errand": _NAMES[type(errand)], **asdict(errand)}}
