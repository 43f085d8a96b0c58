"""One release in full, as lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from greenshift.cli.commands.show import lines
from greenshift.view import (
    BuildView,
    ExecutionView,
    FailedTest,
    FunctionRelease,
    Hours,
    Moment,
    ReleaseView,
    ReportView,
    Retried,
    SourceTraffic,
    Timeline,
    VersionCounts,
)

Plain = Callable[[str], str]
Make = Callable[..., Any]
MOVED = FunctionRelease("charge", "p-charge", "1", "2", "ROLLED_BACK", "alarm fired\nmore", wave=1)
SAME = FunctionRelease("refund", "p-refund", "3", "3", "UNCHANGED")
RELEASE = ReleaseView(
    "e1-and-more", "ROLLED_BACK", "0123456789ab", "Lower the fee", "t", "2026-11-23T16:01:00.000Z",
    "2026-11-23T16:10:00.000Z", "alarm fired\nmore", "charge-errors", (MOVED, SAME), (),
)  # fmt: skip
EXECUTION = ExecutionView(
    "e1-and-more", "Failed", "0123456789ab", "Lower the fee", "StartPipelineExecution me"
)
MOMENTS = (
    Moment("2026-11-23T16:00:00.000Z", "action", "Source", "Succeeded", "", "2026-11-23T16:00:17.000Z", 17.0),
    Moment("2026-11-23T16:02:30.000Z", "step", "charge", "", "10 % on version 2"),
    Moment("2026-11-23T16:05:00.000Z", "alarm", "charge-errors", "ALARM", "Threshold [bold] Crossed\nmore"),
)


@pytest.fixture
def told(plain: Plain) -> Callable[[Timeline], list[str]]:
    return lambda timeline: [plain(line) for line in lines(timeline)]


def test_a_release_is_told_with_what_it_changed_and_every_moment(
    told: Callable[[Timeline], list[str]],
) -> None:
    assert told(Timeline("e1-and-more", EXECUTION, RELEASE, (), MOMENTS)) == [
        "↶ e1-and-more  rolled back  01234567 Lower the fee",
        "  began:   2026-11-23 16:01:00 UTC",
        "  took:    9 min",
        "  before:  1 min, from the pipeline's start to the release's",
        "  started: by me, who started the pipeline",
        "  reason:  alarm fired",
        "  alarm:   charge-errors",
        "  ↶ charge  1 → 2  rolled back  wave 1  alarm fired",
        "  1 unchanged",
        "",
        "at (UTC)  after",
        "16:00:17  17 s        action   ✔ Source  17 s",
        "16:02:30  2 min 30 s  traffic  → charge  10 % on version 2",
        "16:05:00  5 min       alarm    ✖ charge-errors ALARM  Threshold [bold] Crossed",
    ]


def test_a_failure_is_told_once_with_its_stage_its_function_and_its_cause(
    told: Callable[[Timeline], list[str]],
) -> None:
    why = "page: version 3 did not pass its smoke test: KeyError: 'TABLE'"
    at = "2026-11-23T16:02:00.000Z"
    moments = (
        Moment(at, "release", "e1-and-m", "PUBLISHING", "publishing began"),
        Moment(at, "release", "e1-and-m", "FAILED", why),
        Moment(at, "action", "Publish", "Failed", why, at, 0.0),
        Moment(at, "release", "e1-and-m", "FAILED", "pipeline execution failed"),
    )
    failed = replace(RELEASE, status="FAILED", reason=why, functions=())

    assert [line[22:] for line in told(Timeline("e1", EXECUTION, failed, (), moments))[-4:]] == [
        "release  ▸ publishing began",
        f"release  ✖ failed  {why}",
        "action   ✖ Publish failed  0 s",
        "release  ✖ pipeline execution failed",
    ]


FROM_QUEUE = SourceTraffic(
    "charge", "queue jobs", (VersionCounts("1", 120, 0), VersionCounts("2", 14, 3)), (Retried("2", "1", 3),)
)
DIRECT = SourceTraffic("charge", "direct", (VersionCounts("1", 7, 0),), ())


def test_what_came_from_where_is_told_with_what_another_version_did(
    told: Callable[[Timeline], list[str]],
) -> None:
    found = told(Timeline("e1", EXECUTION, RELEASE, (), (), (DIRECT, FROM_QUEUE)))
    assert found[-3:-1] == [
        "  charge  direct      version 1: 7 calls",
        "  charge  queue jobs  version 1: 120 calls; version 2: 14 calls, 3 failed; "
        "3 that 2 failed on came to 1",
    ]


def test_callers_alone_need_no_counts_by_source(told: Callable[[Timeline], list[str]]) -> None:
    found = told(Timeline("e1", EXECUTION, RELEASE, (), (), (DIRECT,)))
    assert not [line for line in found if "direct" in line]


def test_the_minute_in_a_reason_is_the_readers() -> None:
    began = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    hours = Hours.of_twin(60.0, began.timestamp(), began.timestamp(), UTC)
    said = (
        "alarm fired: Threshold Crossed: 1 out of the last 1 datapoints [70.0 (23/11/26 16:30:00)] "
        "was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    told = "\n".join(lines(Timeline("e1", None, replace(RELEASE, reason=said), (), ()), hours))

    assert "error rate 70 % (limit 5 %) in the minute from 16:00:30 (twin 16:30:00)" in told


def test_every_build_is_told_with_its_tests(told: Callable[[Timeline], list[str]]) -> None:
    failed = tuple(FailedTest(f"shop.test{n}", "FAILED", "2 is not 3\ntrace") for n in range(6))
    bad = ReportView("unit", "FAILED", 9, 2, 6, 1, 0.5, failed)
    start, end = "2026-11-23T16:00:00.000Z", "2026-11-23T16:00:12.000Z"
    first = BuildView("b:1", 1, "FAILED", "c", start, end, (bad,))
    found = told(
        Timeline("e1", None, None, (), (), (), (BuildView("b:2", 2, "IN_PROGRESS", "c", end, ""), first))
    )

    assert found[1:9] == [
        "  ▸ build 2  running, log: greenshift logs --number 2",
        "  ✖ build 1  failed, 12 s, log: greenshift logs --number 1",
        "    tests unit: 2 of 9 passed, 6 failed, 1 skipped",
        *(f"      ✖ shop.test{n}  2 is not 3" for n in range(5)),
    ]
    assert "      and 1 more" in found


def test_who_was_in_a_hurry_and_why_is_told(told: Callable[[Timeline], list[str]]) -> None:
    hurried = replace(RELEASE, mode="now", by="Ada <a@b.org>", why="refunds fail", author="Bo <b@b.org>")
    found = told(Timeline("e1", None, hurried, (), ()))

    asked = "  started: by Ada, who asked for a release"
    for line in (asked, "  author:  Bo", "  how:     all at once", "  why:     refunds fail"):
        assert line in found


def test_a_person_who_wrote_and_released_a_commit_is_named_once(
    told: Callable[[Timeline], list[str]],
) -> None:
    own = replace(RELEASE, mode="normal", by="Ada <a@b.org>", author="Ada <a@b.org>")
    found = told(Timeline("e1", EXECUTION, own, (), ()))

    assert [line for line in found if "Ada" in line] == ["  started: by Ada, who asked for a release"]
    assert not [line for line in found if "normal" in line]


def test_what_took_a_release_back_is_told_by_the_name_the_history_has(
    told: Callable[[Timeline], list[str]],
) -> None:
    undone = replace(RELEASE, status="SUCCEEDED", reason="", undone_by="rollback-3f2a91c0-1234-5678")

    assert "  undone:  by rollback-3f2a91c0" in told(Timeline("e1", None, undone, (), ()))


def test_a_rollback_says_its_reason_once(told: Callable[[Timeline], list[str]]) -> None:
    why = "the old page was better"
    back = replace(RELEASE, mode="rollback", commit="", message=why, why=why, reason="", by="Ada")
    found = told(Timeline("rollback-1", None, back, (), ()))

    assert "\n".join(found).count(why) == 1
    assert "  started: by Ada, who asked for a rollback" in found


def test_a_rollback_begins_and_publishes_nothing(told: Callable[[Timeline], list[str]]) -> None:
    at, cause = "2026-11-23T16:01:00.000Z", "undoing release e1"
    back = replace(RELEASE, mode="rollback", reason="")
    asked = tuple(
        Moment(at, "release", subject, "PUBLISHED", cause) for subject in ("rollback-3f2a91c0", "3f2a91c0")
    )

    first, other = told(Timeline("rollback-1", None, back, (), asked))[-2:]

    assert first.endswith("rollback-3f2a91c0 began  undoing release e1")
    assert other.endswith("3f2a91c0 published  undoing release e1")


def test_an_execution_that_did_not_come_to_publish_is_told(told: Callable[[Timeline], list[str]]) -> None:
    failed = replace(EXECUTION, updated_at="2026-11-23T16:00:30.000Z")
    found = told(Timeline("e1-and-more", failed, None, (), MOMENTS[:1]))

    assert found[0] == "✖ e1-and-more  failed  01234567 Lower the fee"
    assert "  took:    30 s" in found


def test_of_many_functions_twenty_are_named(told: Callable[[Timeline], list[str]]) -> None:
    many = replace(RELEASE, functions=tuple(replace(MOVED, key=f"f{n}") for n in range(25)))

    assert "  and 5 more" in told(Timeline("e1", None, many, (), ()))


def test_how_long_a_release_was_mixed_on_its_way_back_is_told(told: Callable[[Timeline], list[str]]) -> None:
    back = tuple(
        replace(RELEASE.functions[0], key=key, back_at=f"2026-11-23T16:50:{seconds}.000Z")
        for key, seconds in (("charge", "07"), ("refund", "19"))
    )

    found = told(Timeline("e1", None, replace(RELEASE, functions=back), (), ()))

    assert "  mixed:   12 s from the first function that was back to the last" in found


def test_on_a_twin_moments_are_the_readers_with_the_twins_beside_them(plain: Plain) -> None:
    begun = datetime(2026, 11, 23, 16, tzinfo=UTC).timestamp()
    hours = Hours.of_twin(60.0, begun, begun + 60.0, UTC)
    told = [plain(line) for line in lines(Timeline("e1", EXECUTION, RELEASE, (), MOMENTS), hours)]
    assert "  began:   2026-11-23 16:01:01" in told
    assert "  took:    9 min of AWS, 9 s here" in told
    assert "16:01:00  16:00:17  17 s        action   ✔ Source  17 s" in told
    assert "at        twin      after (of AWS)" in told
