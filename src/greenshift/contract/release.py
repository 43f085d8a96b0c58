"""What a release is, as everyone reads it and the ledger keeps it.

A release never changes in place: a new one is made, and the ledger accepts it only if nobody else has written
since it was read (`revision`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from greenshift.contract.left_at import has_moved
from greenshift.contract.rules import USUAL, Mode, Rules
from greenshift.contract.statuses import State, Status


@dataclass(frozen=True)
class ReleasedFunction:
    """One function's part in a release."""

    key: str
    name: str
    from_version: str
    to_version: str
    state: State
    deployment_id: str | None = None  # absent until CodeDeploy's answer to CreateDeployment was recorded
    rollback_deployment_id: str | None = None  # CodeDeploy's own rollback, or our reverse deployment
    rollback_attempts: int = 0  # reverse deployments of ours; 0 while CodeDeploy's own is relied on
    reason: str | None = None  # why it failed; absent while all is well
    wave: int = 0  # a wave begins when all earlier ones have arrived
    ignored: tuple[str, ...] = ()  # alarms that fired before its shift, and do not count (yet)
    back_at: datetime | None = None  # when its alias was back; absent while it is not, and if it never moved
    is_waiting: bool = False  # its group was asked for a deployment, and took none
    is_first: bool = False  # no release published what was live before: nothing to protect or go back to
    # What acted on the new version from outside when it was published (`snapshot.py`); only in the
    # function's own row, so absent in a release that was read back.
    snapshot: str | None = None

    @property
    def is_under_way(self) -> bool:
        return self.state is State.SHIFTING


@dataclass(frozen=True)
class StatusChange:
    """One thing that happened. ``status`` is the release's status then; ``cause`` one line for a person."""

    at: datetime
    status: str
    cause: str
    since: datetime | None = (
        None  # when what it tells of happened, where an event said so; `at` is the note's
    )


@dataclass(frozen=True)
class Lease:
    """Which invocation is moving the release, and until when nobody else may."""

    owner: str
    until: datetime


@dataclass(frozen=True)
class Release:
    """All that is remembered of a release between two invocations."""

    id: str  # the pipeline execution's id
    pipeline: str
    status: Status
    started_at: datetime
    since: datetime  # when `status` became true
    functions: tuple[ReleasedFunction, ...] = ()  # sorted by key; in PUBLISHING only those done so far
    ended_at: datetime | None = None  # absent until the status is one of the ended ones
    commit: str = ""
    message: str = ""
    author: str = ""  # who wrote the commit, where whoever started the release told it
    trigger: str = ""
    mode: Mode = Mode.NORMAL
    by: str = ""  # who asked for it, and why: of every release that is not a normal one
    why: str = ""
    rules: Rules = USUAL
    open_waves: int | None = None  # how many waves may begin; absent when all may
    reason: str | None = None
    alarm: str | None = None  # the alarm that stopped it, if one did
    abort: str | None = (
        None  # why it must be rolled back although nothing failed (pipeline stopped, a person)
    )
    attempts: int = 0  # invocations of Publish in a row that came no further
    job: str | None = None  # the CodePipeline job that began the newest Publish of this release
    notified: str | None = None  # the end that was announced
    lease: Lease | None = None
    revision: int = 0
    transitions: tuple[StatusChange, ...] = ()
    findings: tuple[str, ...] = ()  # what the comparison with the live versions found, a line each

    @property
    def is_ended(self) -> bool:
        return self.status.is_ended

    @property
    def has_begun(self) -> bool:
        """Whether any deployment of this release was ever asked for."""
        return any(has_moved(item) for item in self.functions)

    @property
    def mixed(self) -> timedelta | None:
        """How long some functions were back and others not yet; None unless two of them went back."""
        back = [item.back_at for item in self.functions if item.back_at is not None]
        return max(back) - min(back) if len(back) > 1 else None

    @property
    def changed(self) -> tuple[ReleasedFunction, ...]:
        return tuple(item for item in self.functions if item.state is not State.UNCHANGED)

    def function(self, key: str) -> ReleasedFunction | None:
        return next((item for item in self.functions if item.key == key), None)

    def with_functions(self, functions: Iterable[ReleasedFunction]) -> Release:
        """The same release with these functions added or replaced."""
        merged = {item.key: item for item in self.functions} | {item.key: item for item in functions}
        return replace(self, functions=tuple(merged[key] for key in sorted(merged)))

    def noting(self, now: datetime, cause: str) -> Release:
        return replace(self, transitions=(*self.transitions, StatusChange(now, self.status, cause)))

    def moved_to(self, status: Status, now: datetime, cause: str) -> Release:
        """The release in another phase, with the transition that says why. The past is kept."""
        moved = replace(self, status=status, since=now, ended_at=now if status.is_ended else None)
        return moved.noting(now, cause)
