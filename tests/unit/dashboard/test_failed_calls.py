"""How many calls failed: one share, wherever the page tells it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.stacks.told_stack import at, went_back

from greenshift.dashboard.charts import charts_of, sparks_of
from greenshift.dashboard.comparison import went
from greenshift.view import FunctionTraffic, TrafficPoint, VersionTraffic

MINUTES = tuple(f"2026-11-23T16:{minute}:00.000Z" for minute in (25, 26))


@pytest.mark.parametrize(
    ("calls", "failed", "percent"), [((30, 10), (1, 9), 25), ((3, 0), (1, 0), 100 / 3), ((0, 0), (0, 0), 0)]
)
def test_charts_bars_and_the_comparison_tell_one_share(
    calls: tuple[int, int], failed: tuple[int, int], percent: float
) -> None:
    told = went_back()
    assert told.release is not None
    points = tuple(
        TrafficPoint(minute, *of, 50.0)
        for minute, of in zip(MINUTES, zip(calls, failed, strict=True), strict=True)
    )
    other = VersionTraffic("3", (TrafficPoint(MINUTES[0], 7, 7, 50.0),))
    traffic = FunctionTraffic("charge", 60, 5.0, (other, VersionTraffic("4", points)))

    chart, sparks = charts_of(traffic, None, told.release, told.at), sparks_of(traffic, at(-60), told.at)

    assert sparks is not None
    everywhere = [chart.totals[0], sparks.rows[1], went([traffic])]
    assert [each.error_percent for each in everywhere] == [percent] * 3
    assert [(each.requests, each.errors) for each in everywhere] == [(sum(calls), sum(failed))] * 3
    assert went([replace(traffic, versions=(other,))]).error_percent == 0, "of the new versions alone"
