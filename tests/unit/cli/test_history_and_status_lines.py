"""One line a release, one line a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from greenshift.cli import history
from greenshift.cli.icons import WAITING, icon
from greenshift.cli.status import _execution, _functions
from greenshift.release.model import State, Status
from greenshift.view import FunctionView

Plain = Callable[[str], str]
Make = Callable[..., Any]


def test_a_release_that_went_well_is_one_line(release_of: Make, plain: Plain) -> None:
    (line,) = history.lines(release_of("SUCCEEDED", charge=("1", "2"), refund=("3", "3")))

    assert plain(line) == "✔ 01234567  2026-11-23 16:50:57  SUCCEEDED    charge 1 → 2  Lower the fee"


def test_why_a_release_went_back_stands_below_it(release_of: Make, plain: Plain) -> None:
    lines = history.lines(release_of("ROLLED_BACK", "alarm fired\nand more", charge=("1", "2")))

    assert plain(lines[0]).startswith("↶ 01234567")
    assert [plain(line) for line in lines[1:]] == ["    alarm fired"]


def test_words_of_others_are_shown_as_they_are_written(release_of: Make, plain: Plain) -> None:
    first, second = history.lines(release_of("FAILED", "[red]no[/]", message="\x1b[2J[bold]fix[/]"))

    assert plain(first).endswith("[bold]fix[/]")
    assert plain(second) == "    [red]no[/]"


def test_a_row_with_nothing_in_it_is_still_a_line(release_of: Make, plain: Plain) -> None:
    empty = replace(release_of(""), commit="", message="", started_at="", trigger="")

    assert len(history.lines(empty)) == 1
    assert plain(history.lines(empty)[0]).startswith("·")


@pytest.mark.parametrize("status", [*Status, *State])
def test_every_status_of_the_ledger_has_an_icon(status: str) -> None:
    assert icon(str(status)) != WAITING


@pytest.mark.parametrize("status", ["Succeeded", "InProgress", "Failed", "Stopped", "Stopping", "Cancelled",
                                    "Superseded", "Abandoned"])  # fmt: skip
def test_every_status_of_codepipeline_has_an_icon(status: str) -> None:
    assert icon(status) != WAITING


def test_a_status_nobody_knows_waits() -> None:
    assert icon("Resting") == icon("") == WAITING


def test_a_pipeline_that_never_ran_says_so(plain: Plain) -> None:
    assert [plain(line) for line in _execution(None)] == ["├ the pipeline has not run yet"]


def test_the_latest_execution_is_a_tree_of_its_stages(snapshot_of: Make, plain: Plain) -> None:
    failed = snapshot_of(
        {"Source": "Succeeded", "Build": "Failed", "Shift": ""}, status="Failed", error="no [x]\nmore"
    )

    assert [plain(line) for line in _execution(failed)] == [
        "├ ✖ 01234567 Lower the fee Failed",
        "│  ✔ Source",
        "│  ✖ Build  no [x]",
        "│  · Shift",
    ]


def test_functions_are_listed_below_each_other(plain: Plain) -> None:
    views = (
        FunctionView("charge", "p-charge", "4", alarm="a", alarm_state="OK"),
        FunctionView("export-all", "p-export", "1", "2", 12.5, "a", "ALARM"),
    )

    assert [plain(line) for line in _functions(views)] == [
        "└ functions",
        f"   charge      {'█' * 20} 100 % on version 4  alarm ✔ OK",
        f"   export-all  ██{'░' * 18} 12.5 % on version 2, 87.5 % on 1  alarm ✖ ALARM",
    ]


def test_no_functions_are_no_lines() -> None:
    assert _functions(()) == ["└ functions"]
