"""Where lines, areas and marks lie."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from greenshift.dashboard.charts import Axis, Chart, charts_of
from greenshift.dashboard.charts.axis import seconds
from greenshift.dashboard.charts.chart import Plot
from greenshift.dashboard.charts.marks import Mark, _reach
from greenshift.dashboard.charts.paths import area, line
from greenshift.dashboard.charts.scale import Scale, scale_of
from greenshift.view import (
    AlarmView,
    FunctionRelease,
    FunctionTraffic,
    PlannedStep,
    ReleaseView,
    ShiftView,
    TrafficPoint,
    Transition,
    VersionTraffic,
)
from greenshift.view.moments import iso

AXIS = Axis(0, 1000)


def at(minute: int) -> str:
    return f"2026-11-01T10:{minute:02}:00.000Z"


def points(*values: tuple[int, float, float, float]) -> tuple[TrafficPoint, ...]:
    return tuple(TrafficPoint(at(minute), *rest) for minute, *rest in values)


RELEASE = ReleaseView(
    "r1", "ROLLING_BACK", "c1", "Lower the fee", "", at(0), "", "", "shop-charge-errors", (),
    (Transition(at(2), "SHIFTING", ""), Transition(at(5), "ROLLING_BACK", "alarm")),
)  # fmt: skip
SHIFT = ShiftView(
    "charge", "1", "2", "ROLLING_BACK", 20, 40, plan=(PlannedStep(at(2), 20), PlannedStep(at(8), 100))
)
TRAFFIC = FunctionTraffic(
    "charge", 60, 5.0,
    (
        VersionTraffic("1", points((1, 100, 1, 100), (2, 80, 0, 80), (3, 80, 0, 80))),
        VersionTraffic("2", points((2, 20, 0, 20), (3, 20, 8, 20))),
    ),
)  # fmt: skip

CALM = charts_of(TRAFFIC, SHIFT, RELEASE, at(6))


@pytest.fixture
def chart() -> Chart:
    return charts_of(TRAFFIC, SHIFT, RELEASE, at(6))


def test_the_axis_reaches_from_the_first_request_to_the_end_of_the_plan(chart: Chart) -> None:
    assert (chart.axis.start, chart.axis.end) == (seconds(at(1)), seconds(at(8)))


def test_its_ticks_are_round_times(chart: Chart) -> None:
    assert [tick.label for tick in chart.axis.ticks] == ["10:02", "10:04", "10:06", "10:08"]
    assert [tick.anchor for tick in chart.axis.ticks] == ["middle"] * 3 + ["end"]
    short = Axis(seconds(at(1)) + 7, seconds(at(1)) + 45)
    assert [tick.label for tick in short.ticks] == ["10:01:10", "10:01:20", "10:01:30", "10:01:40"]


@pytest.mark.parametrize("tenths", range(0, 50, 2))
def test_words_of_ticks_stand_apart_where_the_plot_is_narrow(tenths: int) -> None:
    """Wherever the first tick falls; a word with seconds takes 16 % of the narrowest plot."""
    begin = seconds(at(0)) + tenths / 10
    words = [tick for tick in Axis(begin, begin + 25).ticks if tick.label]
    taken = {"start": (0, 16), "middle": (-8, 8), "end": (-16, 0)}

    spans = [tuple(tick.percent + side for side in taken[tick.anchor]) for tick in words]
    assert len(words) >= 4
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans)), words


def test_of_a_release_that_has_ended_the_axis_ends_with_it() -> None:
    ended = replace(RELEASE, ended_at=at(6), status="ROLLED_BACK")
    chart = charts_of(TRAFFIC, SHIFT, ended, at(59))

    assert chart.axis.end == seconds(at(6))
    assert "now" not in [mark.label for mark in chart.marks]


def test_the_rollback_is_marked_where_it_began(chart: Chart) -> None:
    marks = {mark.label: mark for mark in chart.marks}

    assert marks["rollback"].tone == "back"
    assert marks["rollback"].percent == pytest.approx(100 * 4 / 7, abs=0.01)
    assert marks["now"].percent == pytest.approx(100 * 5 / 7, abs=0.01)


def test_each_period_is_told_in_numbers(chart: Chart) -> None:
    told = [(row.at, row.share, row.requests, row.errors, row.error_percent) for row in chart.rows]

    assert told == [(at(1), 0.0, 100, 1, 1.0), (at(2), 20, 100, 0, 0.0), (at(3), 20, 100, 8, 40.0)]


def test_the_worst_period_and_the_threshold_both_fit_below_the_ceiling(chart: Chart) -> None:
    calm = charts_of(replace(TRAFFIC, versions=TRAFFIC.versions[:1]), SHIFT, RELEASE, at(6))

    assert (chart.errors.scale.most, calm.errors.scale.most) == (40, 10)
    assert chart.errors.scale.y(40) == pytest.approx(10.7), "the worst period does not touch the border"
    assert chart.threshold_y == pytest.approx(100 - 100 * 5 / 44.8, abs=0.1)
    assert 50 < calm.threshold_y < 60


def test_what_failed_is_told_in_calls_and_its_worst_period_by_name(chart: Chart) -> None:
    new, old = chart.totals

    assert (new.version, new.errors, new.requests, new.error_percent) == ("2", 8, 40, 20)
    assert new.worst is not None and new.worst.at == at(3)
    assert (old.errors, old.requests) == (1, 260)


def test_the_alarm_is_marked_where_it_fired_and_words_do_not_lie_on_one_another() -> None:
    fired = AlarmView("a", "charge", "ALARM", "", at(5), 5.0, "2", 60, 1, 1)
    marks = charts_of(TRAFFIC, SHIFT, RELEASE, at(6), fired).marks

    assert [mark.label for mark in marks] == ["shift begins", "alarm", "rollback", "now"]
    assert_apart(marks)
    assert marks[1].percent == marks[2].percent
    assert charts_of(TRAFFIC, SHIFT, RELEASE, at(6), replace(fired, since=at(0)[:-5])).marks == CALM.marks


def test_an_alarm_that_is_ok_again_is_marked_where_the_ledger_noted_it() -> None:
    quiet = AlarmView("a", "charge", "OK", "", at(7), 5.0, "2", 60, 1, 1)
    noted = (*RELEASE.transitions, Transition(at(5), "SHIFTING", "alarm a: Threshold Crossed"))
    marks = charts_of(TRAFFIC, SHIFT, replace(RELEASE, transitions=noted), at(8), quiet).marks

    assert "alarm" in [mark.label for mark in marks]
    assert "alarm" not in [mark.label for mark in charts_of(TRAFFIC, SHIFT, RELEASE, at(8), quiet).marks]


def test_an_alarm_is_marked_where_it_fired_not_where_it_was_noted() -> None:
    quiet = AlarmView("a", "charge", "OK", "", at(7), 5.0, "2", 60, 1, 1)
    told = Transition(at(6), "ROLLING_BACK", "alarm a: Threshold Crossed", since=at(4))
    marks = charts_of(
        TRAFFIC, SHIFT, replace(RELEASE, transitions=(*RELEASE.transitions, told)), at(8), quiet
    ).marks

    assert [mark.label for mark in marks] == ["shift begins", "alarm", "rollback", "now"]


def test_the_way_back_is_marked_as_the_functions_went_it() -> None:
    """CodeDeploy hears the alarm as well as we: a function may be back before the ledger says so."""
    story = (("SHIFTING", at(2)), ("ROLLING_BACK", at(5)), ("ROLLED_BACK", at(8)))
    gone = tuple(
        FunctionRelease(key, key, "1", "2", "ROLLED_BACK", back_at=moment)
        for key, moment in (("charge", at(4)), ("refund", at(6)))
    )
    release = replace(
        RELEASE, functions=gone, transitions=tuple(Transition(moment, status, "") for status, moment in story)
    )
    chart = charts_of(TRAFFIC, SHIFT, release, at(8))
    marks = {mark.label: mark.percent for mark in chart.marks}

    assert chart.mixed is not None
    assert marks["rollback"] == chart.mixed.left
    assert marks["all back"] == pytest.approx(chart.mixed.left + chart.mixed.width)


def test_a_function_turned_when_its_deployment_was_stopped() -> None:
    gone = tuple(
        FunctionRelease(key, key, "1", "2", "ROLLED_BACK", back_at=at(6)) for key in ("charge", "refund")
    )
    stopped = replace(SHIFT, status="Stopped", ended_at=at(4))
    arrived = replace(SHIFT, key="refund", status="Succeeded", ended_at=at(3))
    chart = charts_of(
        TRAFFIC, stopped, replace(RELEASE, functions=gone), at(8), others=(stopped, arrived)
    )  # fmt: skip
    (rollback,) = [mark.percent for mark in chart.marks if mark.label == "rollback"]

    assert chart.mixed is not None
    assert [(each.key, each.turned_at) for each in chart.mixed.functions] == [
        ("charge", at(4)), ("refund", "")
    ]  # fmt: skip
    assert chart.mixed.functions[0].turned_percent == rollback == chart.axis.percent(seconds(at(4)))


STORY = ("SHIFTING", "ROLLING_BACK", "ROLLED_BACK", "FAILED")
WORDS = ("shift begins", "alarm", "rollback", "all back", "failed")


def marks_at(moments: Sequence[str], now: str, *, ended: bool = True, until: int = 50) -> tuple[Mark, ...]:
    """Of a release that entered one status after the other at these moments, its alarm with the second."""
    told = tuple(Transition(moment, status, "") for moment, status in zip(moments, STORY, strict=False))
    fired = AlarmView("a", "charge", "ALARM", "", moments[1], 5.0, "2", 60, 1, 1)
    release = replace(RELEASE, transitions=told, ended_at=at(until) if ended else "")
    slow = replace(SHIFT, plan=(PlannedStep(at(1), 20), PlannedStep(at(until), 100)))
    return charts_of(TRAFFIC, slow, release, now, fired).marks


def assert_apart(marks: Sequence[Mark]) -> None:
    """No word leaves the narrowest plot, lies on another one, or has the line of another mark in it."""
    for mark in marks:
        left, right = _reach(mark)
        assert left >= 0
        assert right <= 102.2, "what is beyond is the gap between two words"
        above = [each.percent for each in marks if each.row < mark.row]
        assert [percent for percent in above if left < percent < right] == []
        beside = [_reach(each) for each in marks if each is not mark and each.row == mark.row]
        assert [span for span in beside if span[0] < right and left < span[1]] == []


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("apart", [0, 1, 5, 30, 60, 200])
@pytest.mark.parametrize("minute", [2, 8, 12, 20, 28, 36, 44, 46, 47, 48, 49])
def test_at_390_pixels_every_mark_has_a_word_of_its_own(minute: int, apart: int, count: int) -> None:
    """Three to five marks, their moments so many seconds from one another; once more with ``now``."""
    begin = datetime.fromisoformat(at(minute))
    moments = [
        iso(min(begin + timedelta(seconds=apart * number), datetime.fromisoformat(at(50))))
        for number in range(count)
    ]
    over, under_way = marks_at(moments, at(50)), marks_at(moments, moments[-1], ended=False)

    assert sorted(mark.label for mark in over) == sorted(WORDS[: count + 1])
    assert sorted(mark.label for mark in under_way) == sorted((*WORDS[: count + 1], "now"))
    assert_apart(over)
    assert_apart(under_way)


def test_words_that_lie_close_are_read_downwards_in_the_order_of_time() -> None:
    marks = marks_at((at(2), at(3), at(4)), at(50))

    assert [(mark.label, mark.row) for mark in marks] == [
        ("shift begins", 0), ("alarm", 1), ("rollback", 2), ("all back", 3)
    ]  # fmt: skip


def test_the_plot_begins_below_the_words() -> None:
    moments = [at(20), at(21), at(22), at(23)]
    chart = charts_of(TRAFFIC, SHIFT, replace(RELEASE, status="SHIFTING", transitions=()), at(6))
    crowded = replace(chart, marks=marks_at(moments, at(50)))

    assert chart.top == 34, "the words of a calm release take no more room than before"
    assert [mark.row for mark in crowded.marks] == [0, 1, 2, 3, 4]
    assert crowded.top == 6 + 5 * 14


def test_an_alarm_a_rollback_and_its_end_within_seconds_all_have_their_word() -> None:
    story = (("SHIFTING", at(2)), ("ROLLING_BACK", at(5)), ("ROLLED_BACK", at(5)))
    told = [Transition(moment, status, status) for status, moment in story]
    noted = (*told, Transition(at(5), "SHIFTING", "alarm a: Threshold Crossed"))
    quiet = AlarmView("a", "charge", "OK", "", at(7), 5.0, "2", 60, 1, 1)
    marks = charts_of(TRAFFIC, SHIFT, replace(RELEASE, transitions=noted), at(8), quiet).marks

    assert sorted(mark.label for mark in marks[1:]) == ["alarm", "all back", "now", "rollback"]
    assert len({mark.row for mark in marks[1:] if mark.label != "now"}) == 3


def test_the_mixed_window_is_from_the_first_function_back_to_the_last() -> None:
    back = tuple(
        FunctionRelease(key, key, "1", "2", "ROLLED_BACK", back_at=moment)
        for key, moment in (("charge", at(6)), ("refund", at(5)), ("settle", ""))
    )
    mixed = charts_of(TRAFFIC, SHIFT, replace(RELEASE, functions=back), at(6)).mixed

    assert mixed is not None
    assert [each.key for each in mixed.functions] == ["refund", "charge"]
    assert (mixed.began, mixed.ended) == (at(5), at(6))
    assert mixed.width > 0
    assert CALM.mixed is None


def test_durations_are_a_chart_where_somebody_asked_for_them(chart: Chart) -> None:
    timed = tuple(
        replace(version, points=tuple(replace(point, p50=20.0, p99=180.0) for point in version.points))
        for version in TRAFFIC.versions
    )
    latency = charts_of(replace(TRAFFIC, versions=timed), SHIFT, RELEASE, at(6)).latency

    assert chart.latency is None
    assert latency is not None
    assert latency.scale.most == 200
    assert [line.kind for line in latency.lines] == ["old", "new"]


def test_without_a_threshold_and_without_requests_there_is_an_empty_chart() -> None:
    chart = charts_of(FunctionTraffic("charge", 60, None, ()), None, RELEASE, at(6))

    assert (chart.rows, chart.served, chart.threshold, chart.plan) == ((), 0, None, "")


def test_areas_step_and_break_off_where_nothing_was_served() -> None:
    assert area({0: 10.0, 100: 20.0}, 100, AXIS) == "M0.0 100 V91.1 H100.0 V82.1 H200.0 V100 Z"
    assert area({0: 10.0, 500: 20.0}, 100, AXIS).count("M") == 2
    assert area({}, 100, AXIS) == ""


def test_a_line_goes_through_the_middle_of_its_periods() -> None:
    assert line({0: 0.0, 100: 5.0}, 100, AXIS, Scale(10)) == "M0.0 100.0 L50.0 100.0 L150.0 55.4 L200.0 55.4"


def test_the_plan_is_steps_and_a_rollback_ends_it(chart: Chart) -> None:
    shifting = replace(RELEASE, transitions=RELEASE.transitions[:1], status="SHIFTING")

    assert charts_of(TRAFFIC, SHIFT, shifting, at(6)).plan == "M0.0 100.0 H142.9 V82.1 H1000.0 V10.7 H1000.0"
    assert chart.plan == "M0.0 100.0 H142.9 V82.1 H571.4"


@pytest.mark.parametrize("greatest", [0.0, 5.0, 40.0, 100.0])
def test_the_word_of_an_empty_plot_lies_between_the_lines_of_its_values(greatest: float) -> None:
    plot = Plot(scale_of(greatest))
    upper, lower = (plot.scale.y(value) for value in plot.scale.ticks)

    assert upper + 15 < plot.empty_y < lower - 15
