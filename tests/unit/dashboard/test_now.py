"""The first page, chapter by chapter of one recorded release: what a person reads there."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from support.people.page import parse, text, texts
from support.stacks.told_stack import shifting, undone, went_back, with_copies
from support.stacks.watched import CHAPTERS, recorded_snapshot, recorded_stack

from greenshift.dashboard.screens.now import NowScreen
from greenshift.view import (
    ActionView,
    ExecutionView,
    FunctionTraffic,
    FunctionView,
    ReleaseView,
    ShiftView,
    Snapshot,
    StageView,
    Transition,
)


def told(snapshot: Snapshot, *, read_only: bool = False, function: str = "") -> dict[str, Element]:
    query = {"function": function} if function else {}
    screen = NowScreen(recorded_stack("asks", read_only=read_only), query)
    return {name: parse(html) for name, html in screen.parts(snapshot).items()}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_look_that_shows_nothing_new_renders_the_same(chapter: str) -> None:
    snapshot = recorded_snapshot(chapter)
    screen = NowScreen(recorded_stack(chapter), {})

    assert screen.parts(snapshot) == screen.parts(snapshot)


def test_while_a_release_asks_the_answer_is_one_click_away() -> None:
    parts = told(recorded_snapshot("asks"))

    assert "Ready to shift?" in text(parts["attention"])
    assert texts(parts["attention"], ".//a") == ["Approve…", "Reject…"]
    assert "answer=yes" in parts["attention"].findall(".//a")[0].attrib["href"]
    assert "waits for you" in text(parts["pipeline"])


def test_read_only_the_question_is_shown_with_the_command_that_answers_it() -> None:
    attention = told(recorded_snapshot("asks"), read_only=True)["attention"]

    assert attention.findall(".//a") == []
    assert "greenshift approve" in text(attention.find(".//code"))


def test_while_it_shifts_the_share_is_told_in_words_and_drawn() -> None:
    parts = told(recorded_snapshot("shifts"))

    assert text(parts["hero"].find(".//h1")) == "First"
    assert "10 % of the traffic on 2 new versions" in text(parts["hero"])
    assert parts["hero"].find(".//svg[@role='img']").attrib["aria-label"].startswith("10 % of the traffic")
    assert "10 % of the traffic on the new versions" in text(parts["said"])
    lanes = parts["lanes"].findall(".//tbody/tr")
    assert [text(lane.find("th")) for lane in lanes] == ["charge", "refund"]
    assert all("10 %" in text(lane) and "shifting" in text(lane) for lane in lanes)


def test_every_stage_is_told_by_a_word_and_a_mark() -> None:
    stages = told(recorded_snapshot("shifts"))["pipeline"].findall(".//li")

    assert [text(stage.find(".//h3")) for stage in stages] == [
        "Source",
        "Build",
        "Publish",
        "Approve",
        "Shift",
    ]
    words = [text(stage.find(".//p[@class='word']")).split(" in ")[0] for stage in stages]
    assert words == ["succeeded"] * 4 + ["running"]
    assert [stage.find(".//use").attrib["href"] for stage in stages][-1] == "#mark-run"


def test_why_a_stage_failed_is_told_once_and_whole() -> None:
    """By the release, where it is the release's own reason; else below the stages."""
    back = went_back()
    shift = back.pipeline.stages[-1]
    other = replace(
        shift, actions=(replace(shift.actions[0], error="[charge] npm test: exit status 1 " * 8),)
    )
    stages = (*back.pipeline.stages[:-1], other)
    pipeline = told(replace(back, pipeline=replace(back.pipeline, stages=stages)))["pipeline"]

    assert "alarm" not in text(told(back)["pipeline"])
    assert "alarm shop-local-charge-errors" in text(told(back)["hero"])
    assert texts(pipeline, "./p") == [f"Shift: {('[charge] npm test: exit status 1 ' * 8).strip()}"]


