"""What ``release``, ``rollback`` and ``abort`` print with ``--json``: each of them always the same members.

What is not known, or not asked for, is None. Their schemas are in cli/schemas/releases.py. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from greenshift.actions import Move
from greenshift.view import Progress, ReleaseView, plain
from greenshift.view.model.plain import derived

Document = dict[str, Any]


def members(kind: type) -> tuple[str, ...]:
    """What a view's JSON has."""
    return (*(each.name for each in fields(kind)), *derived(kind))


def _blank(*kinds: type) -> Document:
    return {name: None for kind in kinds for name in members(kind)}


def released(progress: Progress) -> Document:
    """Of a release that was watched to its end."""
    return progress.to_json()


def begun(pipeline: str, execution: str) -> Document:
    """Of one that was only started."""
    return _blank(Progress) | {"pipeline": pipeline, "execution": execution}


def over(pipeline: str, release: ReleaseView | None, id_: str) -> Document:
    """Of one that had gone well before it was asked for, as the ledger has it."""
    known = {"commit": release.commit, "message": release.message} if release else {}
    told = {"status": "Succeeded", "has_ended": True, "release": plain(release) if release else None}
    return begun(pipeline, id_) | known | told


def past_the_pipeline(release: ReleaseView) -> Document:
    """Of a rollback, which has no execution: its own id stands for one."""
    own = {name: getattr(release, name) for name in ("status", "commit", "message", "has_ended")}
    return _blank(Progress) | own | {"execution": release.id, "release": plain(release)}


def rolled_back(
    release: ReleaseView | None = None, id_: str | None = None, moves: Iterable[Move] = ()
) -> Document:
    """Of a rollback: the release that it is, once it has ended; its id; and what it moves."""
    told = plain(release) if release else _blank(ReleaseView)
    listed = [
        {"function": each.key, "from_version": each.from_version, "to_version": each.to_version}
        for each in moves
    ]
    return {**told, "release": id_, "moves": listed}


def aborted(ended: ReleaseView | Progress) -> Document:
    """Of what was stopped: the release, or the execution where it had moved nothing."""
    blank = _blank(Progress, ReleaseView)
    if isinstance(ended, Progress):
        return blank | ended.to_json()
    own: Document = plain(ended)
    return blank | own | {"execution": ended.id, "release": own}
