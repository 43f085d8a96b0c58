"""Releases as the ledger has them."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.contract.ids import short_id as short_id
from greenshift.contract.statuses import ENDED


@dataclass(frozen=True)
class Transition:
    """A release entered a status, at a time, for a cause."""

    at: str
    status: str
    cause: str
    since: str = ""
    """When what it tells of happened, where an event said so: an alarm fires before it is noted."""


@dataclass(frozen=True)
class FunctionRelease:
    """What one release did to one function."""

    key: str
    name: str
    from_version: str
    to_version: str
    state: str
    reason: str = ""
    deployment_id: str = ""
    """CodeDeploy's deployment that moved, or moves, the alias."""
    rollback_deployment_id: str = ""
    back_at: str = ""
    """When its alias was back; empty while it is not, and when no deployment ever moved it."""
    is_first: bool = False
    """Whether no release published ``from_version``: it is bootstrap code, and nothing goes back to it."""
    wave: int = 0
    """Functions of one wave shift together; the first, and of a release without waves the only one, is 0."""


@dataclass(frozen=True)
class ReleaseView:
    """A release as the ledger has it; ``id`` is the pipeline execution's."""

    id: str
    status: str
    commit: str
    message: str
    trigger: str
    started_at: str
    ended_at: str
    reason: str
    alarm: str
    functions: tuple[FunctionRelease, ...]
    transitions: tuple[Transition, ...]
    notified: str = ""
    """The end that was announced; empty while none was."""
    lease_until: str = ""
    """Until when one invocation alone may move it; empty while none does."""
    expires_at: int = 0
    """When its row goes, in seconds since the epoch."""
    mode: str = ""
    """``normal``, ``now`` (all at once) or ``rollback``; empty in old rows, which are normal ones."""
    by: str = ""
    """Who asked for it."""
    why: str = ""
    """What they gave as their reason."""
    author: str = ""
    """Who wrote the commit."""
    findings: tuple[str, ...] = ()
    """How its versions differ from what was live, where that matters; one line each."""
    undone_by: str = ""
    """The rollback that took it back after it had gone well; empty while none did, or it is live again."""

    @property
    def back(self) -> tuple[FunctionRelease, ...]:
        """The functions that went back, the first one first: until the last, some were back and some not."""
        return tuple(sorted((f for f in self.functions if f.back_at), key=lambda f: f.back_at))

    @property
    def changed(self) -> tuple[FunctionRelease, ...]:
        return tuple(f for f in self.functions if f.from_version != f.to_version)

    @property
    def short_id(self) -> str:
        """Enough of its id to tell it from others."""
        return short_id(self.id)

    @property
    def has_ended(self) -> bool:
        """Whether it is over: nothing of it moves any more."""
        return bool(self.ended_at) or self.status in ENDED


@dataclass(frozen=True)
class AsideView:
    """What was asked for and became no release: why, and which release stands for it; "" when refused."""

    because: str
    release: str = ""


@dataclass(frozen=True)
class LedgerPage:
    """Some releases, newest first; ``next`` is where the page after this one starts, empty on the last."""

    releases: tuple[ReleaseView, ...]
    next: str = ""
