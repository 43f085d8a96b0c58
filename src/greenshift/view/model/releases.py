"""Releases as the ledger has them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Transition:
    """A release entered a status, at a time, for a cause."""

    at: str
    status: str
    cause: str


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
    wave: str = ""
    """Functions of one wave shift together; empty when the release has no waves."""


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
    mode: str = ""
    """How it was asked for when not by a push: ``now`` (all at once), ``rollback``."""
    by: str = ""
    """Who asked for it."""
    why: str = ""
    """What they gave as their reason."""
    author: str = ""
    """Who wrote the commit."""

    @property
    def changed(self) -> tuple[FunctionRelease, ...]:
        return tuple(f for f in self.functions if f.from_version != f.to_version)

    @property
    def has_ended(self) -> bool:
        """Whether it is over: nothing of it moves any more."""
        return bool(self.ended_at) or self.status in ("SUCCEEDED", "ROLLED_BACK", "FAILED", "UNCHANGED")


@dataclass(frozen=True)
class LedgerPage:
    """Some releases, newest first; ``next`` is where the page after this one starts, empty on the last."""

    releases: tuple[ReleaseView, ...]
    next: str = ""
