"""The words an alarm gives for its state."""

from __future__ import annotations

import json

from greenshift.twin.alarms.evaluation import Datapoint, evaluate
from greenshift.twin.alarms.metrics import metric_key
from greenshift.twin.alarms.model import Actions, MetricAlarm, StateValue, Threshold, TreatMissingData
from greenshift.twin.alarms.queries import MetricStat
from greenshift.twin.alarms.reasons import reason, reason_data, timestamp

START = 1_668_000_000.0  # 2022-11-09 13:20:00 UTC


def said(values: list[float | None], treat: TreatMissingData = "missing", previous: StateValue = "OK") -> str:
    threshold = Threshold(len(values), len(values), "GreaterThanThreshold", 50.0, treat)
    points = [Datapoint(START + 60 * index, value) for index, value in enumerate(values)]
    return reason(evaluate(points, threshold, previous), threshold)


def test_an_alarm_names_the_points_that_crossed_and_the_threshold() -> None:
    assert said([99.5]) == (
        "Threshold Crossed: 1 out of the last 1 datapoints [99.5 (09/11/22 13:20:00)] was greater than the "
        "threshold (50.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )


def test_several_points_are_listed_newest_first_in_the_plural() -> None:
    assert said([60.0, 70.0]) == (
        "Threshold Crossed: 2 out of the last 2 datapoints "
        "[70.0 (09/11/22 13:21:00), 60.0 (09/11/22 13:20:00)] were greater than the threshold (50.0) "
        "(minimum 2 datapoints for OK -> ALARM transition)."
    )


def test_the_way_back_says_not_greater_and_counts_what_an_ok_needs() -> None:
    assert "[1.0 (09/11/22 13:20:00)] was not greater than the threshold (50.0)" in said([1.0])
    assert "(minimum 1 datapoint for ALARM -> OK transition)" in said([1.0])


def test_missing_points_are_said_to_be_treated_as_the_alarm_says() -> None:
    assert said([None], "notBreaching") == (
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as "
        "[NonBreaching]."
    )
    assert "treated as [Breaching]" in said([None, None], "breaching")
    assert said([None], "missing") == "Insufficient Data: 1 datapoint was unknown."


def test_reason_data_is_json_with_the_points_that_were_judged() -> None:
    metric = MetricStat(metric_key("X", "Errors", {}), 60, "Sum")
    threshold = Threshold(1, 1, "GreaterThanThreshold", 0.0, "notBreaching")
    alarm = MetricAlarm("a", None, Actions(), threshold, 60, metric)
    verdict = evaluate([Datapoint(START, 3.0)], threshold, "OK")

    data = json.loads(reason_data(verdict, alarm, START + 65.25))

    assert data == {
        "version": "1.0",
        "queryDate": "2022-11-09T13:21:05.250+0000",
        "startDate": "2022-11-09T13:20:00.000+0000",
        "statistic": "Sum",
        "period": 60,
        "recentDatapoints": [3.0],
        "threshold": 0.0,
        "evaluatedDatapoints": [{"timestamp": "2022-11-09T13:20:00.000+0000", "value": 3.0}],
    }


def test_a_moment_is_written_with_milliseconds_and_offset() -> None:
    assert timestamp(0.5) == "1970-01-01T00:00:00.500+0000"
