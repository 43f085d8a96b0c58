"""A moment of a twin is shown on the reader's clock, and back; AWS's own are left as they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenshift.view import AWS, Hours

BERLIN = timezone(timedelta(hours=1))
START = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
FAST = Hours.of_twin(60.0, START.timestamp(), START.timestamp(), BERLIN)

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def test_an_hour_of_the_twin_is_a_minute_of_the_reader_in_their_zone() -> None:
    assert FAST.day("2026-11-23T17:00:00.000Z") == "2026-11-23 17:01:00"
    assert FAST.clock("2026-11-23T17:30:00Z") == "17:01:30"
    assert FAST.minute("2026-11-23T17:30:00Z") == "2026-11-23 17:01"
    assert FAST.hour("2026-11-23T17:30:00Z") == "17:01:30"  # minutes would be too coarse


def test_the_twins_clock_stands_beside_in_the_same_zone() -> None:
    assert FAST.spoken("2026-11-23T17:00:00Z") == "2026-11-23 17:01:00 (twin 18:00:00)"
    assert FAST.beside("2026-11-24T16:00:00Z") == " (twin 11-24 17:00:00)"  # a day later there
    assert FAST.told == "the twin's clock runs 60 times as fast as yours"


def test_a_moment_in_a_sentence_is_the_readers_with_the_twins_beside_it() -> None:
    assert FAST.said(START + timedelta(hours=1)) == "17:01:00 (twin 18:00:00)"
    assert AWS.said(START) == "16:00"


def test_a_length_of_the_twin_is_told_with_what_the_reader_waited() -> None:
    begun, ended = "2026-11-23T16:00:00.000Z", "2026-11-23T16:10:00.000Z"
    assert FAST.lasted(begun, ended) == "10 min of AWS, 10 s here"
    assert FAST.waited(begun, ended) == "10 s"
    assert FAST.length(0) == "0 s"
    assert AWS.lasted(begun, ended) == AWS.waited(begun, ended) == "10 min"
    assert [hours.lasted(begun, "") for hours in (AWS, FAST)] == ["", ""]
    assert [hours.waited("", ended) for hours in (AWS, FAST)] == ["", ""]


def test_clocks_that_agree_are_shown_once() -> None:
    alike = Hours.of_twin(1.0, START.timestamp(), START.timestamp(), BERLIN)
    assert alike.length(600) == "10 min"
    assert alike.spoken("2026-11-23T17:00:00Z") == "2026-11-23 18:00:00"
    assert alike.told == ""
    assert FAST.beside("2026-11-23T16:00:00Z") == ""


def test_aws_is_shown_in_utc_and_by_no_other_clock() -> None:
    assert AWS.spoken("2026-11-23T17:00:00.123Z") == "2026-11-23 17:00:00 UTC"
    assert AWS.hour("2026-11-23T17:00:00Z") == "17:00"
    assert AWS.beside("2026-11-23T17:00:00Z") == "" and AWS.told == ""
    assert AWS.ago(START, timedelta(minutes=10)) == START - timedelta(minutes=10)


def test_what_is_no_moment_is_shown_as_nothing() -> None:
    assert [FAST.day(""), FAST.spoken(""), AWS.spoken("soon"), FAST.twin_clock("")] == [""] * 4


def test_ten_minutes_of_the_reader_are_ten_hours_of_a_twin_sixty_times_as_fast() -> None:
    assert FAST.ago(START, timedelta(minutes=10)) == START - timedelta(hours=10)


def test_longer_ago_than_there_are_dates_is_the_beginning() -> None:
    assert FAST.ago(START, timedelta(days=999_999)) == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_clock_that_stands_still_maps_to_nothing() -> None:
    assert Hours.of_twin(0, 1.0, 2.0) == AWS


@pytest.mark.parametrize("speed", [0.5, 1.0, 60.0, 600.0])
@given(moment=moments)
def test_there_and_back_is_the_same_moment(speed: float, moment: datetime) -> None:
    hours = Hours.of_twin(speed, START.timestamp(), START.timestamp() + 86_400, BERLIN)
    assert abs(hours.stack(hours.own(moment)) - moment) <= timedelta(microseconds=speed)
