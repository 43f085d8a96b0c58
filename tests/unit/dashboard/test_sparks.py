"""The small bars of a function's last hour: what may be compared has one scale."""

from __future__ import annotations

from greenshift.dashboard.charts import Sparks
from greenshift.dashboard.charts import sparks_of as drawn
from greenshift.view import FunctionTraffic, TrafficPoint, VersionTraffic

SINCE, UNTIL = "2026-11-23T16:00:20.000Z", "2026-11-23T17:00:20.000Z"


def sparks_of(traffic: FunctionTraffic) -> Sparks | None:
    return drawn(traffic, SINCE, UNTIL)


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


def test_each_bar_stands_at_its_place_in_the_hour() -> None:
    alone = VersionTraffic("3", (point(0, 10), point(3, 10), point(59, 10)))

    sparks = sparks_of(FunctionTraffic("charge", 60, 5.0, (alone,)))

    assert sparks is not None
    assert [bar.x for bar in sparks.rows[0].bars] == [0, 12, 236]
    assert (sparks.width, sparks.since, sparks.until) == (61 * 4, SINCE, UNTIL)


def test_the_highest_bar_is_told_per_minute_whatever_the_period() -> None:
    version = VersionTraffic("3", (point(0, 100),))

    sparks = sparks_of(FunctionTraffic("charge", 300, 5.0, (version,)))

    assert sparks is not None
    assert (sparks.most, sparks.width) == (20, 13 * 4)


def test_no_requests_are_no_bars() -> None:
    assert sparks_of(FunctionTraffic("charge", 60, 5.0, ())) is None
    assert sparks_of(FunctionTraffic("charge", 60, 5.0, (VersionTraffic("3", (point(0, 0),)),))) is None
