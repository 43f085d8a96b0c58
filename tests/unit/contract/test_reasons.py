"""CloudWatch's account of an alarm in words: the twin writes it as CloudWatch does, so it is asked here."""

from __future__ import annotations

import pytest

from greenshift.contract.reasons import in_words
from greenshift.twin.alarms.evaluation import Datapoint, evaluate
from greenshift.twin.alarms.model import Threshold
from greenshift.twin.alarms.reasons import reason

START = 1_668_000_000.0  # 2022-11-09 13:20:00 UTC


def written(*values: float | None, limit: float = 5.0) -> str:
    threshold = Threshold(len(values), len(values), "GreaterThanThreshold", limit, "notBreaching")
    points = [Datapoint(START + 60 * index, value) for index, value in enumerate(values)]
    return reason(evaluate(points, threshold, "OK"), threshold)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((200 / 3,), "error rate 66.7 % (limit 5 %) in the minute from 13:20"),
        ((100.0,), "error rate 100 % (limit 5 %) in the minute from 13:20"),
        ((6.0, 70.25), "error rate up to 70.2 % (limit 5 %) in 2 periods from 13:20 on"),
        ((1e-05 + 5,), "error rate 5 % (limit 5 %) in the minute from 13:20"),
    ],
)
def test_an_alarm_that_fired_is_told_in_words(values: tuple[float, ...], told: str) -> None:
    assert in_words(written(*values)) == told


def test_the_minute_is_said_by_the_clock_of_the_reader() -> None:
    an_hour_later = in_words(written(70.0), lambda moment: f"{moment.hour + 1} o'clock")

    assert an_hour_later == "error rate 70 % (limit 5 %) in the minute from 14 o'clock"


def test_only_the_account_is_changed() -> None:
    text = f"charge: alarm shop-charge-errors fired: {written(38.8)} Somebody looks."

    assert in_words(text) == (
        "charge: alarm shop-charge-errors fired: error rate 38.8 % (limit 5 %) in the minute from 13:20 "
        "Somebody looks."
    )
    assert in_words("Threshold Crossed") == "Threshold Crossed"
    assert in_words(written(None)) == written(None)
    assert in_words(written(1.0)) == written(1.0), "what did not fire stays as it is"


def test_the_id_of_the_deployment_an_alarm_stopped_is_left_out() -> None:
    reason = "charge: alarm shop-charge-errors fired: 3 points over 5 (d-75I7MBT7C Stopped, ALARM_ACTIVE)"

    assert in_words(reason) == "charge: alarm shop-charge-errors fired: 3 points over 5"
    assert in_words("d-75I7MBT7C Failed, HOOK: boom") == "d-75I7MBT7C Failed, HOOK: boom"
