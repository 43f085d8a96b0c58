"""Where measurements go: buckets, statistics, bounds."""

from __future__ import annotations

import pytest
from support.measures.effort import effort

from greenshift.twin.alarms import metrics
from greenshift.twin.alarms.metrics import MetricStore, Window, metric_key
from greenshift.twin.alarms.statistics import SAMPLE_LIMIT, Aggregate, percentile, reader
from greenshift.twin.clock import ManualClock

MINUTE = 1_800_000_000.0


@pytest.fixture
def store() -> MetricStore:
    return MetricStore(ManualClock())


def recorded(store: MetricStore, *points: tuple[float, float]) -> None:
    for offset, value in points:
        store.record("X", "Errors", {"b": "2", "a": "1"}, value, MINUTE + offset)


def asked(store: MetricStore, period: int, statistic: str, start: float = 0, end: float = 600) -> list[float]:
    found = store.query("X", "Errors", {"a": "1", "b": "2"}, MINUTE + start, MINUTE + end, period, statistic)
    return [value for _, value in found]


def test_values_of_a_minute_are_added_up(store: MetricStore) -> None:
    recorded(store, (0, 1.0), (59.9, 2.0), (60, 5.0))

    assert asked(store, 60, "Sum") == [3.0, 5.0]
    assert asked(store, 60, "SampleCount") == [2.0, 1.0]
    assert asked(store, 60, "Average") == [1.5, 5.0]
    assert asked(store, 60, "Minimum") == [1.0, 5.0]
    assert asked(store, 60, "Maximum") == [2.0, 5.0]


def test_points_are_stamped_with_the_start_of_their_period(store: MetricStore) -> None:
    recorded(store, (30, 1.0), (400, 1.0))

    found = store.query("X", "Errors", {"a": "1", "b": "2"}, MINUTE, MINUTE + 600, 300, "Sum")

    assert found == [(MINUTE, 1.0), (MINUTE + 300, 1.0)]


def test_a_minute_without_values_has_no_point(store: MetricStore) -> None:
    recorded(store, (0, 0.0), (180, 0.0))

    assert asked(store, 60, "Sum") == [0.0, 0.0]
    assert asked(store, 60, "Sum", start=60, end=180) == []


def test_longer_periods_merge_minutes_without_changing_them(store: MetricStore) -> None:
    recorded(store, (0, 1.0), (60, 2.0), (120, 3.0))

    assert asked(store, 300, "Sum") == [6.0]
    assert asked(store, 300, "Sum") == [6.0]
    assert asked(store, 60, "Sum") == [1.0, 2.0, 3.0]


def test_the_end_of_a_window_is_not_part_of_it_and_its_start_is(store: MetricStore) -> None:
    recorded(store, (0, 1.0), (60, 2.0), (120, 3.0))

    assert asked(store, 60, "Sum", start=60, end=120) == [2.0]


def test_a_start_within_a_period_asks_for_the_whole_period(store: MetricStore) -> None:
    recorded(store, (0, 1.0), (60, 2.0))

    assert asked(store, 300, "Sum", start=200, end=300) == [3.0]


def test_dimensions_are_a_set_and_a_part_of_them_is_another_metric(store: MetricStore) -> None:
    recorded(store, (0, 1.0))

    assert store.query("X", "Errors", {"a": "1"}, MINUTE, MINUTE + 60, 60, "Sum") == []
    assert store.query("Y", "Errors", {"a": "1", "b": "2"}, MINUTE, MINUTE + 60, 60, "Sum") == []


def test_late_values_find_their_minute(store: MetricStore) -> None:
    recorded(store, (120, 1.0), (0, 1.0), (125, 1.0))

    assert asked(store, 60, "Sum") == [1.0, 2.0]


