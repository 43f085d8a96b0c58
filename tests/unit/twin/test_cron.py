"""Cron expressions: the examples of EventBridge's user guide, and its rules of daylight saving time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from greenshift.twin.cron import CronError, parse

CASES = [
    # (expression, after, the next ones): "Cron-based schedules", the table of examples.
    ("0 10 * * ? *", "2026-11-28T10:00", ["2026-11-29T10:00", "2026-11-30T10:00"]),
    ("15 12 * * ? *", "2026-11-28T12:14", ["2026-11-28T12:15", "2026-11-29T12:15"]),
    ("0 18 ? * MON-FRI *", "2026-11-27T18:00", ["2026-11-30T18:00", "2026-12-01T18:00"]),
    ("0 8 1 * ? *", "2026-11-28T00:00", ["2026-12-01T08:00", "2027-01-01T08:00"]),
    ("0/15 * * * ? *", "2026-11-28T10:01", ["2026-11-28T10:15", "2026-11-28T10:30"]),
    ("0/10 * ? * MON-FRI *", "2026-11-27T23:55", ["2026-11-30T00:00"]),
    ("0/5 8-17 ? * MON-FRI *", "2026-11-27T17:55", ["2026-11-30T08:00", "2026-11-30T08:05"]),
    ("0/30 20-2 ? * MON-FRI *", "2026-11-27T02:30", ["2026-11-27T20:00"]),
    ("0 9 ? * 2#1 *", "2026-11-28T00:00", ["2026-12-07T09:00", "2027-01-04T09:00"]),
    ("0 9 ? * 6L *", "2026-11-28T00:00", ["2026-12-25T09:00", "2027-01-29T09:00"]),
    ("0 9 L * ? *", "2026-11-28T00:00", ["2026-11-30T09:00", "2026-12-31T09:00"]),
    ("0 9 1W * ? *", "2026-07-15T00:00", ["2026-08-03T09:00", "2026-09-01T09:00"]),  # 1 August is a Saturday
    ("0 9 LW * ? *", "2026-10-15T00:00", ["2026-10-30T09:00"]),
    ("0 0 29 2 ? *", "2026-01-01T00:00", ["2028-02-29T00:00", "2032-02-29T00:00"]),
    ("0 0 1 1 ? 2030/5", "2026-01-01T00:00", ["2030-01-01T00:00", "2035-01-01T00:00"]),
    ("0 0 ? JAN,mar SUN *", "2026-11-28T00:00", ["2027-01-03T00:00"]),
    ("0 0 31 2 ? *", "2026-01-01T00:00", [None]),
    ("0 0 1 1 ? 2020", "2026-01-01T00:00", [None]),
]


def moment(text: str, zone: str = "UTC") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize(("fields", "after", "expected"), CASES)
def test_an_expression_names_the_moments_aws_says(
    fields: str, after: str, expected: list[str | None]
) -> None:
    cron, now = parse(f"cron({fields})"), moment(after)
    for each in expected:
        found = cron.next_after(now)
        told = None if found is None else datetime.fromtimestamp(found, UTC).isoformat()[:16]
        assert told == each
        now = found or now


DST = [
    # (after, next three in UTC) for cron(30 2 * * ? *) in Berlin: Scheduler, "Daylight saving time".
    (
        "2027-03-26T12:00",
        ["2027-03-27T01:30", "2027-03-29T00:30", "2027-03-30T00:30"],
    ),  # no 02:30 on the 28th
    ("2027-10-29T12:00", ["2027-10-30T00:30", "2027-10-31T00:30", "2027-11-01T01:30"]),  # 02:30 twice: once
]


@pytest.mark.parametrize(("after", "expected"), DST)
def test_a_time_that_does_not_exist_is_skipped_and_one_that_comes_twice_runs_once(
    after: str, expected: list[str]
) -> None:
    cron, now, found = parse("cron(30 2 * * ? *)"), moment(after), []
    for _ in expected:
        now = cron.next_after(now, ZoneInfo("Europe/Berlin")) or 0
        found.append(datetime.fromtimestamp(now, UTC).isoformat()[:16])
    assert found == expected


REFUSED = (
    "0 10 * * * *", "0 10 ? * ? *", "0 10 * * ?", "60 10 * * ? *", "0 24 * * ? *", "0 10 32 * ? *",
    "0 10 * 13 ? *", "0 10 ? * 8 *", "0 10 * * ? 1969", "0 10 * * ? 2200", "0/0 * * * ? *", "0 10 ? * 2#6 *",
    "a * * * ? *", "",
)  # fmt: skip


@pytest.mark.parametrize("fields", REFUSED)
def test_what_is_no_expression_is_refused(fields: str) -> None:
    with pytest.raises(CronError):
        parse(f"cron({fields})")
