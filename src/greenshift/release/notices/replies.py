"""What an errand that only asks is answered: plain values, as JSON takes them. No I/O.

Their members are a contract with `greenshift.actions`, which reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from greenshift.contract.moments import iso
from greenshift.contract.release import Release, ReleasedFunction
from greenshift.release.record.standing import Standing

Reply = Mapping[str, object]


def release_facts(release: Release) -> Reply:
    return {
        "id": release.id,
        "status": release.status.value,
        "mode": release.mode.value,
        "commit": release.commit,
        "message": release.message,
        "reason": release.reason or "",
        "by": release.by,
        "startedAt": iso(release.started_at),
        "endedAt": iso(release.ended_at) if release.ended_at else "",
    }


def standing_reply(found: Standing, pending: Iterable[str]) -> Reply:
    release = release_facts(found.release) if found.release else None
    return {"stands": found.stands.value, "release": release, "pending": list(pending)}


def plan_reply(
    what: str, undone: Release | None, functions: Iterable[ReleasedFunction], after: Iterable[Release]
) -> Reply:
    """``undone`` is None where --to said where to go; ``after`` are the releases that ended after it and
    moved nothing that is left, newest first.
    """
    moves = [
        {"key": item.key, "from": item.from_version, "to": item.to_version}
        for item in functions
        if item.from_version != item.to_version
    ]
    return {
        "refused": "",
        "what": what,
        "undoes": release_facts(undone) if undone else None,
        "functions": moves,
        "after": [release_facts(each) for each in after],
    }


def refusal_reply(why: str) -> Reply:
    return {"refused": why, "what": "", "undoes": None, "functions": [], "after": []}
