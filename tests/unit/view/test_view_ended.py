"""Why a release ended as it did, in one line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.stacks.told_stack import went_back

from greenshift.reading.reports import Case
from greenshift.view import ActionView, StageView
from greenshift.view.build_causes import in_one_line
from greenshift.view.ended import failed_build, why

SAID = "[charge] npm test: exit status 1; run it here with: greenshift build charge"


def stage(name: str, error: str, category: str = "Build") -> StageView:
    action = ActionView(name, name, "Failed" if error else "Succeeded", "", error, "shop:1", category)
    return StageView(name, (action,))


def test_a_failed_stage_is_named_with_its_cause() -> None:
    stages = (stage("Source", "", "Source"), stage("Build", SAID))

    assert why(stages, None) == f"stage Build: {SAID}"
    assert failed_build(stages) == "shop:1"


def test_what_went_back_is_told_by_its_own_reason_and_so_is_what_no_stage_tells() -> None:
    release = went_back().release
    assert release is not None
    stages = (stage("Shift", "rolled back: charge", "Invoke"),)

    assert why(stages, release) == release.reason
    assert why(stages, replace(release, status="FAILED")) == "stage Shift: rolled back: charge"
    assert why((), replace(release, status="FAILED")) == release.reason
    assert why((), None) == failed_build(stages) == ""


@pytest.mark.parametrize(
    ("failures", "told"),
    [
        ((), ""),
        ((Case("rounds", "FAILED", ""),), "; test rounds"),
        (
            (Case("rounds", "FAILED", "1 != 2\n  at x"), Case("b", "ERROR", "")),
            "; test rounds: 1 != 2 and 1 more",
        ),
        ((Case("rounds", "FAILED", "x" * 500),), f"; test rounds: {'x' * 111}…"),
    ],
)
def test_a_test_that_failed_stands_before_how_to_run_it_here(failures: tuple[Case, ...], told: str) -> None:
    head, how, command = SAID.partition("; run it here")

    assert in_one_line(SAID, failures) == f"{head}{told}{how}{command}"
    assert in_one_line("pip: exit status 1", failures) == f"pip: exit status 1{told}"
