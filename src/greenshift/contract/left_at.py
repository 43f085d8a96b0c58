"""Which version releases left an alias on: the one that its traffic was last proved to be on, whole.

Asked before the next release, by `doctor` and by `repair`; one answer, so that none of them undoes another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from greenshift.contract.statuses import ARRIVED, ENDED, STAYED, State

_NOT_MOVED = frozenset({State.UNCHANGED, State.PUBLISHED})


class Part(Protocol):
    """What a release says of one function; ``name`` is the physical one."""

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def from_version(self) -> str: ...
    @property
    def to_version(self) -> str: ...


class Recorded(Protocol):
    """A release as the ledger has it. Moments are all datetimes, or all of them text that sorts."""

    @property
    def status(self) -> str: ...
    @property
    def started_at(self) -> Any: ...
    @property
    def ended_at(self) -> Any: ...
    @property
    def functions(self) -> Sequence[Part]: ...


def left_at(name: str, releases: Iterable[Recorded]) -> str | None:
    """The version that the last of these releases to end left the function's alias on, in any order.

    None when no release tells, and while one that has not ended may still move it. Not the last to start
    tells: a release may wait for approval while a rollback comes and goes. One that began to shift nothing
    says nothing, for Publish looks while an earlier release may still be moving. Of an alias that could not
    be restored it is where it came from, the last good set, whoever has moved it since.
    """
    told = [(release, part) for release in releases if (part := part_of(name, release))]
    if any(_may_still_move(release, part) for release, part in told):
        return None
    ended = [(release, part) for release, part in told if _has_looked(release)]
    if not ended:
        return None
    _, last = max(ended, key=lambda pair: (pair[0].ended_at, pair[0].started_at))
    return last.to_version if last.state in {*STAYED, State.UNCHANGED} else last.from_version


def part_of(name: str, release: Recorded) -> Part | None:
    return next((part for part in release.functions if part.name == name), None)


def has_moved(part: Part) -> bool:
    """Whether a deployment of this function was ever asked for."""
    return part.state not in _NOT_MOVED


def _may_still_move(release: Recorded, part: Part) -> bool:
    return release.status not in ENDED and has_moved(part)


def _has_looked(release: Recorded) -> bool:
    """Whether it has ended, and had looked at all its aliases when it began to shift."""
    is_ended = release.status in ENDED
    return is_ended and (release.status in ARRIVED or any(map(has_moved, release.functions)))
