"""A snapshot as a tree a person reads, on a terminal and in a pipe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from greenshift.cli.words.board import board
from greenshift.cli.words.icons import WAITING, icon
from greenshift.cli.words.tree import Node, lines, paths
from greenshift.contract.statuses import State, Status
from greenshift.view import (
    ActionView,
    AlarmView,
    Attention,
    ExecutionView,
    FunctionView,
    HookView,
    Hours,
    LedgerPage,
    PipelineView,
    ShiftView,
    Snapshot,
    SourceTraffic,
    StageView,
    VersionCounts,
)

Plain = Callable[[str], str]
Make = Callable[..., Any]
COMMIT = "0123456789ab"
ALARM = AlarmView("p-charge-errors", "charge", "OK", "", "", 5.0, "2", 60, 1, 1)
CHARGE = FunctionView("charge", "p-charge", "1", "2", 10.0, "p-charge-errors", "OK")
HOOKS = (HookView("BeforeAllowTraffic", "Succeeded"), HookView("AllowTraffic", "InProgress"))


def execution(status: str = "InProgress", identifier: str = "e1") -> ExecutionView:
    return ExecutionView(identifier, status, COMMIT, "Lower the fee")


def stage(name: str, status: str, **more: Any) -> StageView:
    at = {"started_at": "2026-11-23T16:00:00.000Z", "updated_at": "2026-11-23T16:00:17.000Z"}
    action = ActionView(name, name, status, **{**(at if status else {}), **more})
    return StageView(name, (action,), "e1")


def snapshot(**parts: Any) -> Snapshot:
    executions = parts.pop("executions", (execution(),))
    stages = parts.pop("stages", ())
    empty = Snapshot(
        at="2026-11-23T16:50:57.123Z",
        pipeline=PipelineView("payments", "url", 1, stages, executions),
        functions=(), alarms=(), release=None, shifts=(), traffic=(), ledger=LedgerPage(()), attention=(),
    )  # fmt: skip
    return replace(empty, **parts)


def test_counts_by_source_belong_to_the_release_and_are_no_news(release_of: Make) -> None:
    source = SourceTraffic("charge", "queue jobs", (VersionCounts("2", 14, 3),), ())
    found = board(snapshot(release=release_of(), sources=(source,)))

    assert [line for line in lines(found) if "queue jobs" in line]
    assert [line for line in paths(found) if "queue jobs" in line] == []


@pytest.fixture
def drawn(plain: Plain) -> Callable[..., list[str]]:
    return lambda found, **how: [plain(line) for line in lines(board(found, **how))]


def test_a_shift_is_a_tree_of_stages_the_release_and_its_functions(
    drawn: Callable[..., list[str]], release_of: Make
) -> None:
    stages = (
        stage("Source", "Succeeded"),
        stage("Shift", "InProgress", summary="shifting: charge 0 %"),
        stage("Later", ""),
    )
    shift = ShiftView("charge", "1", "2", "SHIFTING", 10.0, 20.0, "Linear10PercentEvery1Minute", hooks=HOOKS)
    release = replace(release_of(charge=("1", "2")), id="e1")

    assert drawn(
        snapshot(stages=stages, release=release, shifts=(shift,), functions=(CHARGE,), alarms=(ALARM,))
    ) == [
        "payments  2026-11-23 16:50:57 UTC",
        "├─ pipeline  ▸ 01234567 Lower the fee running",
        "│  ├─ ✔ Source   17 s",
        "│  ├─ ▸ Shift    shifting: charge 10 %",
        "│  └─ · Later",
        "├─ release   ▸ e1 shifting",
        f"│  └─ charge 1 → 2  ██{'░' * 18} 10 % (planned 20 %)  10 % every minute",
        "└─ functions",
        f"   └─ charge  ██{'░' * 18} 10 % on version 2, 90 % on 1  alarm ✔ OK",
    ]


def test_a_hook_is_told_by_name_while_it_runs_and_when_it_fails(
    drawn: Callable[..., list[str]], release_of: Make
) -> None:
    hooks = (HookView("BeforeAllowTraffic", "Failed"), HookView("AfterAllowTraffic", "InProgress"))
    shift = ShiftView("charge", "1", "2", "SHIFTING", 10.0, 10.0, "AllAtOnce", hooks=hooks)
    found = drawn(snapshot(release=release_of(charge=("1", "2")), shifts=(shift,)))

    assert found[3].endswith("10 %  all at once  ✖ BeforeAllowTraffic failed  ▸ AfterAllowTraffic running")


def test_a_shift_fits_on_a_screen_of_80_columns(drawn: Callable[..., list[str]], release_of: Make) -> None:
    page = FunctionView("page", "p-page", "12", "14", 60.0, "p-page-errors", "OK")
    shift = ShiftView("page", "12", "14", "SHIFTING", 60.0, 80.0, "Linear20PercentEvery1Minute", hooks=HOOKS)
    release = release_of(page=("12", "14"))
    found = drawn(snapshot(release=release, shifts=(shift,), functions=(page,), alarms=(ALARM,)))

    assert max(map(len, found)) <= 80


def test_what_is_live_is_told_by_its_commit_whatever_the_pipeline_did_last(
    drawn: Callable[..., list[str]], release_of: Make
) -> None:
    good = replace(release_of("SUCCEEDED", charge=("1", "2")), id="good", ended_at="2026-11-23T16:10:00.000Z")
    bad = replace(
        good, id="bad", commit="bad", functions=release_of(charge=("2", "3")).functions,
        ended_at="2026-11-23T16:20:00.000Z",
    )  # fmt: skip
    back = replace(
        good, id="rollback-1", mode="rollback", functions=release_of(charge=("3", "2")).functions,
        ended_at="2026-11-23T16:30:00.000Z",
    )  # fmt: skip
    charge = replace(CHARGE, version="2", new_version="", new_percent=0.0)
    by_hand = replace(charge, version="9")
    ledger = LedgerPage((back, bad, good))

    assert "├─ live      01234567 Lower the fee (release good)" in drawn(
        snapshot(ledger=ledger, functions=(charge,))
    )
    assert not [each for each in drawn(snapshot(ledger=ledger, functions=(by_hand,))) if " live " in each]


def test_what_needs_a_person_comes_with_what_to_do(drawn: Callable[..., list[str]]) -> None:
    asked = Attention("approval", "Approve waits for [an] answer", "greenshift approve")

    assert drawn(snapshot(attention=(asked,)))[-3:] == [
        "└─ needs a person",
        "   └─ ‖ Approve waits for [an] answer",
        "      └─ next: greenshift approve",
    ]


def test_a_pipeline_that_never_ran_says_so(drawn: Callable[..., list[str]]) -> None:
    assert drawn(snapshot(executions=()))[1] == "├─ the pipeline has not run yet"


def test_a_failed_stage_tells_why_and_a_closed_one_that_it_is(drawn: Callable[..., list[str]]) -> None:
    closed = replace(stage("Shift", ""), is_open=False, closed_because="a freeze")
    found = drawn(snapshot(stages=(stage("Build", "Failed", error="no [x]\nmore"), closed)))

    assert found[2:4] == ["│  ├─ ✖ Build    17 s  no [x]", "│  └─ · Shift     closed a freeze"]


def test_an_approval_that_waits_says_so(drawn: Callable[..., list[str]]) -> None:
    found = drawn(snapshot(stages=(stage("Approve", "InProgress", category="Approval"),)))

    assert found[2] == "│  └─ ▸ Approve  waits for an answer"


def test_a_stage_that_works_on_another_execution_says_on_which(drawn: Callable[..., list[str]]) -> None:
    newest = replace(execution(identifier="e2"), commit="fedcba9876")
    found = drawn(snapshot(executions=(newest, execution()), stages=(stage("Build", "InProgress"),)))

    assert found[2] == "│  └─ ▸ Build    of 01234567"


def test_how_long_the_pipeline_took_in_all_is_told_once_it_has_ended(drawn: Callable[..., list[str]]) -> None:
    ended = replace(
        execution("Succeeded"),
        started_at="2026-11-23T16:00:00.000Z",
        updated_at="2026-11-23T16:08:10.000Z",
    )
    assert drawn(snapshot(executions=(ended,)))[1].endswith("Lower the fee succeeded, 8 min 10 s")
    under_way = replace(ended, status="InProgress")
    assert drawn(snapshot(executions=(under_way,)))[1].endswith("Lower the fee running")


def test_a_release_that_went_back_tells_why(drawn: Callable[..., list[str]], release_of: Make) -> None:
    ended = replace(
        release_of("ROLLED_BACK", "alarm fired\nand more", charge=("1", "2")),
        ended_at="2026-11-23T16:52:57.123Z", mode="now",
    )  # fmt: skip

    assert drawn(snapshot(release=ended))[2] == "├─ release   ↶ id (now) rolled back  2 min  alarm fired"


def test_on_a_twin_lengths_are_told_with_what_the_reader_waited(
    drawn: Callable[..., list[str]], release_of: Make
) -> None:
    fast = Hours.of_twin(60.0, 0.0, 0.0, UTC)
    ended = replace(release_of("SUCCEEDED"), ended_at="2026-11-23T16:52:57.123Z")
    found = drawn(snapshot(stages=(stage("Source", "Succeeded"),), release=ended), hours=fast)

    assert found[2:4] == [
        "│  └─ ✔ Source   17 s of AWS, 0.3 s here",
        "├─ release   ✔ id succeeded  2 min of AWS, 2 s here",
    ]


def test_what_a_stage_is_doing_is_told_by_both_clocks(drawn: Callable[..., list[str]]) -> None:
    began = datetime(2026, 11, 29, 16, 0, tzinfo=UTC).timestamp()
    fired = (
        "Threshold Crossed: 1 out of the last 1 datapoints [40.0 (29/11/26 16:11:00)] was greater than the "
        "threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    busy = snapshot(stages=(stage("Shift", "InProgress", summary=fired),))

    line = drawn(busy, hours=Hours.of_twin(60.0, began, began, UTC))[2]

    assert line.endswith("in the minute from 16:00:11 (twin 16:11:00)")


def test_of_many_functions_only_those_that_matter_are_listed(drawn: Callable[..., list[str]]) -> None:
    quiet = tuple(FunctionView(f"f{n}", f"p-f{n}", "1", alarm="a", alarm_state="OK") for n in range(20))
    fires = FunctionView("refund", "p-refund", "3", alarm="a", alarm_state="ALARM")
    found = snapshot(functions=(*quiet, fires))

    assert [line.strip(" ├└─") for line in drawn(found)[-2:]] == [
        f"refund  {'█' * 20} 100 % on version 3  alarm ✖ ALARM",
        "20 more, each on one version and its alarm OK; --all lists them",
    ]
    assert len(drawn(found, everything=True)) == len(drawn(found)) + 19


def test_a_function_that_is_gone_says_so(drawn: Callable[..., list[str]]) -> None:
    found = drawn(snapshot(functions=(FunctionView("charge", "p-charge", ""),)))

    assert found[-1] == "   └─ charge  ✖ no such alias  alarm · none"


def test_words_of_others_do_not_drive_the_terminal() -> None:
    nasty = replace(execution(), message="\x1b[2J[bold]x[/]")
    text = "\n".join(lines(board(snapshot(executions=(nasty,)))))

    assert "\x1b" not in text


def test_each_line_reads_on_its_own_in_a_pipe(plain: Plain) -> None:
    tree = Node("root", (Node("pipeline Succeeded", (Node("Build 17 s"),), "pipeline"), Node("alone")))

    assert paths(tree) == ["pipeline Succeeded", "pipeline Build 17 s", "alone"]
    assert lines(tree) == ["root", "├─ pipeline Succeeded", "│  └─ Build 17 s", "└─ alone"]


@pytest.mark.parametrize("status", [*Status, *State, "WAITING", "BAKING", "HALTED"])
def test_every_status_of_the_ledger_has_an_icon(status: str) -> None:
    assert icon(str(status)) != WAITING


@pytest.mark.parametrize("status", ["Succeeded", "InProgress", "Failed", "Stopped", "Stopping", "Cancelled",
                                    "Superseded", "Abandoned"])  # fmt: skip
def test_every_status_of_codepipeline_has_an_icon(status: str) -> None:
    assert icon(status) != WAITING


def test_a_status_nobody_knows_waits() -> None:
    assert icon("Resting") == icon("") == WAITING


def test_a_placeholder_is_called_that(drawn: Callable[..., list[str]]) -> None:
    serving = replace(CHARGE, version="1", new_version="", new_percent=0.0, is_bootstrap=True)

    (line,) = [each for each in drawn(snapshot(functions=(serving,))) if "charge" in each]

    assert "· serves a placeholder (version 1): no release has reached it" in line
