"""What CloudWatch is asked of an alarm that fires, and what becomes of its answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from greenshift.contract.counts import counted, question
from greenshift.contract.reasons import in_words

BEGAN = datetime(2026, 11, 23, 13, 29, tzinfo=UTC)
REASON = (
    "Threshold Crossed: 2 out of the last 3 datapoints [70.0 (23/11/26 13:31:00), 1.0 (23/11/26 13:30:00), "
    "50.0 (23/11/26 13:29:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM "
    "transition)."
)


def metric(name: str) -> dict[str, Any]:
    dimensions = [{"Name": "ExecutedVersion", "Value": "4"}]
    return {
        "Id": name[:1].lower(),
        "MetricStat": {
            "Metric": {"Namespace": "AWS/Lambda", "MetricName": name, "Dimensions": dimensions},
            "Period": 60,
            "Stat": "Sum",
        },
        "ReturnData": False,
    }


def alarm(**changes: Any) -> dict[str, Any]:
    rate = {"Id": "rate", "Expression": "100 * errors / invocations", "ReturnData": True}
    metrics = [rate, metric("Errors"), metric("Invocations")]
    return {"AlarmName": "a", "StateValue": "ALARM", "StateReason": REASON, "Metrics": metrics, **changes}


def answer(errors: list[float], invocations: list[float]) -> dict[str, Any]:
    minutes = [BEGAN + timedelta(minutes=number) for number in range(3)]
    return {
        "MetricDataResults": [
            {"Id": "errors", "Timestamps": minutes, "Values": errors},
            {"Id": "invocations", "Timestamps": minutes, "Values": invocations},
        ]
    }


def test_its_own_errors_and_invocations_are_asked_for_in_the_periods_it_names() -> None:
    asked = question(alarm())

    assert asked is not None
    assert (asked["StartTime"], asked["EndTime"]) == (BEGAN, BEGAN + timedelta(minutes=3))
    assert [(each["Id"], each["ReturnData"]) for each in asked["MetricDataQueries"]] == [
        ("errors", True),
        ("invocations", True),
    ]
    assert asked["MetricDataQueries"][0]["MetricStat"] == metric("Errors")["MetricStat"]


@pytest.mark.parametrize(
    "other",
    [
        {"StateValue": "OK"},
        {"StateReason": "somebody set it"},
        {"StateReason": ""},
        {"Metrics": []},
        {"Metrics": [metric("Errors")]},
        {"Metrics": [{"Id": "e", "MetricStat": {"Metric": {}, "Period": 60, "Stat": "Sum"}}]},
    ],
)
def test_of_any_other_alarm_nothing_is_asked(other: dict[str, Any]) -> None:
    assert question(alarm(**other)) is None


def test_only_calls_of_periods_over_the_limit_count() -> None:
    told = counted(alarm(), answer([5, 1, 28], [10, 100, 40]))

    assert in_words(told) == "33 of 50 calls failed (66 %; limit 5 %) in 2 periods from 13:29 on"


def test_counts_that_were_not_kept_leave_the_account_as_it_is() -> None:
    assert counted(alarm(), {"MetricDataResults": []}) == REASON
