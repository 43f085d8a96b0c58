"""Which rollback took a release back that had gone well. One answer for whoever refuses and whoever tells.

The ledger says of each release which version it put where another one was. A version stands on those before
it: 5, published while 4 was live, has in it what 4 had. A rollback from 5 to 3 takes back both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from greenshift.contract.rules import Mode
from greenshift.contract.statuses import Status

_Before = Mapping[tuple[str, str], str]


class Moved(Protocol):
    """What a release says of one function."""

    @property
    def key(self) -> str: ...
    @property
    def from_version(self) -> str: ...
    @property
    def to_version(self) -> str: ...


class Recorded(Protocol):
    """A release as the ledger has it. Moments are all datetimes, or all of them text that sorts."""

    @property
    def id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def ended_at(self) -> Any: ...
    @property
    def changed(self) -> Sequence[Moved]: ...


class Rollbacks:
    """The rollbacks among these releases, in any order."""

    def __init__(self, releases: Iterable[Recorded]) -> None:
        known = list({each.id: each for each in releases}.values())
        self._before = {
            (f.key, f.to_version): f.from_version
            for each in known
            for f in (() if each.mode == Mode.ROLLBACK else each.changed)
        }
        self._found = sorted(filter(_took_effect, known), key=lambda each: each.ended_at)

    def that_undid(self, release: Recorded) -> str:
        """The first that took a version of it back; "" while none did, or the last brought it."""
        found = ""
        for each in self._found if may_be_undone(release) else ():
            if each.ended_at <= release.ended_at:
                continue
            had = _holds(release, {f.key: f.from_version for f in each.changed}, self._before)
            has = _holds(release, {f.key: f.to_version for f in each.changed}, self._before)
            if had and not has:
                found = found or each.id
            elif has and not had:
                found = ""
        return found


def may_be_undone(release: Recorded) -> bool:
    """Whether a later rollback could take it back."""
    return release.status == Status.SUCCEEDED and release.mode != Mode.ROLLBACK and bool(release.changed)


def _holds(release: Recorded, moved: Mapping[str, str], before: _Before) -> bool:
    """Whether all that a rollback moved of a release's functions had its version in it, at this end."""
    shared = [f for f in release.changed if f.key in moved]
    return bool(shared) and all(_stands_on(f, moved[f.key], before) for f in shared)


def _stands_on(wanted: Moved, version: str, before: _Before) -> bool:
    seen: set[str] = set()
    while version and version not in seen:
        if version == wanted.to_version:
            return True
        seen.add(version)
        version = before.get((wanted.key, version), "")
    return False


def _took_effect(release: Recorded) -> bool:
    return release.mode == Mode.ROLLBACK and release.status == Status.SUCCEEDED