def test_how_long_is_counted_from_the_start_that_is_told_while_the_pipeline_ends() -> None:
    """A release ends before its execution does."""
    back = went_back()
    assert back.release is not None
    begun = replace(
        back.pipeline.executions[0],
        id=back.release.id,
        status="InProgress",
        started_at="2026-11-23T16:20:00.000Z",
    )
    now = replace(back, at="2026-11-23T16:33:20.000Z", pipeline=replace(back.pipeline, executions=(begun,)))

    assert "pipeline started 16:20:00 for 13 min 20 s" in text(told(now)["hero"])


def test_a_stage_that_runs_for_an_execution_not_listed_yet_does_not_run_before() -> None:
    back = went_back()
    source, *others = back.pipeline.stages
    begun = replace(source, actions=(replace(source.actions[0], status="InProgress"),), execution="new")
    pipeline = told(replace(back, pipeline=replace(back.pipeline, stages=(begun, *others))))["pipeline"]

    first = pipeline.findall(".//li")[0]
    assert text(first.find(".//p")) == "running"
    assert "earlier" not in first.attrib["class"]


def test_why_the_release_before_failed_is_told_as_of_that_while_a_new_one_runs() -> None:
    back = went_back()
    broken = replace(back.pipeline.stages[-1].actions[0], error="[charge] npm test: exit status 1")
    left = replace(back.pipeline.stages[-1], actions=(broken,), execution="another")
    stages = (*back.pipeline.stages[:-1], left)
    (note,) = told(replace(back, pipeline=replace(back.pipeline, stages=stages)))["pipeline"].findall("./p")

    assert text(note) == "Shift, of the release before: [charge] npm test: exit status 1"
    assert "muted" in note.attrib["class"]


def test_a_rollback_is_not_shown_with_the_failed_stage_of_a_release_before_it() -> None:
    pipeline = told(undone())["pipeline"]

    note, why = texts(pipeline, "./p")
    assert note == (
        "A rollback does not use the pipeline. What the pipeline did last: "
        "3f9d2c1a Round to cents, not to euros, rolled back"
    )
    assert why.startswith("Shift: alarm shop-local-charge-errors")
    assert all("earlier" in stage.attrib["class"] for stage in pipeline.findall(".//li"))
    assert text(pipeline.findall(".//li")[-1].find(".//p")) == "failed before in 42 s"


def test_the_charts_have_the_threshold_and_a_table_of_the_same() -> None:
    charts = told(recorded_snapshot("shifts"))["charts"]

    assert texts(charts, ".//figcaption/span[@class='strong']") == [
        "Share of traffic",
        "Error rate",
        "Requests per minute",
        "Duration",
    ]
    assert "alarm above 5 %" in text(charts)
    rows = charts.findall(".//details//tbody/tr")
    counts = [text(cell).partition(" ")[0] for row in rows for cell in row.findall("td")[::5]]
    assert len(counts) == 2 * len(rows), "of the new version, and of the old one"
    assert sum(map(int, counts)) == 20
    assert all(svg.attrib["aria-label"] for svg in charts.findall(".//svg[@role='img']"))


def test_the_function_in_the_charts_can_be_chosen() -> None:
    charts = told(recorded_snapshot("shifts"), function="refund")["charts"]

    assert text(charts.find(".//span[@class='key']")) == "refund"
    assert texts(charts, ".//nav/a[@aria-current]") == ["refund"]


def test_while_the_source_is_read_the_page_says_so_and_whose_charts_it_shows() -> None:
    ended = recorded_snapshot("ended")
    reading = ExecutionView("e9", "InProgress", "", "")
    parts = told(replace(ended, pipeline=replace(ended.pipeline, executions=(reading,))))

    assert text(parts["hero"].find(".//h1")) == "Reading the branch"
    assert ended.release is not None
    assert f", the earlier release {ended.release.id[:8]}" in text(parts["charts"].find(".//h2"))
    assert "earlier release" not in text(told(ended)["charts"])


