"""What an errand that only asks is answered: plain values, as JSON takes them. No I/O.

Their members are a contract with `greenshift.actions`, which reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from greenshift.contract.moments import iso
from greenshift.contract.release import Release, ReleasedFunction
from greenshift.release.record.restoration import Restoration
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


def plan_reply(found: Restoration, functions: Iterable[ReleasedFunction]) -> Reply:
    """What is found in the ledger, and each function's move."""
    moves = [
        {"key": item.key, "from": item.from_version, "to": item.to_version}
        for item in functions
        if item.from_version != item.to_version
    ]
    return {
        "refused": "",
        "what": found.what,
        "undoes": release_facts(found.undone) if found.undone else None,
        "through": release_facts(found.through) if found.through else None,
        "functions": moves,
        "after": [release_facts(each) for each in found.after],
    }


def refusal_reply(why: str) -> Reply:
    return {"refused": why, "what": "", "undoes": None, "through": None, "functions": [], "after": []}
