"""Data people must keep outlives ``destroy``, as private as it was, and ``up`` says so beforehand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

CONFIG = {
    "functions": {"charge": {}},
    "source": {"provider": "s3"},
    "artifacts": {"forceDestroy": False},
    "ledger": {"deletionProtection": True},
}


@pytest.fixture(scope="module")
def stack(deployed: Callable[..., Any]) -> Any:
    stack = deployed(CONFIG, project="keeper")
    stack.up()
    stack.twin.client("s3").put_object(Bucket=stack.bucket, Key="packages/charge.zip", Body=b"released")
    row = {"deploymentId": {"S": "one"}}
    stack.twin.client("dynamodb").put_item(TableName=stack.name("-ledger"), Item=row)
    stack.warned = list(stack.warnings)
    stack.events.clear()
    stack.engine().destroy()
    return stack


def test_up_warns_of_what_destroy_will_keep(stack: Any) -> None:
    said = "\n".join(stack.warned)

    assert "artifacts.forceDestroy is false: destroy keeps the artifact bucket and every object in it" in said
    assert "ledger.deletionProtection is true: destroy keeps the ledger table and every row in it" in said


def test_destroy_says_what_it_kept_once_for_each(stack: Any) -> None:
    why = "is kept with everything in it: it was deployed to outlive its stack"

    said = sorted(line for line in stack.warnings if "is kept" in line)

    assert said == [f"{stack.bucket} {why}", f"{stack.name('-ledger')} {why}"]


def test_the_bucket_and_its_objects_are_kept_as_private_as_they_were(stack: Any) -> None:
    client = stack.twin.client("s3")

    assert client.get_object(Bucket=stack.bucket, Key="packages/charge.zip")["Body"].read() == b"released"
    block = client.get_public_access_block(Bucket=stack.bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    assert client.get_bucket_versioning(Bucket=stack.bucket)["Status"] == "Enabled"
    assert "aws:SecureTransport" in client.get_bucket_policy(Bucket=stack.bucket)["Policy"]


def test_the_ledger_and_its_rows_are_kept_and_protected(stack: Any) -> None:
    client, name = stack.twin.client("dynamodb"), stack.name("-ledger")

    assert client.get_item(TableName=name, Key={"deploymentId": {"S": "one"}})["Item"]
    assert client.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] is True


def test_everything_else_is_gone(stack: Any) -> None:
    assert stack.twin.client("lambda").list_functions()["Functions"] == []
    assert stack.twin.client("iam").list_roles()["Roles"] == []
