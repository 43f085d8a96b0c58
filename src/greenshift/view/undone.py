"""Releases that went well and were taken back later, by a rollback of their own. Pure.

The ledger says of each release which version it put where another one was. A version stands on those before
it: 5, published while 4 was live, has in it what 4 had. A rollback from 5 to 3 takes back both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from greenshift.view.model import FunctionRelease, ReleaseView

_WENT_WELL = "SUCCEEDED"
_ROLLBACK = "rollback"
_Before = Mapping[tuple[str, str], str]


def marked(releases: Sequence[ReleaseView], later: Iterable[ReleaseView] = ()) -> tuple[ReleaseView, ...]:
    """The releases, each with the rollback that took it back, if one did and it is not live again since.

    ``later`` are releases that began after the oldest of them; some may be among them.
    """
    known = list({each.id: each for each in (*releases, *later)}.values())
    before = {(f.key, f.to_version): f.from_version for each in known for f in _published(each)}
    backs = sorted((each for each in known if _took_effect(each)), key=lambda each: each.ended_at)
    return tuple(replace(each, undone_by=_undone_by(each, backs, before)) for each in releases)


def may_be_undone(release: ReleaseView) -> bool:
    """Whether a later rollback could take it back."""
    return release.status == _WENT_WELL and release.mode != _ROLLBACK and bool(release.changed)


def _undone_by(release: ReleaseView, rollbacks: Iterable[ReleaseView], before: _Before) -> str:
    """The first rollback that took a version of it back; "" while none did, or the last brought it."""
    found = ""
    for each in rollbacks if may_be_undone(release) else ():
        if each.ended_at <= release.ended_at:
            continue
        had, has = (_holds(release, each, before, end) for end in ("from_version", "to_version"))
        if had and not has:
            found = found or each.id
        elif has and not had:
            found = ""
    return found


def _holds(release: ReleaseView, rollback: ReleaseView, before: _Before, end: str) -> bool:
    """Whether all that a rollback moved of a release's functions had its version in it, at this end."""
    moved = {f.key: getattr(f, end) for f in rollback.changed}
    shared = [f for f in release.changed if f.key in moved]
    return bool(shared) and all(_stands_on(f, moved[f.key], before) for f in shared)


def _stands_on(wanted: FunctionRelease, version: str, before: _Before) -> bool:
    seen: set[str] = set()
    while version and version not in seen:
        if version == wanted.to_version:
            return True
        seen.add(version)
        version = before.get((wanted.key, version), "")
    return False


def _published(release: ReleaseView) -> Iterable[FunctionRelease]:
    return () if release.mode == _ROLLBACK else release.changed


def _took_effect(release: ReleaseView) -> bool:
    return release.mode == _ROLLBACK and release.status == _WENT_WELL
