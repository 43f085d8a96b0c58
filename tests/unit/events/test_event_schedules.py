"""Schedules: rates are read as AWS reads them, cron is refused clearly."""

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


def test_cron_is_refused_with_what_to_do_instead() -> None:
    with pytest.raises(ScheduleError, match=r"does not support cron.*use rate"):
        parse_schedule("cron(0 10 * * ? *)")