def test_a_build_that_has_just_failed_is_told_before_the_ledger_knows_it() -> None:
    ended = recorded_snapshot("ended")
    build = ActionView("Build", "Build", "Failed", "", "[charge] npm test: exit status 1", "shop:7", "Build")
    failed = ExecutionView(
        "e9", "Failed", "abcdef0123", "Break it", "", "2030-01-01T00:00:00.000Z", "2030-01-01T00:01:00.000Z",
        (StageView("Build", (build,), "e9"),),
    )  # fmt: skip
    executions = (failed, *ended.pipeline.executions)
    parts = told(replace(ended, pipeline=replace(ended.pipeline, executions=executions)))
    reason = parts["hero"].find(".//p[@class='reason bad']")

    assert text(parts["hero"].find(".//h1")) == "Break it"
    assert text(reason) == "stage Build: [charge] npm test: exit status 1 Build log"
    assert reason.find("a").attrib["href"] == "/logs?source=build%3Ashop%3A7#log-title"
    assert "stage Build: [charge] npm test" in text(parts["said"])


def test_stages_that_the_last_execution_did_not_reach_are_told_as_before() -> None:
    ended = recorded_snapshot("ended")
    assert "before" not in text(told(ended)["pipeline"])

    last, *others = ended.pipeline.stages
    other = replace(ended.pipeline, stages=(last, *(replace(each, execution="e0") for each in others)))
    words = texts(told(replace(ended, pipeline=other))["pipeline"], ".//p[@class='word']")
    assert [" before" in word for word in words] == [False, *(True for _ in others)]


def test_a_branch_that_could_not_be_read_says_so() -> None:
    ended = recorded_snapshot("ended")
    failed = ExecutionView("e9", "Failed", "", "", "", "2030-01-01T00:00:00Z", "2030-01-01T00:01:00Z")
    parts = told(replace(ended, pipeline=replace(ended.pipeline, executions=(failed,))))

    assert text(parts["hero"].find(".//h1")) == "The branch was not read"


def test_what_is_live_is_told_by_its_commit() -> None:
    ended = recorded_snapshot("ended")
    assert ended.release is not None

    assert (
        text(told(ended)["live"].find(".//p"))
        == f"{ended.release.commit[:8]} First, release {ended.release.id[:8]}"
    )


def test_an_ended_release_is_the_last_one() -> None:
    hero = told(recorded_snapshot("ended"))["hero"]

    assert text(hero.find(".//p")) == "Last release succeeded"
    assert "100 % of the traffic" in text(hero)


def test_before_the_first_release_the_page_says_what_to_do() -> None:
    ended = recorded_snapshot("ended")
    empty = replace(ended, release=None, shifts=(), traffic=(), ledger=replace(ended.ledger, releases=()),
                    pipeline=replace(ended.pipeline, executions=()))  # fmt: skip
    parts = told(empty)

    assert text(parts["hero"].find(".//h1")) == "Nothing was released yet"
    assert "greenshift release" in text(parts["hero"])
    assert text(parts["lanes"]) == ""


def test_an_execution_that_has_no_row_in_the_ledger_yet_goes_before_the_last_release() -> None:
    ended = recorded_snapshot("ended")
    building = ExecutionView("e2", "InProgress", "abcdef0123", "Second\n\nmore", started_at=ended.at)
    snapshot = replace(
        ended,
        pipeline=replace(ended.pipeline, executions=(building, *ended.pipeline.executions)),
    )
    parts = told(snapshot)

    assert text(parts["hero"].find(".//h1")) == "Second"
    assert "abcdef01" in text(parts["hero"])
    assert "running" in text(parts["said"])
    assert text(parts["lanes"]) == ""


