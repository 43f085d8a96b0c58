"""Four numbers on how a team delivers (DORA), computed from the ledger's rows. Pure.

Deployments       releases that changed something and came to 100 %; a rollback somebody asked for is none
Lead time         from the commit to 100 % of the traffic
Change failures   of the releases that touched traffic: rolled back by an alarm, failed on the way, or undone
                  afterwards by a rollback somebody asked for
Time to restore   from the moment the shift of a change that failed began to the end of its way back
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from greenshift.contract.statuses import MOVING
from greenshift.view.model import ReleaseView
from greenshift.view.model.plain import plain
from greenshift.view.moments import seconds_between

COMMIT, START = "commit", "start"
_DAY = 86_400.0


@dataclass(frozen=True)
class Stats:
    """Over a stretch of time; what cannot be computed for want of releases is None."""

    since: str
    until: str
    releases: int
    """Rows of the ledger that ended in this time, whatever they did."""
    deployments: int
    deployments_per_day: float
    lead_time_seconds: float | None
    """The median."""
    lead_time_90_seconds: float | None
    """Nine of ten were faster."""
    lead_time_from: str
    """``commit`` when every commit's time was known, ``start`` when none was (then it counts from the
    release's start), ``both`` when some were.
    """
    changes: int
    """Releases that touched traffic."""
    failed_changes: int
    change_failure_percent: float | None
    time_to_restore_seconds: float | None
    """The median."""

    def to_json(self) -> dict[str, Any]:
        """As ``Stats`` in docs/reference/snapshot.schema.json."""
        value: dict[str, Any] = plain(self)
        return value


def stats(releases: Sequence[ReleaseView], commits: Mapping[str, str], since: str, until: str) -> Stats:
    """``releases`` in any order; ``commits`` are the times (ISO-8601) of the commits that are known."""
    ended = [r for r in releases if since <= r.ended_at <= until]
    deployed = [r for r in ended if r.status == "SUCCEEDED" and not _is_rollback(r) and r.changed]
    changes = [r for r in ended if _touched_traffic(r) and not _is_rollback(r)]
    restored = dict(_restored(changes, releases))
    failed = [r for r in changes if r.status in ("ROLLED_BACK", "FAILED") or r.id in restored]
    leads = sorted(_leads(deployed, commits))
    days = (seconds_between(since, until) or 0.0) / _DAY
    return Stats(
        since=since,
        until=until,
        releases=len(ended),
        deployments=len(deployed),
        deployments_per_day=len(deployed) / days if days > 0 else 0.0,
        lead_time_seconds=median(leads) if leads else None,
        lead_time_90_seconds=leads[-(-9 * len(leads) // 10) - 1] if leads else None,
        lead_time_from=_source(deployed, commits),
        changes=len(changes),
        failed_changes=len(failed),
        change_failure_percent=100 * len(failed) / len(changes) if changes else None,
        time_to_restore_seconds=median(restored.values()) if restored else None,
    )


def _is_rollback(release: ReleaseView) -> bool:
    return release.mode == "rollback"


def _touched_traffic(release: ReleaseView) -> bool:
    return bool(release.changed) and (release.status == "SUCCEEDED" or bool(_moved_at(release)))


def _moved_at(release: ReleaseView) -> str:
    """When its traffic began to move; empty when it never did."""
    return next((each.at for each in release.transitions if each.status in MOVING), "")


def _leads(deployed: Iterable[ReleaseView], commits: Mapping[str, str]) -> Iterator[float]:
    for release in deployed:
        seconds = seconds_between(_lead_begins(release, commits), release.ended_at)
        if seconds is not None:
            yield seconds


def _lead_begins(release: ReleaseView, commits: Mapping[str, str]) -> str:
    """The commit's time; one after the release began is no commit's time (a clock was wrong)."""
    committed = commits.get(release.commit, "")
    return committed if committed and committed <= release.started_at else release.started_at


def _source(deployed: Sequence[ReleaseView], commits: Mapping[str, str]) -> str:
    known = [_lead_begins(release, commits) != release.started_at for release in deployed]
    return COMMIT if known and all(known) else "both" if any(known) else START


def _restored(changes: Sequence[ReleaseView], releases: Sequence[ReleaseView]) -> Iterator[tuple[str, float]]:
    """Release -> how long its customers had it: until it was back, or until somebody's rollback was done."""
    undone = dict(_undone(releases))
    for release in changes:
        back = release.ended_at if release.status == "ROLLED_BACK" else undone.get(release.id, "")
        seconds = seconds_between(_moved_at(release) or release.started_at, back)
        if seconds is not None:
            yield release.id, seconds


def _undone(releases: Sequence[ReleaseView]) -> Iterator[tuple[str, str]]:
    """A release that did not go back by itself -> when what came next had put things right: a rollback
    somebody asked for, or after a release that failed on its way, any that went well.
    """
    before: ReleaseView | None = None
    for release in sorted(releases, key=lambda each: each.started_at):
        has_fixed = release.status == "SUCCEEDED" and before is not None
        if before is not None and has_fixed and (_is_rollback(release) or before.status == "FAILED"):
            yield before.id, release.ended_at
            before = None if _is_rollback(release) else release
        elif not _is_rollback(release) and _touched_traffic(release) and release.status != "ROLLED_BACK":
            before = release
