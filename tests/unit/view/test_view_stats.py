"""The four numbers, from rows as the ledger has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from greenshift.view import FunctionRelease, ReleaseView, Transition
from greenshift.view.moments import iso
from greenshift.view.stats import Stats, stats

START = datetime(2026, 11, 1, tzinfo=UTC)
MOVED = (FunctionRelease("charge", "p-charge", "1", "2", ""),)
_BLANK = ReleaseView("", "SUCCEEDED", "", "", "", "", "", "", "", MOVED, ())


def at(hours: float) -> str:
    return iso(START + timedelta(hours=hours))


def release(begun: float, ended: float, status: str = "SUCCEEDED", **more: Any) -> ReleaseView:
    """A release that began to move traffic half way; times in hours."""
    moved = (Transition(at((begun + ended) / 2), "SHIFTING", "shift began"),)
    blank = replace(_BLANK, id=f"r{begun}", status=status, started_at=at(begun), ended_at=at(ended))
    return replace(blank, **{"commit": f"c{begun}", "transitions": moved, **more})


def over(*releases: ReleaseView, commits: dict[str, str] | None = None, days: float = 10) -> Stats:
    return stats(releases, commits or {}, at(0), at(24 * days))


def test_deployments_are_those_that_changed_something_and_came_to_the_end() -> None:
    found = over(
        release(1, 2),
        release(3, 4),
        release(5, 6, "ROLLED_BACK"),
        release(7, 8, "UNCHANGED", functions=(), transitions=()),
        release(9, 10, "FAILED", functions=(), transitions=()),
        release(11, 12, mode="rollback"),
        replace(release(13, 14, "SHIFTING"), ended_at=""),
    )

    assert (found.deployments, found.deployments_per_day) == (2, 0.2)
    assert found.releases == 6, "everything that ended"


def test_what_ended_outside_the_time_does_not_count() -> None:
    before, inside, after = release(-2, -1), release(-1, 1), release(239, 241)

    assert over(before, inside, after).deployments == 1


def test_lead_time_is_the_median_from_the_commit_to_all_of_the_traffic() -> None:
    releases = [release(10 * n, 10 * n + 2) for n in range(1, 4)]
    commits = {"c10": at(9), "c20": at(10), "c30": at(29.5)}
    found = over(*releases, commits=commits)

    assert found.lead_time_seconds == 3 * 3600
    assert found.lead_time_90_seconds == 12 * 3600
    assert found.lead_time_from == "commit"


def test_without_the_commits_time_it_counts_from_the_releases_start_and_says_so() -> None:
    releases = [release(10, 12), release(20, 26)]

    assert over(*releases).lead_time_seconds == 4 * 3600
    assert over(*releases).lead_time_from == "start"
    assert over(*releases, commits={"c10": at(9)}).lead_time_from == "both"


def test_a_commit_from_after_the_release_is_a_wrong_clocks() -> None:
    found = over(release(10, 12), commits={"c10": at(11)})

    assert (found.lead_time_seconds, found.lead_time_from) == (2 * 3600, "start")


@pytest.mark.parametrize("count", range(1, 25))
def test_nine_of_ten_were_no_slower(count: int) -> None:
    found = over(*(release(n, n + 1 + n / 100) for n in range(count)))
    slower = sum(1 for n in range(count) if 3600 * (1 + n / 100) > (found.lead_time_90_seconds or 0) + 1e-3)

    assert slower == count // 10


def test_changes_fail_by_an_alarm_on_the_way_or_by_a_rollback_afterwards() -> None:
    found = over(
        release(1, 2),
        release(3, 4, "ROLLED_BACK"),
        release(5, 6, "FAILED"),
        release(7, 8),
        release(9, 9.5, mode="rollback"),
        release(11, 12),
    )

    assert (found.changes, found.failed_changes) == (5, 3)
    assert found.change_failure_percent == 60.0


def test_a_build_that_failed_was_no_change() -> None:
    found = over(release(1, 2, "FAILED", functions=(), transitions=()), release(3, 4))

    assert (found.changes, found.change_failure_percent) == (1, 0.0)


def test_a_failed_publication_touched_no_traffic() -> None:
    published = (Transition(at(1), "PUBLISHED", ""),)

    assert over(release(1, 2, "FAILED", transitions=published)).changes == 0


def test_restoring_counts_from_the_first_traffic_to_the_end_of_the_way_back() -> None:
    back_by_itself = release(1, 3, "ROLLED_BACK")
    undone, rollback = release(10, 12), release(13, 14, mode="rollback")

    assert over(back_by_itself).time_to_restore_seconds == 3600
    assert over(undone, rollback).time_to_restore_seconds == 3 * 3600
    assert over(back_by_itself, undone, rollback).time_to_restore_seconds == 2 * 3600


def test_a_release_that_failed_on_its_way_is_fixed_by_the_next_that_goes_well() -> None:
    assert over(release(1, 3, "FAILED"), release(5, 6)).time_to_restore_seconds == 4 * 3600
    assert over(release(1, 3, "FAILED")).time_to_restore_seconds is None


def test_a_rollback_that_did_not_succeed_restores_nothing() -> None:
    found = over(release(1, 3), release(5, 6, "FAILED", mode="rollback"))

    assert (found.time_to_restore_seconds, found.failed_changes) == (None, 0)


def test_of_nothing_nothing_is_computed() -> None:
    found = over()

    assert (found.deployments, found.lead_time_seconds, found.change_failure_percent) == (0, None, None)
    assert found.time_to_restore_seconds is None
    assert over(days=0).deployments_per_day == 0.0
