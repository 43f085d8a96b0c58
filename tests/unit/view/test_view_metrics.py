"""Requests and errors by version: what is asked of CloudWatch, when, and what becomes of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from greenshift.view import FunctionRelease, ReleaseView
from greenshift.view.metrics import Metrics, Wanted, period_for, served_since
from greenshift.view.moments import iso

START = datetime(2026, 11, 23, 16, tzinfo=UTC)
CHARGE = Wanted("charge", "p-charge", "live", ("1", "2"), 60, 5.0)


@dataclass
class FakeCloudWatch:
    """GetMetricData over sums by (version, metric, minute)."""

    sums: dict[tuple[str, str, int], float] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def get_paginator(self, name: str) -> FakeCloudWatch:
        assert name == "get_metric_data"
        return self

    def paginate(self, **parameters: Any) -> Iterator[dict[str, Any]]:
        self.asked.append(parameters)
        results = [self._result(query, parameters) for query in parameters["MetricDataQueries"]]
        # A page holds a part of the points of a part of the queries.
        for result in results:
            for moment, value in zip(result["Timestamps"], result["Values"], strict=True):
                yield {"MetricDataResults": [{**result, "Timestamps": [moment], "Values": [value]}]}

    def _result(self, query: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
        metric = query["MetricStat"]["Metric"]
        dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        assert dimensions["Resource"] == "p-charge:live"
        found = {
            START + timedelta(minutes=minute): value
            for (version, name, minute), value in self.sums.items()
            if (version, name) == (dimensions["ExecutedVersion"], metric["MetricName"])
        }
        inside = {at: value for at, value in found.items() if asked["StartTime"] <= at < asked["EndTime"]}
        return {"Id": query["Id"], "Timestamps": list(inside), "Values": list(inside.values())}


@dataclass
class Clock:
    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_points_tell_requests_errors_and_shares_by_version() -> None:
    client = FakeCloudWatch(
        {
            ("1", "Invocations", 0): 90.0,
            ("2", "Invocations", 0): 10.0,
            ("2", "Errors", 0): 4.0,
            ("1", "Invocations", 1): 50.0,
        }
    )
    (found,) = Metrics(client, 20).read([CHARGE], at(0), at(2), at(2))
    old, new = found.versions

    assert (found.key, found.period_seconds, found.threshold) == ("charge", 60, 5.0)
    assert [(p.at, p.invocations, p.share) for p in old.points] == [
        ("2026-11-23T16:00:00.000Z", 90.0, 90.0),
        ("2026-11-23T16:01:00.000Z", 50.0, 100.0),
    ]
    assert [(p.invocations, p.errors, p.share, p.error_percent) for p in new.points] == [
        (10.0, 4.0, 10.0, 40.0)
    ]


def test_metrics_are_asked_for_so_often_and_no_more() -> None:
    client, clock = FakeCloudWatch(), Clock()
    metrics = Metrics(client, 20, clock)
    for seconds in (0, 10, 19, 21):
        clock.seconds = 100.0 + seconds
        metrics.read([CHARGE], at(0), at(30), at(30))

    assert len(client.asked) == 2


def test_only_what_may_still_grow_is_asked_for_again_and_what_was_read_is_kept() -> None:
    client, clock = FakeCloudWatch({("1", "Invocations", 1): 5.0, ("1", "Invocations", 28): 1.0}), Clock()
    metrics = Metrics(client, 20, clock)
    metrics.read([CHARGE], at(0), at(30), at(30))
    client.sums = {("1", "Invocations", 28): 3.0, ("1", "Invocations", 31): 7.0}
    clock.seconds += 60
    (found,) = metrics.read([CHARGE], at(0), at(32), at(32))

    assert client.asked[1]["StartTime"] == at(26)
    assert [(p.at[14:16], p.invocations) for p in found.versions[0].points] == [
        ("01", 5.0),
        ("28", 3.0),
        ("31", 7.0),
    ]


def test_a_window_that_is_long_past_is_read_once() -> None:
    client, clock = FakeCloudWatch(), Clock()
    metrics = Metrics(client, 0, clock)
    for minutes in (31, 34, 50, 60):
        clock.seconds += 60
        metrics.read([CHARGE], at(0), at(30), at(minutes))

    assert len(client.asked) == 2, "once as it ended, once when nothing grew any more"


def test_500_queries_go_into_one_call() -> None:
    client = FakeCloudWatch()
    many = [Wanted(f"f{n}", "p-charge", "live", ("1", "2")) for n in range(200)]
    Metrics(client, 20).read(many, at(0), at(30), at(30))

    assert [len(asked["MetricDataQueries"]) for asked in client.asked] == [500, 332]


@pytest.mark.parametrize(
    ("period", "span", "age", "wanted"),
    [
        (60, timedelta(hours=1), timedelta(hours=1), 60),
        (60, timedelta(hours=48), timedelta(hours=48), 480),
        (300, timedelta(hours=1), timedelta(hours=1), 300),
        (60, timedelta(hours=1), timedelta(days=20), 300),
        (60, timedelta(hours=1), timedelta(days=100), 3600),
        (10, timedelta(minutes=30), timedelta(minutes=30), 60),
    ],
)
def test_the_period_is_the_alarms_unless_there_were_too_many_points_or_none(
    period: int, span: timedelta, age: timedelta, wanted: int
) -> None:
    assert period_for(period, span, age) == wanted


def test_what_served_in_a_time_are_the_versions_that_releases_moved_in_it() -> None:
    def release(minute: int, old: str, new: str, key: str = "charge") -> ReleaseView:
        part = FunctionRelease(key, f"p-{key}", old, new, "SHIFTED")
        ended = iso(at(minute)) if minute else ""
        return ReleaseView(f"r{new}", "SUCCEEDED", "", "", "", iso(at(-60)), ended, "", "", (part,), ())

    others = [release(5, "3", "4", "refund"), release(-1, "8", "9")]
    story = [release(0, "10", "11"), release(5, "9", "10"), *others]

    assert served_since(iso(at(0)), "charge", ("10", "11"), story) == ("9", "10", "11")
    assert served_since(iso(at(0)), "charge", ("10",), others) == ("10",)
    assert served_since(iso(at(0)), "charge", (), ()) == ()
