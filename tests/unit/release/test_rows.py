"""Rows of the ledger: whatever a release is, it reads back as it was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from greenshift.contract.release import Lease, Release, ReleasedFunction, StatusChange
from greenshift.contract.rows import release_of_row, release_values, transition_values
from greenshift.contract.rules import USUAL, Firing, Mode, Moved, Newer, Quiet, Rules
from greenshift.contract.statuses import State, Status
from greenshift.release.record.items import from_item, to_item

Make = Callable[..., Any]

YEAR = timedelta(days=365)
RULES = Rules(
    firing=Firing.REFUSE,
    quiet=Quiet.HOLD,
    moved=Moved.ADOPT,
    newer=Newer.SUPERSEDE,
    bake=timedelta(minutes=3),
    hold=timedelta(minutes=7),
    requests=4,
)


def read_back(release: Release) -> Release:
    """Through DynamoDB's own format, as the ledger writes and reads it."""
    values = release_values(release, YEAR) | {"transitions": transition_values(release.transitions)}
    return release_of_row(from_item(to_item(values)))


def full(clock: Any) -> Release:
    """A release with something else than the default in every member."""
    now = clock.now()
    item = ReleasedFunction(
        key="charge",
        name="payments-dev-charge",
        from_version="1",
        to_version="2",
        state=State.HALTED,
        deployment_id="d-1",
        rollback_deployment_id="d-2",
        rollback_attempts=2,
        reason="it was left",
        wave=3,
        ignored=("orders", "stock"),
    )
    return Release(
        id="r1",
        pipeline="payments-dev",
        status=Status.FAILED,
        started_at=now,
        since=now + timedelta(minutes=1),
        functions=(item,),
        ended_at=now + timedelta(minutes=2),
        commit="0123456789",
        message="Faster",
        author="Grace",
        trigger="push",
        mode=Mode.NOW,
        by="Ada",
        why="refunds fail",
        rules=RULES,
        open_waves=2,
        reason="it broke",
        alarm="orders",
        abort="stop",
        job="j1",
        attempts=3,
        notified="2026",
        lease=Lease("one", now + timedelta(minutes=3)),
        revision=7,
        findings=("charge: less memory",),
        transitions=(StatusChange(now, "SHIFTING", "began", now - timedelta(minutes=1)),),
    )


def test_a_full_release_reads_back(clock: Any) -> None:
    release = full(clock)

    plain = Release("r1", "payments-dev", Status.FAILED, release.started_at, release.since)
    same = [one.name for one in fields(Release) if getattr(release, one.name) == getattr(plain, one.name)]
    assert same == ["id", "pipeline", "status", "started_at", "since"], "every other member must be tried"
    assert read_back(release) == release


def test_a_bare_release_reads_back(make_release: Make, charge: Make) -> None:
    release = make_release(Status.PUBLISHING, charge(State.PUBLISHED))

    assert read_back(release) == release


def test_no_waves_open_is_not_the_same_as_all_of_them(make_release: Make) -> None:
    assert read_back(make_release(open_waves=0)).open_waves == 0
    assert read_back(make_release(open_waves=None)).open_waves is None


def test_the_rules_of_a_release_in_a_hurry_read_back_as_they_are_applied(make_release: Make) -> None:
    """How long it is watched is already in `bake`; what it would have been otherwise is nobody's business."""
    rules = replace(RULES, bake_now=timedelta(minutes=2)).in_mode(Mode.NOW)

    assert read_back(make_release(rules=rules)).rules == replace(rules, bake_now=USUAL.bake_now)


def test_a_row_from_before_there_were_rules_has_the_usual_ones(make_release: Make, charge: Make) -> None:
    release = make_release(Status.SHIFTING, charge())
    values = release_values(release, YEAR)
    for name in ("rules", "mode", "by", "why", "author", "openWaves"):
        values.pop(name)

    assert release_of_row(from_item(to_item(values))) == release
