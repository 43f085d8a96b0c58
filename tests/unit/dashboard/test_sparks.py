"""The small bars of a function's last hour: what may be compared has one scale."""

from __future__ import annotations

from greenshift.dashboard.charts import sparks_of
from greenshift.view import FunctionTraffic, TrafficPoint, VersionTraffic


def point(minute: int, calls: float, errors: float = 0.0) -> TrafficPoint:
    return TrafficPoint(f"2026-11-23T16:{minute:02}:00.000Z", calls, errors, 0.0)


def test_a_version_that_served_a_little_has_low_bars_at_its_own_time() -> None:
    old = VersionTraffic("3", tuple(point(minute, 60) for minute in range(20)))
    new = VersionTraffic("4", (point(18, 6, errors=6),))

    sparks = sparks_of(FunctionTraffic("charge", 60, 5.0, (old, new)))

    assert sparks is not None
    (first, second) = sparks.rows
    (bar,) = second.bars
    assert bar.x == first.bars[18].x
    assert bar.height * 10 == first.bars[18].height == 24
    assert bar.y + bar.height == 24
    assert (bar.has_failed, first.bars[18].has_failed) == (True, False)
    assert (second.requests, second.errors, second.error_percent) == (6, 6, 100)
    assert sparks.most == 60
    assert sparks.width == 20 * 4


def test_a_period_without_requests_is_a_gap_and_a_single_one_is_no_wall() -> None:
    alone = VersionTraffic("3", (point(0, 10), point(3, 10)))

    sparks = sparks_of(FunctionTraffic("charge", 60, 5.0, (alone,)))

    assert sparks is not None
    assert [bar.x for bar in sparks.rows[0].bars] == [0, 12]
    assert sparks.width == 48


def test_the_highest_bar_is_told_per_minute_whatever_the_period() -> None:
    version = VersionTraffic("3", (point(0, 100),))

    sparks = sparks_of(FunctionTraffic("charge", 300, 5.0, (version,)))

    assert sparks is not None
    assert sparks.most == 20


def test_no_requests_are_no_bars() -> None:
    assert sparks_of(FunctionTraffic("charge", 60, 5.0, ())) is None
    assert sparks_of(FunctionTraffic("charge", 60, 5.0, (VersionTraffic("3", (point(0, 0),)),))) is None
