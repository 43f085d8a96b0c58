"""Where lines, areas and marks lie."""

from __future__ import annotations

from dataclasses import replace

import pytest

from greenshift.dashboard.charts import Axis, Chart, charts_of
from greenshift.dashboard.charts.paths import area, line
from greenshift.view import (
    FunctionTraffic,
    PlannedStep,
    ReleaseView,
    ShiftView,
    TrafficPoint,
    Transition,
    VersionTraffic,
)

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


@pytest.fixture
def chart() -> Chart:
    return charts_of(TRAFFIC, SHIFT, RELEASE, at(6))


def test_the_axis_reaches_from_the_first_request_to_the_end_of_the_plan(chart: Chart) -> None:
    assert [label for _, label in chart.axis.ticks] == ["10:01:00", "10:04:30", "10:08:00"]
    assert [percent for percent, _ in chart.axis.ticks] == [0, 50, 100]


def test_of_a_release_that_has_ended_the_axis_ends_with_it() -> None:
    ended = replace(RELEASE, ended_at=at(6), status="ROLLED_BACK")
    chart = charts_of(TRAFFIC, SHIFT, ended, at(59))

    assert [label for _, label in chart.axis.ticks][-1] == "10:06:00"
    assert chart.now_percent is None


def test_the_rollback_is_marked_where_it_began(chart: Chart) -> None:
    marks = {mark.label: mark for mark in chart.marks}

    assert marks["rollback"].tone == "back"
    assert marks["rollback"].percent == pytest.approx(100 * 4 / 7, abs=0.01)
    assert chart.now_percent == pytest.approx(100 * 5 / 7, abs=0.01)


def test_each_period_is_told_in_numbers(chart: Chart) -> None:
    told = [(row.at, row.share, row.requests, row.errors, row.error_percent) for row in chart.rows]

    assert told == [(at(1), 0.0, 100, 1, 1.0), (at(2), 20, 100, 0, 0.0), (at(3), 20, 100, 8, 40.0)]


def test_the_worst_period_and_the_threshold_both_fit_below_the_ceiling(chart: Chart) -> None:
    calm = charts_of(replace(TRAFFIC, versions=TRAFFIC.versions[:1]), SHIFT, RELEASE, at(6))

    assert chart.ceiling == pytest.approx(46)
    assert chart.threshold_y == pytest.approx(100 - 100 * 5 / 46, abs=0.1)
    assert (calm.ceiling, calm.threshold_y) == (10, 50)


def test_without_a_threshold_and_without_requests_there_is_an_empty_chart() -> None:
    chart = charts_of(FunctionTraffic("charge", 60, None, ()), None, RELEASE, at(6))

    assert (chart.rows, chart.requests, chart.threshold, chart.plan) == ((), 0, None, "")


def test_areas_step_and_break_off_where_nothing_was_served() -> None:
    assert area({0: 10.0, 100: 20.0}, 100, AXIS) == "M0.0 100 V90.0 H100.0 V80.0 H200.0 V100 Z"
    assert area({0: 10.0, 500: 20.0}, 100, AXIS).count("M") == 2
    assert area({}, 100, AXIS) == ""


def test_a_line_goes_through_the_middle_of_its_periods() -> None:
    assert line({0: 0.0, 100: 5.0}, 100, AXIS, 10) == "M0.0 100.0 L50.0 100.0 L150.0 50.0 L200.0 50.0"


def test_the_plan_is_steps(chart: Chart) -> None:
    assert chart.plan == "M0.0 100.0 H142.9 V80.0 H1000.0 V0.0 H1000.0"
