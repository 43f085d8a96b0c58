"""Twins that start and end within a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from botocore.exceptions import ClientError

from greenshift.contract.clock import time_of
from greenshift.errors import TwinError, UsageError
from greenshift.testing import RunningTwin, start_twin


def test_answers_carry_the_twins_time(manual_twin: RunningTwin) -> None:
    manual_twin.advance(3600)
    headers = manual_twin.client("s3").list_buckets()["ResponseMetadata"]["HTTPHeaders"]

    assert time_of(headers) == datetime(2027, 1, 15, 9, tzinfo=UTC)


def test_the_date_of_answers_is_the_real_one(manual_twin: RunningTwin) -> None:
    """Or SDKs that compare it with their own clock see a skew."""
    manual_twin.advance(3600)
    headers = manual_twin.client("s3").list_buckets()["ResponseMetadata"]["HTTPHeaders"]

    assert abs(parsedate_to_datetime(headers["date"]) - datetime.now(UTC)) < timedelta(minutes=5)


def test_what_exists_is_listed_service_by_service() -> None:
    with start_twin(services=set()) as twin:
        assert twin.resources() == {}
        twin.client("s3").create_bucket(Bucket="left-over")
        twin.client("sns").create_topic(Name="news")

        assert twin.resources() == {"s3": ["left-over"], "sns": ["arn:aws:sns:us-east-1:123456789012:news"]}
    with start_twin(services=set()) as twin:
        assert twin.resources() == {}, "a new twin starts with nothing"


def test_a_twin_without_a_lambda_of_its_own_answers_with_what_is_missing() -> None:
    with start_twin(services=set()) as twin, pytest.raises(ClientError, match="Function not found"):
        twin.client("lambda").get_alias(FunctionName="charge", Name="live")


def test_a_port_that_is_taken_is_refused_with_the_way_out() -> None:
    with (
        start_twin(services=set()) as twin,
        pytest.raises(UsageError, match=f"port {twin.twin.port}") as refused,
    ):
        from greenshift.twin.machine.options import TwinOptions
        from greenshift.twin.server import Twin

        twin.run(_construct(lambda: Twin(TwinOptions(port=twin.twin.port))))

    assert "--port" in refused.value.hint


async def _construct(make: object) -> None:
    assert callable(make)
    make()


def test_two_twins_in_one_process_are_refused() -> None:
    with (
        start_twin(services=set()),
        pytest.raises(TwinError, match="already runs"),
        start_twin(services=set()),
    ):
        pass
