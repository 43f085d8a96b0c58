"""What comparing the live version with the next one can find: one row for each kind, and how it reads.

What a version freezes cannot harm the old version. What acts on the function or its role from outside acts on
the old version at once, and still does after a rollback: that stops a release, unless accepted by setting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from greenshift.contract.text import listed

# A release row holds 400 KB for 200 functions (DynamoDB developer guide, "Quotas").
MOST_LINES = 100
_CHARACTERS = 400


class Harm(StrEnum):
    """What a finding does to a shift."""

    NONE = "none"  # the old version goes on as it was
    OLD_VERSION = "would break the old version"  # during the shift, and after a rollback
    SHIFT = "would break the shift"  # Lambda refuses to split traffic between the two


class Kind(StrEnum):
    """The words by which a person reads, and accepts, a finding."""

    PERMISSIONS_REDUCED = "permissions-reduced"
    ROLE_GONE = "role-gone"
    CONCURRENCY_LOWERED = "concurrency-lowered"
    ROLE_CHANGED = "role-changed"
    DEAD_LETTER_CHANGED = "dead-letter-changed"
    PERMISSIONS_UNREAD = "permissions-unread"
    CONCURRENCY_LIMITED = "concurrency-limited"
    CONCURRENCY_RELEASED = "concurrency-released"
    VARIABLES_REMOVED = "variables-removed"
    RUNTIME_CHANGED = "runtime-changed"
    ARCHITECTURE_CHANGED = "architecture-changed"
    LAYERS_REMOVED = "layers-removed"
    MEMORY_LOWERED = "memory-lowered"
    TIMEOUT_LOWERED = "timeout-lowered"
    STORAGE_LOWERED = "storage-lowered"
    NETWORK_CHANGED = "network-changed"
    FILE_SYSTEM_REMOVED = "file-system-removed"


_ACTS_NOW = "it acts on the old version at once, and after a rollback"
_NEW_ONLY = "the old version keeps what it has, the new one must do without"
_SPLIT = "Lambda splits traffic only between versions with the same"

# A kind that is not here cannot stop a release. The split ones do so only for a gradual rollout.
HARM = {
    Kind.PERMISSIONS_REDUCED: Harm.OLD_VERSION,
    Kind.ROLE_GONE: Harm.OLD_VERSION,
    Kind.CONCURRENCY_LOWERED: Harm.OLD_VERSION,
    Kind.ROLE_CHANGED: Harm.SHIFT,
    Kind.DEAD_LETTER_CHANGED: Harm.SHIFT,
}
WHY = {
    Kind.PERMISSIONS_REDUCED: _ACTS_NOW,
    Kind.ROLE_GONE: "no version that names it can run",
    Kind.CONCURRENCY_LOWERED: _ACTS_NOW,
    Kind.ROLE_CHANGED: f"{_SPLIT} role, so only AllAtOnce can release it",
    Kind.DEAD_LETTER_CHANGED: f"{_SPLIT} dead-letter target, so only AllAtOnce can release it",
    Kind.PERMISSIONS_UNREAD: "a reduction in them would not be seen",
    Kind.CONCURRENCY_LIMITED: _ACTS_NOW,
    Kind.CONCURRENCY_RELEASED: "the account's other functions may take that capacity",
    Kind.RUNTIME_CHANGED: "the new code runs elsewhere than the old one was proved",
    Kind.ARCHITECTURE_CHANGED: "the new code runs elsewhere than the old one was proved",
    Kind.NETWORK_CHANGED: "what the old version reaches may be out of the new one's reach",
}


@dataclass(frozen=True)
class Finding:
    """One difference between what is live and what is about to be."""

    function: str  # its key
    kind: Kind
    what: str  # never a value of an environment variable
    harm: Harm = Harm.NONE

    @property
    def why(self) -> str:
        return WHY.get(self.kind, _NEW_ONLY)

    def __str__(self) -> str:
        harm = f"; {self.harm}" if self.harm is not Harm.NONE else ""
        text = f"{self.function}: {self.what} [{self.kind}]: {self.why}{harm}"
        return text if len(text) <= _CHARACTERS else f"{text[: _CHARACTERS - 1]}…"


def lines_of(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The findings for a person to read, those that do harm first; so few that a ledger row holds them."""
    ordered = sorted(findings, key=lambda item: (item.harm is Harm.NONE, item.function, item.kind))
    shown = ordered if len(ordered) <= MOST_LINES else ordered[: MOST_LINES - 1]
    rest = len(ordered) - len(shown)
    return (*map(str, shown), *((f"… and {rest} more; the controller's log has all",) if rest else ()))


def summary_of(findings: Iterable[Finding]) -> str:
    """One line: `3 findings: charge variables-removed, refund role-changed`."""
    told = [f"{item.function} {item.kind}" for item in findings]
    return f"{len(told)} finding{'s' if len(told) != 1 else ''}: {listed(told)}"
