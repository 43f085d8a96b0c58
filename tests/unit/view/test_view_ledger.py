"""Rows of the ledger, as releases write them and as others might, read into release views."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from greenshift.contract.release import Release
from greenshift.contract.release import ReleasedFunction as WrittenFunction
from greenshift.contract.rows import release_values, transition_values
from greenshift.contract.statuses import State, Status
from greenshift.release.record.items import to_item
from greenshift.view import FunctionRelease, ReleaseView, Transition, ledger

NOW = datetime(2026, 11, 23, 16, 50, 57, 123_000, UTC)


@dataclass
class FakeTable:
    """The part of a DynamoDB client the view uses, over items as DynamoDB has them."""

    items: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def get_item(self, **parameters: Any) -> dict[str, Any]:
        self.asked.append(parameters)
        found = [item for item in self.items if item["deploymentId"] == parameters["Key"]["deploymentId"]]
        return {"Item": found[0]} if found else {}

    def get_paginator(self, name: str) -> FakeTable:
        assert name == "query"
        return self

    def paginate(self, **parameters: Any) -> Iterator[dict[str, Any]]:
        self.asked.append(parameters)
        for item in self.items:
            yield {"Items": [item]}


def item(**attributes: Any) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in attributes.items()}


def read(row: dict[str, Any]) -> ReleaseView:
    found = ledger.release(FakeTable([row]), "ledger", row["deploymentId"]["S"])
    assert found is not None
    return found


def test_what_a_release_writes_the_view_reads() -> None:
    written = Release(
        id="id", pipeline="payments", status=Status.SHIFTING, started_at=NOW, since=NOW,
        functions=(
            WrittenFunction("charge", "payments-charge", "1", "2", State.SHIFTING, "d-1", reason="slow"),
            WrittenFunction("refund", "payments-refund", "3", "3", State.UNCHANGED),
        ),
        commit="abc", message="Lower the fee", trigger="StartPipelineExecution", reason="r", alarm="a",
    ).noting(NOW, "shift began")  # fmt: skip
    values = release_values(written, timedelta(days=1))
    row = to_item(values | {"transitions": transition_values(written.transitions)})

    assert read(row) == ReleaseView(
        id="id",
        status="SHIFTING",
        commit="abc",
        message="Lower the fee",
        trigger="StartPipelineExecution",
        started_at="2026-11-23T16:50:57.123Z",
        ended_at="",
        reason="r",
        alarm="a",
        functions=(
            FunctionRelease("charge", "payments-charge", "1", "2", "SHIFTING", "slow", "d-1"),
            FunctionRelease("refund", "payments-refund", "3", "3", "UNCHANGED"),
        ),
        transitions=(Transition("2026-11-23T16:50:57.123Z", "SHIFTING", "shift began"),),
        expires_at=int((NOW + timedelta(days=1)).timestamp()),
        mode="normal",
    )


def test_what_somebody_asked_for_and_the_waves_are_read_where_a_row_has_them() -> None:
    functions = {"charge": {"from": "1", "to": "2", "wave": 2}, "refund": {"from": "1", "to": "2"}}
    asked = {
        "findings": ["charge: f"],
        "mode": "now",
        "by": "Ada",
        "why": "refunds fail",
        "author": "Bo",
        "functions": functions,
    }
    found = read(item(deploymentId="id", **asked))

    assert found.findings == ("charge: f",)
    assert (found.mode, found.by, found.why, found.author) == ("now", "Ada", "refunds fail", "Bo")
    assert [function.wave for function in found.functions] == [2, 0]


def test_a_row_with_nothing_but_its_key_is_read() -> None:
    empty = ReleaseView("id", "", "", "", "", "", "", "", "", (), ())

    assert read(item(deploymentId="id")) == empty


def test_functions_and_transitions_with_missing_attributes_are_read() -> None:
    row = item(deploymentId="id", functions={"charge": {}}, transitions=[{}, {"at": "now"}])
    found = read(row)

    assert found.functions == (FunctionRelease("charge", "", "", "", ""),)
    assert found.transitions == (Transition("", "", ""), Transition("now", "", ""))


def test_attributes_nobody_knows_are_passed_over() -> None:
    assert read(item(deploymentId="id", status="SHIFTING", weather={"wind": 3})).status == "SHIFTING"


def test_functions_come_in_the_order_of_their_keys() -> None:
    row = item(deploymentId="id", functions={"refund": {}, "charge": {}})

    assert [function.key for function in read(row).functions] == ["charge", "refund"]


def test_changed_functions_are_those_that_go_to_another_version() -> None:
    functions = {"charge": {"from": "1", "to": "2"}, "refund": {"from": "3", "to": "3"}}

    assert [f.key for f in read(item(deploymentId="id", functions=functions)).changed] == ["charge"]


def test_a_release_the_ledger_does_not_have_is_none() -> None:
    assert ledger.release(FakeTable(), "ledger", "id") is None


def test_one_release_is_read_as_it_is_now() -> None:
    table = FakeTable([item(deploymentId="id")])
    ledger.release(table, "ledger", "id")

    assert table.asked == [
        {"TableName": "ledger", "Key": {"deploymentId": {"S": "id"}}, "ConsistentRead": True}
    ]


def test_releases_of_a_pipeline_are_asked_for_newest_first_and_no_more_than_wanted() -> None:
    table = FakeTable([item(deploymentId="2"), item(deploymentId="1")])
    found = list(ledger.releases(table, "ledger", "payments", 7))

    assert [release.id for release in found] == ["2", "1"]
    assert table.asked[0]["IndexName"] == "byPipeline"
    assert table.asked[0]["ExpressionAttributeValues"] == {":pipeline": {"S": "payments"}}
    assert table.asked[0]["ScanIndexForward"] is False
    assert table.asked[0]["PaginationConfig"] == {"MaxItems": 7}
