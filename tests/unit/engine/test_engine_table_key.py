"""Which key encrypts a table, as DynamoDB is asked for it (the twin does not change it afterwards)."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.model import OperationModel

from greenshift.engine.aws.entry import Change
from greenshift.engine.aws.table import TABLE

ENTRY = TABLE["aws:dynamodb/table:Table"]
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd"
MODEL = botocore.session.Session().get_service_model("dynamodb")
INPUTS = {"name": "t", "hashKey": "id", "billingMode": "PAY_PER_REQUEST"}


class Recorded:
    """Takes the place of the calls of one step."""

    def __init__(self) -> None:
        self.requests: dict[str, dict[str, Any]] = {}

    def model(self, operation: str) -> OperationModel:
        return MODEL.operation_model(operation)

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        self.requests[operation] = parameters
        return {"TableDescription": {"TableName": "t", "TableArn": "arn"}}

    def wait(self, what: str, is_done: object) -> None: ...


def update(old: Any, new: Any) -> dict[str, Any]:
    calls = Recorded()
    change = Change("t", {"serverSideEncryption": old}, {"serverSideEncryption": new})
    (group,) = [each for each in ENTRY.update if "serverSideEncryption" in each.properties]
    group.apply(calls, change)  # type: ignore[arg-type]
    asked: dict[str, Any] = calls.requests["UpdateTable"]["SSESpecification"]
    return asked


def test_a_table_is_made_with_its_key() -> None:
    calls = Recorded()

    ENTRY.create(calls, {**INPUTS, "serverSideEncryption": {"enabled": True, "kmsKeyArn": KEY}})  # type: ignore[arg-type]

    assert calls.requests["CreateTable"]["SSESpecification"] == {
        "Enabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": KEY,
    }


def test_without_encryption_settings_nothing_is_said_of_it() -> None:
    calls = Recorded()

    ENTRY.create(calls, INPUTS)  # type: ignore[arg-type]

    assert "SSESpecification" not in calls.requests["CreateTable"]


@pytest.mark.parametrize(
    ("new", "asked"),
    [
        (
            {"enabled": True, "kmsKeyArn": KEY},
            {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY},
        ),
        ({"enabled": True}, {"Enabled": True, "SSEType": "KMS"}),
        (None, {"Enabled": False}),
    ],
)
def test_a_key_is_changed_or_given_back(new: Any, asked: dict[str, Any]) -> None:
    assert update({"enabled": True, "kmsKeyArn": "another"}, new) == asked