def test_a_rollback_says_why_and_who_and_is_marked_in_every_chart() -> None:
    shifting = recorded_snapshot("shifts")
    back = replace(
        shifting.release or ReleaseView(*[""] * 9, (), ()),
        status="ROLLING_BACK",
        reason="charge: alarm shop-local-charge-errors fired: Threshold Crossed: 1 out of",
        by="Ada <ada@example.org>",
        transitions=(
            *(shifting.release.transitions if shifting.release else ()),
            Transition(shifting.at, "ROLLING_BACK", "alarm"),
        ),
    )
    parts = told(replace(shifting, release=back))

    assert "charge: alarm shop-local-charge-errors fired" in text(parts["hero"])
    assert "Threshold" not in text(parts["hero"])
    assert "by Ada" in text(parts["hero"])
    drawn = [text(word) for word in parts["charts"].findall(".//text[@class='event-word back']")]
    assert drawn == ["rollback"] * 4


def test_many_functions_are_drawn_together_and_told_in_one_sentence() -> None:
    shifting = recorded_snapshot("shifts")
    many = tuple(
        ShiftView(f"f{n:03}", "1", "2", "SHIFTING", 40.0 if n < 150 else 20.0, 40.0) for n in range(200)
    )
    parts = told(replace(shifting, shifts=many))

    assert "200 functions: 150 at 40 %, 50 at 20 %" in text(parts["lanes"])
    assert len(parts["lanes"].findall(".//ul[@class='mosaic']/li")) == 200
    assert "35 %" in text(parts["said"])


def test_waves_are_told_when_there_are_some() -> None:
    shifting = recorded_snapshot("shifts")
    assert shifting.release is not None
    first, second = shifting.release.functions
    waves = replace(shifting.release, functions=(first, replace(second, wave=1)))

    rows = told(replace(shifting, release=waves))["lanes"].findall(".//tbody/tr/th")
    assert [text(row) for row in rows] == ["charge wave 1", "refund wave 2"]
    assert "wave" not in text(told(shifting)["lanes"])


def test_a_tab_in_the_background_tells_how_far_it_is() -> None:
    assert text(told(recorded_snapshot("shifts"))["title"]) == "10 % shifting · shop-local · Greenshift"
    assert text(told(recorded_snapshot("ended"))["title"]).startswith("succeeded · ")


def test_what_others_wrote_is_text_and_no_markup() -> None:
    shifting = recorded_snapshot("shifts")
    assert shifting.release is not None
    evil = replace(shifting.release, message="<script>alert(1)</script>\x1b[31m", reason="<img src=x>")
    parts = told(replace(shifting, release=evil))
    hero = parts["hero"]

    assert text(hero.find(".//h1")) == "<script>alert(1)</script>"
    assert hero.findall(".//script") == hero.findall(".//img") == parts["said"].findall(".//script") == []
    assert "<script>" in text(parts["said"])


def test_without_traffic_the_charts_say_so() -> None:
    asks, shifting = recorded_snapshot("asks"), recorded_snapshot("shifts")
    silent = replace(shifting, traffic=(FunctionTraffic("charge", 60, 5.0, ()),))

    assert "Traffic has not moved yet" in text(told(asks)["charts"])
    assert "no requests yet" in text(told(silent)["charts"])


def test_of_a_release_that_ended_nobody_waits_for_requests() -> None:
    back = went_back()
    charts = told(replace(back, traffic=(FunctionTraffic("charge", 60, 5.0, ()),)))["charts"]

    assert "no requests" in text(charts)
    assert "yet" not in text(charts)


def classes(part: Element) -> list[str]:
    return [each.attrib["class"] for each in part.iter() if "class" in each.attrib]


