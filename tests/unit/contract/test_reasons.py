"""CloudWatch's account of an alarm in words: the twin writes it as CloudWatch does, so it is asked here."""

from __future__ import annotations

import pytest

from greenshift.contract.reasons import as_counted, completed, in_words, with_counts
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


@pytest.mark.parametrize(
    ("values", "counts", "told"),
    [
        ((65.7,), (23, 35), "23 of 35 calls failed (66 %; limit 5 %) in the minute from 13:20"),
        (
            (10.0,),
            (2, 3),
            "2 of 3 calls failed (counted as 2 of 20, 10 %; limit 5 %) in the minute from 13:20",
        ),
        ((100.0,), (2, 2), "2 of 2 calls failed (100 %; limit 5 %) in the minute from 13:20"),
        ((10.0, 15.0), (5, 5), "5 of 5 calls failed (100 %; limit 5 %) in 2 periods from 13:20 on"),
        ((5.5,), (55, 1000), "55 of 1000 calls failed (5.5 %; limit 5 %) in the minute from 13:20"),
        ((6.0, 70.25), (80, 120), "80 of 120 calls failed (67 %; limit 5 %) in 2 periods from 13:20 on"),
        ((70.0,), (0, 35), "error rate 70 % (limit 5 %) in the minute from 13:20"),
    ],
)
def test_calls_that_were_counted_are_told_as_counts(
    values: tuple[float, ...], counts: tuple[int, int], told: str
) -> None:
    assert in_words(with_counts(written(*values), *counts)) == told
    stopped = f"alarm a fired: {with_counts(written(*values), *counts)} (d-75I7MBT7C Stopped, ALARM_ACTIVE)"
    assert in_words(stopped) == f"alarm a fired: {told}"


def test_counts_are_added_once_and_shared_with_who_has_none() -> None:
    counted = with_counts(written(65.7), 23, 35)

    assert with_counts(counted, 1, 2) == counted
    assert with_counts("no account", 1, 2) == "no account"
    assert as_counted(written(65.7), ["nothing", f"charge: {counted}; refund: back"]) == counted
    assert as_counted(written(70.0), [counted]) == written(70.0), "another minute's"


def test_an_alarm_that_is_ok_again_is_told_by_the_note_of_it() -> None:
    reason = "charge: alarm a: b fired (d-75I7MBT7C Stopped, ALARM_ACTIVE)"
    note = f"alarm a: b: {written(70.0)}"

    for notes in (
        [],
        ["alarm c: somebody set it"],
        [f"alarm c: {written(70.0)}"],
        ["shifting", written(70.0)],
    ):
        assert completed(reason, notes) == reason
    plain = reason.replace("a: b", "a")
    told = completed(plain, ["shifting", note.replace("a: b", "a")])
    assert in_words(told) == ("charge: alarm a fired: error rate 70 % (limit 5 %) in the minute from 13:20")
    assert completed(told, [note]) == told


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


@pytest.mark.parametrize(
    ("noted", "said"),
    [
        (
            "deployment d-75I7MBT7C STOP: ALARM_ACTIVE One or more alarms have been activated.",
            "deployment d-75I7MBT7C was stopped by CodeDeploy: One or more alarms have been activated.",
        ),
        ("deployment d-75I7MBT7C STOP: ALARM_ACTIVE", "deployment d-75I7MBT7C was stopped by CodeDeploy"),
        (
            "deployment d-75I7MBT7C FAILURE: HEALTH_CONSTRAINTS The hook said no.",
            "deployment d-75I7MBT7C failed: The hook said no.",
        ),
        ("deployment d-75I7MBT7C FAILURE: ", "deployment d-75I7MBT7C failed"),
    ],
)
def test_the_end_of_a_deployment_is_told_without_codedeploys_codes(noted: str, said: str) -> None:
    assert in_words(noted) == said
