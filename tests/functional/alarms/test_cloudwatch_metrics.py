"""Measurements through boto3: put, list, statistics, metric data and metric math."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin, start_twin

MINUTE = datetime.fromtimestamp(1_800_000_000, UTC)


@pytest.fixture(scope="module")
def still_twin() -> Iterator[RunningTwin]:
    with start_twin(clock="manual", services={"cloudwatch"}) as running:
        running.advance(600)
        yield running


@pytest.fixture(scope="module")
def cloudwatch(still_twin: RunningTwin) -> Any:
    return still_twin.client("cloudwatch")


def at(minute: float) -> datetime:
    return MINUTE + timedelta(minutes=minute)


def put(cloudwatch: Any, name: str, *values: tuple[float, float], **more: Any) -> None:
    data = [{"MetricName": name, "Timestamp": at(minute), "Value": value} | more for minute, value in values]
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=data)


def query(id: str, name: str, stat: str = "Sum", **more: Any) -> dict[str, Any]:
    metric = {"Metric": {"Namespace": "Shop", "MetricName": name}, "Period": 60, "Stat": stat}
    return {"Id": id, "MetricStat": metric} | more


def get(cloudwatch: Any, *queries: dict[str, Any], end: float = 10, **more: Any) -> Any:
    return cloudwatch.get_metric_data(
        MetricDataQueries=list(queries), StartTime=at(0), EndTime=at(end), **more
    )


def test_statistics_of_values_statistic_sets_and_counted_values_agree(cloudwatch: Any) -> None:
    put(cloudwatch, "Orders", (0, 2.0), (0.5, 4.0))
    sets = {"SampleCount": 2, "Sum": 6, "Minimum": 2, "Maximum": 4}
    cloudwatch.put_metric_data(
        Namespace="Shop",
        MetricData=[
            {"MetricName": "Orders", "Timestamp": at(1), "StatisticValues": sets},
            {"MetricName": "Orders", "Timestamp": at(2), "Values": [2.0, 4.0], "Counts": [1, 1]},
        ],
    )

    points = cloudwatch.get_metric_statistics(
        Namespace="Shop", MetricName="Orders", StartTime=at(0), EndTime=at(5), Period=60,
        Statistics=["SampleCount", "Sum", "Average", "Minimum", "Maximum"],
    )["Datapoints"]  # fmt: skip

    assert [point.pop("Timestamp") for point in points] == [at(0), at(1), at(2)]
    assert (
        points
        == [{"SampleCount": 2.0, "Sum": 6.0, "Average": 3.0, "Minimum": 2.0, "Maximum": 4.0, "Unit": "None"}]
        * 3
    )


def test_values_of_different_units_are_told_apart(cloudwatch: Any) -> None:
    put(cloudwatch, "Length", (0, 2.0), (0, 3.0), Unit="Seconds")
    put(cloudwatch, "Length", (0, 700.0), Unit="Milliseconds")
    ask = {
        "Namespace": "Shop", "MetricName": "Length", "StartTime": at(0), "EndTime": at(5), "Period": 60,
        "Statistics": ["Sum"],
    }  # fmt: skip

    def sums(**more: Any) -> list[tuple[float, str]]:
        points = cloudwatch.get_metric_statistics(**ask, **more)["Datapoints"]
        return sorted((point["Sum"], point["Unit"]) for point in points)

    assert sums() == [(5.0, "Seconds"), (700.0, "Milliseconds")]
    assert sums(Unit="Seconds") == [(5.0, "Seconds")]
    assert sums(Unit="Bytes") == []


def test_labels_tell_the_statistics_of_a_metric_apart(cloudwatch: Any) -> None:
    put(cloudwatch, "Labelled", (0, 1.0))

    def labels(*queries: dict[str, Any]) -> list[str]:
        return [each["Label"] for each in get(cloudwatch, *queries)["MetricDataResults"]]

    average, p99 = query("a", "Labelled", "Average"), query("p", "Labelled", "p99")
    assert labels(average) == ["Labelled"]
    assert labels(average, p99) == ["Labelled Average", "Labelled p99"]
    assert labels(average, p99 | {"Label": "slowest"}) == ["Labelled Average", "slowest"]


def test_metrics_are_listed_by_namespace_name_and_dimension(cloudwatch: Any) -> None:
    put(cloudwatch, "Paid", (0, 1.0), Dimensions=[{"Name": "Shop", "Value": "1"}])
    put(cloudwatch, "Paid", (0, 1.0), Dimensions=[{"Name": "Shop", "Value": "2"}])

    both = cloudwatch.list_metrics(Namespace="Shop", MetricName="Paid", Dimensions=[{"Name": "Shop"}])
    one = cloudwatch.list_metrics(Dimensions=[{"Name": "Shop", "Value": "2"}])

    assert len(both["Metrics"]) == 2
    assert one["Metrics"] == [
        {"Namespace": "Shop", "MetricName": "Paid", "Dimensions": [{"Name": "Shop", "Value": "2"}]}
    ]


def test_metric_data_computes_expressions_over_metrics(cloudwatch: Any) -> None:
    put(cloudwatch, "Calls", (0, 10.0), (1, 4.0), (2, 1.0))
    put(cloudwatch, "Failed", (0, 1.0), (1, 0.0))

    rate = {"Id": "rate", "Expression": "100 * failed / calls", "Label": "Error rate"}
    [result] = get(
        cloudwatch,
        rate,
        query("failed", "Failed", ReturnData=False),
        query("calls", "Calls", ReturnData=False),
        ScanBy="TimestampAscending",
    )["MetricDataResults"]

    assert (result["Id"], result["Label"], result["StatusCode"]) == ("rate", "Error rate", "Complete")
    assert result["Timestamps"] == [at(0), at(1)]
    assert result["Values"] == [10.0, 0.0]


def test_metric_data_comes_newest_first_unless_asked_otherwise(cloudwatch: Any) -> None:
    put(cloudwatch, "Ordered", (0, 1.0), (1, 2.0))

    [result] = get(cloudwatch, query("m", "Ordered"))["MetricDataResults"]

    assert result["Values"] == [2.0, 1.0]


def test_metric_data_is_paged_by_datapoints(cloudwatch: Any) -> None:
    put(cloudwatch, "Long", *((minute, float(minute)) for minute in range(5)))
    queries = [query("a", "Long"), query("b", "Long", "SampleCount")]
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=at(0), EndTime=at(10), ScanBy="TimestampAscending",
        PaginationConfig={"PageSize": 3},
    )  # fmt: skip

    values: dict[str, list[float]] = {"a": [], "b": []}
    sizes = []
    for page in pages:
        sizes.append(sum(len(result["Values"]) for result in page["MetricDataResults"]))
        for result in page["MetricDataResults"]:
            values[result["Id"]] += result["Values"]

    assert sizes == [3, 3, 3, 1]
    assert values == {"a": [0.0, 1.0, 2.0, 3.0, 4.0], "b": [1.0] * 5}


def test_percentiles_and_fill_work_in_one_request(cloudwatch: Any) -> None:
    put(cloudwatch, "Duration", *((0, float(ms)) for ms in range(101)))

    results = get(
        cloudwatch,
        query("p90", "Duration", "p90"),
        {"Id": "filled", "Expression": "FILL(p90, 0)"},
        end=3,
        ScanBy="TimestampAscending",
    )["MetricDataResults"]

    assert results[0]["Values"] == pytest.approx([90.0])
    assert results[1]["Values"] == pytest.approx([90.0, 0.0, 0.0])


@pytest.mark.parametrize(
    ("queries", "code", "complaint"),
    [
        (
            [{"Id": "e", "Expression": "SEARCH('x')"}],
            "ValidationError",
            "Error in expression 'e': The twin does not",
        ),
        ([{"Id": "e", "Expression": "gone + 1"}], "ValidationError", "Undefined variable gone"),
        ([{"Id": "e", "Expression": "e + 1"}], "ValidationError", "Circular reference e -> e"),
        ([{"Id": "e", "Expression": "1 + 1"}], "ValidationError", "does not give a time series"),
        ([query("Upper", "x")], "ValidationError", "'Upper' is not a valid Id"),
        ([query("m", "x"), query("m", "x")], "ValidationError", "used more than once"),
        ([query("m", "x", "Median")], "ValidationError", "Median"),
        ([query("m", "x", ReturnData=False)], "ValidationError", "must return data"),
        ([{"Id": "m"}], "ValidationError", "exactly one of Expression and MetricStat"),
    ],
)
def test_queries_that_cannot_be_answered_are_refused(
    cloudwatch: Any, queries: list[dict[str, Any]], code: str, complaint: str
) -> None:
    with pytest.raises(ClientError) as refused:
        get(cloudwatch, *queries)

    assert refused.value.response["Error"]["Code"] == code
    assert complaint in refused.value.response["Error"]["Message"]


@pytest.mark.parametrize(
    ("namespace", "datum", "code", "complaint"),
    [
        ("AWS/Lambda", {"Value": 1.0}, "InvalidParameterValue", "AWS/Lambda"),
        ("Shop", {}, "InvalidParameterCombination", "Value"),
        ("Shop", {"Value": 1.0, "Values": [1.0]}, "InvalidParameterCombination", "only one"),
        ("Shop", {"Values": [1.0], "Counts": [1, 2]}, "InvalidParameterValue", "same size"),
        ("Shop", {"Value": 1.0, "Timestamp": at(-30 * 24 * 60)}, "InvalidParameterValue", "two weeks"),
        ("Shop", {"Value": 1.0, "StorageResolution": 5}, "InvalidParameterValue", "1 or 60"),
    ],
)
def test_measurements_that_make_no_sense_are_refused(
    cloudwatch: Any, namespace: str, datum: dict[str, Any], code: str, complaint: str
) -> None:
    with pytest.raises(ClientError) as refused:
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=[{"MetricName": "x"} | datum])

    assert refused.value.response["Error"]["Code"] == code
    assert complaint in refused.value.response["Error"]["Message"]


WHOLE_OF_TIME = {"StartTime": datetime(1970, 1, 1, tzinfo=UTC), "EndTime": datetime(2100, 1, 1, tzinfo=UTC)}


def filled(expression: str, count: int = 1) -> list[dict[str, Any]]:
    metric = {"Metric": {"Namespace": "Shop", "MetricName": "Orders"}, "Period": 60, "Stat": "Sum"}
    expressions = [{"Id": f"e{number}", "Expression": expression} for number in range(count)]
    return [{"Id": "m1", "MetricStat": metric}, *expressions]


def test_an_expression_over_the_whole_of_time_is_refused_with_the_limit(cloudwatch: Any) -> None:
    with pytest.raises(ClientError, match=r"which exceeds the limit of 100,800\. You may reduce"):
        cloudwatch.get_metric_data(MetricDataQueries=filled("FILL(m1, 0)"), **WHOLE_OF_TIME)


def test_a_metric_over_the_whole_of_time_is_read_page_by_page(cloudwatch: Any) -> None:
    found = cloudwatch.get_metric_data(MetricDataQueries=filled("", 0), **WHOLE_OF_TIME)

    assert found["MetricDataResults"][0]["StatusCode"] == "Complete"


def test_more_computing_than_a_request_may_ask_for_is_refused(cloudwatch: Any) -> None:
    month = {"StartTime": datetime(2026, 1, 1, tzinfo=UTC), "EndTime": datetime(2026, 2, 1, tzinfo=UTC)}
    with pytest.raises(ClientError, match="computations"):
        cloudwatch.get_metric_data(MetricDataQueries=filled("FILL(m1, 0)" + " + m1" * 100), **month)


@pytest.mark.parametrize(
    ("expression", "said"), [("1" + "+1" * 300, "operators"), ("(" * 300 + "1" + ")" * 300, "Nested deeper")]
)
def test_an_expression_without_end_is_refused(cloudwatch: Any, expression: str, said: str) -> None:
    with pytest.raises(ClientError, match=said):
        cloudwatch.get_metric_data(MetricDataQueries=filled(expression), **WHOLE_OF_TIME)


def test_five_hundred_queries_may_each_need_the_next(cloudwatch: Any) -> None:
    chain = [{"Id": f"e{n}", "Expression": f"e{n + 1} + 1", "ReturnData": n == 0} for n in range(498)]
    last = {"Id": "e498", "Expression": "FILL(m1, 0)", "ReturnData": False}
    window = {"StartTime": at(0), "EndTime": at(60)}

    found = cloudwatch.get_metric_data(MetricDataQueries=[*chain, last, filled("", 0)[0]], **window)

    assert found["MetricDataResults"][0]["Values"][0] == 498


def test_too_many_statistics_are_refused_with_the_limit(cloudwatch: Any) -> None:
    with pytest.raises(ClientError, match=r"up to 2,880 datapoints.*limit of 1,440"):
        cloudwatch.get_metric_statistics(
            Namespace="Shop",
            MetricName="x",
            StartTime=at(-2880),
            EndTime=at(0),
            Period=60,
            Statistics=["Sum"],
        )
