"""Schedules: rates are read as AWS reads them, and so is cron."""

from __future__ import annotations

import pytest

from greenshift.twin.events.schedule import Rate, ScheduleError, parse_schedule


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(1 hour)", 3600), ("rate(2 days)", 172_800)],
)
def test_a_rate_is_a_number_of_seconds(expression: str, seconds: int) -> None:
    assert parse_schedule(expression) == Rate(seconds)


@pytest.mark.parametrize(
    "expression",
    ["rate(0 minutes)", "rate(1 minutes)", "rate(5 minute)", "rate(5 seconds)", "every day", "rate()"],
)
def test_a_rate_aws_would_refuse_is_refused(expression: str) -> None:
    with pytest.raises(ScheduleError, match="ScheduleExpression is not valid"):
        parse_schedule(expression)


def test_cron_is_read_and_what_is_none_is_refused() -> None:
    assert parse_schedule("cron(0 10 * * ? *)").next_after(0.0) == 36_000
    with pytest.raises(ScheduleError, match="six fields"):
        parse_schedule("cron(0 10 * * ?)")