def test_seconds_are_kept_only_for_high_resolution_values(store: MetricStore) -> None:
    store.record("X", "Fast", {}, 1.0, MINUTE + 3, resolution=1)
    store.record("X", "Slow", {}, 1.0, MINUTE + 3)

    assert store.query("X", "Fast", {}, MINUTE, MINUTE + 60, 10, "Sum") == [(MINUTE, 1.0)]
    assert store.query("X", "Fast", {}, MINUTE, MINUTE + 60, 60, "Sum") == [(MINUTE, 1.0)]
    assert store.query("X", "Slow", {}, MINUTE, MINUTE + 60, 10, "Sum") == []


def test_a_window_may_have_periods_that_end_at_any_minute(store: MetricStore) -> None:
    recorded(store, (0, 1.0), (60, 2.0), (300, 4.0))
    window = Window(MINUTE - 240, MINUTE + 360, 300, origin=MINUTE + 360)

    found = store.points(metric_key("X", "Errors", {"a": "1", "b": "2"}), window, "Sum")

    assert found == [(MINUTE - 240, 1.0), (MINUTE + 60, 6.0)]


def test_a_unit_asked_for_leaves_out_values_of_another(store: MetricStore) -> None:
    store.record("X", "Duration", {}, 5.0, MINUTE, "Milliseconds")
    key, window = metric_key("X", "Duration", {}), Window(MINUTE, MINUTE + 60, 60)

    assert store.points(key, window, "Sum", "Milliseconds") == [(MINUTE, 5.0)]
    assert store.points(key, window, "Sum", "Seconds") == []


def test_the_version_of_a_metric_tells_whether_it_was_written_to(store: MetricStore) -> None:
    key = metric_key("X", "Errors", {"a": "1", "b": "2"})
    before = store.version(key)
    recorded(store, (0, 1.0))

    assert (before, store.version(key)) == (0, 1)
    assert store.latest(key) == MINUTE


def test_a_series_keeps_its_newest_buckets_only(store: MetricStore) -> None:
    minutes = metrics.RETAINED_MINUTES + 10
    for index in range(minutes):
        store.record("X", "Errors", {}, 1.0, MINUTE + 60 * index)

    found = store.query("X", "Errors", {}, MINUTE, MINUTE + 60 * minutes, 60, "Sum")

    assert len(found) == metrics.RETAINED_MINUTES
    assert found[-1][0] == MINUTE + 60 * (minutes - 1)


def test_recording_is_cheap(store: MetricStore) -> None:
    """Ten thousands a second, where a hundred thousand additions take six thousandths of it."""
    dimensions = {"FunctionName": "f", "Resource": "f:live"}

    def record_twenty_thousand() -> None:
        for index in range(20_000):
            store.record("AWS/Lambda", "Duration", dimensions, index % 97, MINUTE)

    assert effort(record_twenty_thousand) < 160


class TestStatistics:
    def test_percentiles_lie_between_the_values_around_them(self) -> None:
        assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 2.5
        assert percentile([7.0], 0.99) == 7.0

    def test_percentiles_of_many_values_are_close_and_the_sample_is_bounded(self) -> None:
        aggregate = Aggregate()
        for index in range(10_000):
            aggregate.add(float(index))

        assert reader("p90")(aggregate) == pytest.approx(9_000, rel=0.02)
        assert reader("p50")(aggregate) == pytest.approx(5_000, rel=0.02)
        assert len(aggregate.sample()) <= 2 * SAMPLE_LIMIT

    def test_equal_values_need_no_sample_to_have_percentiles(self) -> None:
        aggregate = Aggregate()
        for _ in range(1_000):
            aggregate.add(4.0)

        assert reader("p99.9")(aggregate) == 4.0

    def test_a_value_that_differs_late_still_counts(self) -> None:
        aggregate = Aggregate()
        for value in [1.0] * 9 + [100.0]:
            aggregate.add(value)

        assert reader("p100")(aggregate) == 100.0
        assert reader("p50")(aggregate) == 1.0

    @pytest.mark.parametrize("name", ["Median", "p101", "tm99", "IQM", "sum", ""])
    def test_an_unknown_statistic_is_refused_with_those_there_are(self, name: str) -> None:
        with pytest.raises(ValueError, match="SampleCount, Sum, Average, Minimum, Maximum"):
            reader(name)