def test_errors_above_the_threshold_are_drawn_red_and_the_worst_is_told() -> None:
    charts = told(went_back())["charts"]
    calm = told(shifting())["charts"]

    assert "version 4: 36 of 36 calls failed (100 %; worst 100 % at 16:26)" in text(charts)
    over = [each for each in charts.iter("path") if each.attrib.get("class") == "over"]
    above = [each for each in charts.iter("path") if each.attrib.get("class") == "error new above"]
    (clip,) = charts.iter("clippath")
    assert [each.attrib["clip-path"] for each in (*over, *above)] == [f"url(#{clip.attrib['id']})"] * 2
    assert float(clip.find("rect").attrib["height"]) > 90, "all that is above 5 % of a scale of 100 %"
    scale = [each.text for each in charts.iter("text") if each.attrib.get("class") == "scale"]
    assert "100 %" in scale
    assert "above the limit" in text(charts)
    assert "above the limit" not in text(calm)
    assert "failed" not in text(calm.find(".//p[@class='totals']")).replace("none failed", "")


def test_the_time_in_which_some_were_back_is_a_band_with_a_mark_for_each_and_words() -> None:
    charts = told(went_back())["charts"]
    (band,) = [each for each in charts.iter("rect") if each.attrib.get("class") == "mixed"]
    back = [
        float(each.attrib["x1"].rstrip("%"))
        for each in charts.iter("line")
        if each.attrib.get("class") == "turned"
    ]
    words = next(each for each in charts.iter("p") if "mixed-word" in each.attrib.get("class", ""))

    assert len(back) == 3
    assert back == sorted(back)
    left, width = (float(band.attrib[name].rstrip("%")) for name in ("x", "width"))
    assert (left, round(left + width, 2)) == (back[0], back[-1])
    turns = [each.attrib["x1"] for each in charts.iter("line") if each.attrib.get("class") == "turns"]
    assert len(turns) == 3
    assert max(float(each.rstrip("%")) for each in turns) < left
    assert text(words) == (
        "Mixed for 24 s, from the first function back to the last: "
        "charge turned at 16:27:06 and was back at 16:27:09, refund turned at 16:27:06 and was back at "
        "16:27:12, settle turned at 16:27:06 and was back at 16:27:33."
    )
    assert "mixed" not in classes(told(shifting())["charts"])


def test_what_is_unlike_the_others_is_named_among_many_that_are_live() -> None:
    calm = shifting()
    many = [FunctionView(f"f{n:02}", f"shop-f{n:02}", "3", alarm_state="OK") for n in range(40)]
    many[39] = replace(many[39], alarm_state="ALARM")
    many[38] = replace(many[38], new_version="4", new_percent=10.0)
    many[37] = replace(many[37], is_bootstrap=True)
    live = texts(told(replace(calm, functions=tuple(many)))["live"], ".//li")

    assert live[:4] == [
        "f39 version 3 alarm", "f38 version 3, 10 % on 4",
        "f37 placeholder: no release has reached it", "f00 version 3",
    ]  # fmt: skip
    assert live[-1] == "and 16 more"
    assert len(live) == 25


def test_a_working_copy_at_work_is_told_from_one_that_was_left_behind() -> None:
    live = texts(told(with_copies())["live"], ".//li")

    assert live[:2] == [
        "charge your working copy (greenshift dev); version 3 is released",
        "refund a working copy that greenshift dev left behind; version 3 is released",
    ]


def test_the_strategy_of_all_functions_is_told_once_and_in_words() -> None:
    calm = shifting()
    lanes = told(calm)["lanes"]
    assert text(lanes).count("10 % every minute") == 1

    first, *others = calm.shifts
    lanes = told(replace(calm, shifts=(replace(first, strategy="AllAtOnce"), *others)))["lanes"]
    assert texts(lanes, ".//td[@data-label='Traffic']/span[2]") == [
        "all at once", "10 % every minute", "10 % every minute"
    ]  # fmt: skip


def test_to_release_is_the_main_action_while_nothing_moves() -> None:
    def classes_of_release(snapshot: Snapshot) -> str:
        return told(snapshot)["hero"].find(".//a[@href='/confirm/release']").attrib["class"]

    assert classes_of_release(went_back()) == "button go"
    assert classes_of_release(shifting()) == "button"
