"""Dashboards through boto3: kept as they were put, and refused where CloudWatch refuses them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin, start_twin

TEXT = {"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": "hello"}}


@pytest.fixture(scope="module")
def cloudwatch() -> Iterator[Any]:
    with start_twin(clock="manual", services={"cloudwatch", "events"}) as running:
        yield made(running)


def made(twin: RunningTwin) -> Any:
    return twin.client("cloudwatch")


def body(*widgets: Any) -> str:
    return json.dumps({"widgets": list(widgets)})


def test_a_dashboard_is_kept_listed_replaced_and_deleted(cloudwatch: Any) -> None:
    cloudwatch.put_dashboard(
        DashboardName="shop", DashboardBody=body(TEXT), Tags=[{"Key": "a", "Value": "b"}]
    )
    found = cloudwatch.get_dashboard(DashboardName="shop")
    assert found["DashboardBody"] == body(TEXT)
    assert found["DashboardArn"].split(":")[3:] == ["", "123456789012", "dashboard/shop"]

    cloudwatch.put_dashboard(DashboardName="shop", DashboardBody=body(TEXT, TEXT))
    assert cloudwatch.get_dashboard(DashboardName="shop")["DashboardBody"] == body(TEXT, TEXT)
    tags = cloudwatch.list_tags_for_resource(ResourceARN=found["DashboardArn"])["Tags"]
    assert tags == [{"Key": "a", "Value": "b"}]
    cloudwatch.put_dashboard(DashboardName="other", DashboardBody="{}")
    entries = cloudwatch.list_dashboards(DashboardNamePrefix="sh")["DashboardEntries"]
    assert [(each["DashboardName"], each["Size"]) for each in entries] == [("shop", len(body(TEXT, TEXT)))]

    cloudwatch.delete_dashboards(DashboardNames=["shop", "other"])
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []


def test_one_name_that_is_not_there_deletes_none(cloudwatch: Any) -> None:
    cloudwatch.put_dashboard(DashboardName="kept", DashboardBody="{}")
    with pytest.raises(ClientError, match="nowhere does not exist") as refused:
        cloudwatch.delete_dashboards(DashboardNames=["kept", "nowhere"])
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert cloudwatch.get_dashboard(DashboardName="kept")["DashboardName"] == "kept"
    with pytest.raises(ClientError, match="ResourceNotFound"):
        cloudwatch.get_dashboard(DashboardName="nowhere")


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("a b", "{}", "DashboardName"),
        ("d", "not JSON", "valid JSON object"),
        ("d", "[]", "valid JSON object"),
        ("d", '{"widgets": 1}', "/widgets: Should be an array"),
        ("d", body(1), "/widgets/0: Should be an object"),
        ("d", body(TEXT, {"type": "text"}), "/widgets/1: Should have required property 'properties'"),
    ],
)
def test_a_dashboard_that_cloudwatch_refuses_is_refused(
    cloudwatch: Any, name: str, given: str, told: str
) -> None:
    with pytest.raises(cloudwatch.exceptions.DashboardInvalidInputError, match=told):
        cloudwatch.put_dashboard(DashboardName=name, DashboardBody=given)
