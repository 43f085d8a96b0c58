"""What a running action of the pipeline does, by the release that it makes and not by its summary alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from greenshift.view import (
    ActionView,
    FunctionRelease,
    FunctionView,
    LedgerPage,
    PipelineView,
    ReleaseView,
    ShiftView,
    Snapshot,
    StageView,
)
from greenshift.view.moving import doing_in, share_of_new

SHIFT = ActionView("Shift", "Shift", "InProgress", category="Invoke", summary="shifting: page 20 %")
STAGE = StageView("Shift", (SHIFT,), "e1")
RELEASE = ReleaseView(
    "e1", "SHIFTING", "c1", "", "", "2026-11-23T16:00:00.000Z", "", "", "",
    (FunctionRelease("page", "p-page", "1", "2", "SHIFTING"),), (),
)  # fmt: skip
PAGE = FunctionView("page", "p-page", "1", "2", 40.0, "", "OK")


def doing(
    stage: StageView = STAGE, release: ReleaseView | None = RELEASE, shifts: tuple[ShiftView, ...] = ()
) -> str:
    pipeline = PipelineView("payments", "url", 1, (stage,), ())
    return doing_in(
        stage,
        Snapshot(
            at="2026-11-23T16:01:00.000Z", pipeline=pipeline, functions=(PAGE,), alarms=(), release=release,
            shifts=shifts, traffic=(), ledger=LedgerPage(()), attention=(),
        ),
    )  # fmt: skip


def test_shares_are_those_of_now_and_not_of_the_controllers_last_look() -> None:
    assert doing() == "shifting: page 40 %"


@pytest.mark.parametrize(
    ("status", "said"),
    [("ROLLING_BACK", "rolling back"), ("ROLLED_BACK", "rolled back"), ("STARTED", "shifting: page 20 %")],
)
def test_a_release_that_goes_back_no_longer_shifts(status: str, said: str) -> None:
    assert doing(release=replace(RELEASE, status=status)) == said


def test_a_deployment_that_codedeploy_stopped_goes_back_before_the_ledger_tells_of_it() -> None:
    stopped = ShiftView("page", "1", "2", "SHIFTING", 0.0, 40.0, "Linear", status="Stopped")

    assert doing(shifts=(stopped,)) == "rolling back"
    assert doing(shifts=(replace(stopped, status="InProgress"),)) == "shifting: page 40 %"


def test_the_release_of_another_execution_says_nothing_of_this_one() -> None:
    assert doing(release=replace(RELEASE, id="e0", status="ROLLING_BACK")) == "shifting: page 20 %"
    assert doing(release=None) == "shifting: page 20 %"


def test_what_has_ended_and_what_reads_a_source_does_nothing_worth_telling() -> None:
    assert doing(replace(STAGE, actions=(replace(SHIFT, status="Succeeded"),))) == ""
    assert doing(replace(STAGE, actions=(replace(SHIFT, category="Source"),))) == ""


def test_a_share_is_that_of_the_new_version_before_during_and_after() -> None:
    assert share_of_new(PAGE, "2") == 40.0
    assert share_of_new(replace(PAGE, version="2", new_version="", new_percent=0.0), "2") == 100.0
    assert share_of_new(replace(PAGE, new_version="", new_percent=0.0), "2") == 0.0
