"""One release in full, as lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from greenshift.cli.show import lines
from greenshift.view import ExecutionView, FunctionRelease, Moment, ReleaseView, Timeline

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
        "↶ e1-and-more  ROLLED_BACK  01234567 Lower the fee",
        "  began:   2026-11-23 16:00:00 UTC",
        "  took:    10 min",
        "  trigger: StartPipelineExecution me",
        "  reason:  alarm fired",
        "  alarm:   charge-errors",
        "  ↶ charge  1 → 2  ROLLED_BACK  wave 1  alarm fired",
        "  1 unchanged",
        "",
        "16:00:00  +0 s         action   ✔ Source  17 s",
        "16:02:30  +2 min 30 s  step     → charge  10 % on version 2",
        "16:05:00  +5 min       alarm    ✖ charge-errors ALARM  Threshold [bold] Crossed",
    ]


def test_who_was_in_a_hurry_and_why_is_told(told: Callable[[Timeline], list[str]]) -> None:
    hurried = replace(RELEASE, mode="now", by="Ada", why="refunds fail", author="Bo")
    found = told(Timeline("e1", None, hurried, (), ()))

    for line in ("  author:  Bo", "  mode:    now", "  by:      Ada", "  why:     refunds fail"):
        assert line in found


def test_an_execution_that_did_not_come_to_publish_is_told(told: Callable[[Timeline], list[str]]) -> None:
    failed = replace(EXECUTION, updated_at="2026-11-23T16:00:30.000Z")
    found = told(Timeline("e1-and-more", failed, None, (), MOMENTS[:1]))

    assert found[0] == "✖ e1-and-more  Failed  01234567 Lower the fee"
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
