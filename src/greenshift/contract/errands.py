"""What the controller is asked for past the pipeline, and how that is written into an invocation's event."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

ENVELOPE = "greenshift"
SETTLE, ROLLBACK = "settle", "rollback"


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


Errand = Settle | Rollback


def event_of(errand: Errand) -> dict[str, Any]:
    """The event of an asynchronous invocation of the controller; ``release.errands`` reads it back."""
    name = SETTLE if isinstance(errand, Settle) else ROLLBACK
    return {ENVELOPE: {"errand": name, **asdict(errand)}}
