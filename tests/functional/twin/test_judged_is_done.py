"""The operation that was judged is the one that is performed, however a request is worded."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from greenshift.testing import RunningTwin, start_twin

JSON = "application/x-amz-json-1.0"
FORM = "application/x-www-form-urlencoded"
TRUST = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
MAY = {
    "Effect": "Allow",
    "Action": ["dynamodb:ListTables", "iam:ListRoles", "s3:ListBucket", "s3:PutObjectAcl", "s3:GetObject"],
    "Resource": "*",
}
TABLE = {"TableName": "things"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})
LISTED = "X-Amz-Target: DynamoDB_20120810.ListTables"
DELETED = "X-Amz-Target: DynamoDB_20120810.DeleteTable"
LIST_ROLES, DELETE_ROLE = (
    "Action=ListRoles&Version=2010-05-08",
    "Action=DeleteRole&RoleName=kept&Version=2010-05-08",
)

# What a role that may only look sends: service, first line, content type, headers more, body.
DISGUISED: dict[str, tuple[str, str, str, list[str], str]] = {
    "the operation of the query": (
        "dynamodb", "POST /?Action=DeleteTable", JSON, [LISTED], json.dumps(TABLE)
    ),
    "an operation in a text of the body": (
        "dynamodb", "POST /", JSON, [LISTED],
        json.dumps({**TABLE, "ExclusiveStartTableName": "a&Action=DeleteTable&b"}),
    ),
    "a form beside a target": (
        "dynamodb", "POST /", FORM, [LISTED], "Action=DeleteTable&TableName=things"
    ),
    "two targets": ("dynamodb", "POST /", JSON, [LISTED, DELETED], json.dumps(TABLE)),
    "a target of another service": ("s3", "PUT /things/new", JSON, ["X-Amz-Target: AmazonS3.GetObject"], "x"),
    "a list of what is put": ("s3", "PUT /things/new?list-type=2", JSON, [], "x"),
    "two subresources": ("s3", "PUT /things?acl&policy", JSON, [], POLICY),
    "a part instead of its rights": ("s3", "PUT /things/new?acl&uploadId=1&partNumber=1", JSON, [], "x"),
    "a query beside a form": ("iam", f"POST /?{DELETE_ROLE}", FORM, [], LIST_ROLES),
    "a query beside a text": ("iam", f"POST /?{DELETE_ROLE}", "text/plain", [], LIST_ROLES),
    "two actions": ("iam", "POST /", FORM, [], f"{LIST_ROLES}&{DELETE_ROLE}"),
}  # fmt: skip


@pytest.fixture(scope="module")
def looking() -> Iterator[tuple[RunningTwin, str]]:
    """A twin, and the key of a role that may only look."""
    with start_twin(services={"events"}) as twin:
        iam, trust = twin.client("iam"), {"Version": "2012-10-17", "Statement": [TRUST]}
        for name in ("looks", "kept"):
            role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        iam.put_role_policy(
            RoleName="looks", PolicyName="p", PolicyDocument=json.dumps({**trust, "Statement": [MAY]})
        )
        twin.client("s3").create_bucket(Bucket="things")
        twin.client("dynamodb").create_table(
            TableName="things", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        )  # fmt: skip
        arn = role.replace("kept", "looks")
        session = twin.client("sts").assume_role(RoleArn=arn, RoleSessionName="me")["Credentials"]
        yield twin, session["AccessKeyId"]


def world(twin: RunningTwin) -> object:
    """What a disguised request would have changed."""
    s3 = twin.client("s3")
    return (
        twin.client("dynamodb").list_tables()["TableNames"],
        [role["RoleName"] for role in twin.client("iam").list_roles()["Roles"]],
        [each["Key"] for each in s3.list_objects_v2(Bucket="things").get("Contents", [])],
        s3.get_bucket_acl(Bucket="things")["Grants"],
    )


def send(twin: RunningTwin, key: str, case: str) -> int:
    """The status of the answer; headers may stand twice."""
    service, line, content_type, more, body = DISGUISED[case]
    scope = f"{key}/20260101/us-east-1/{service}/aws4_request"
    lines = [
        f"{line} HTTP/1.1", f"Host: 127.0.0.1:{twin.twin.port}", "Connection: close",
        f"Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *more,
    ]  # fmt: skip
    with socket.create_connection(("127.0.0.1", twin.twin.port), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", body]).encode())
        with connection.makefile("rb") as answer:
            return int(answer.read().split(b" ")[1])


@pytest.mark.parametrize("case", DISGUISED)
def test_a_role_that_may_only_look_changes_nothing(looking: tuple[RunningTwin, str], case: str) -> None:
    twin, key = looking
    before = world(twin)

    status = send(twin, key, case)

    assert world(twin) == before
    assert status < 500 or status == 501, status


def test_an_item_may_hold_what_looks_like_an_action(looking: tuple[RunningTwin, str]) -> None:
    table = looking[0].client("dynamodb")
    address = {"S": "https://example.org/?x=1&Action=DeleteTable&TableName=things"}

    table.put_item(TableName="things", Item={"a": address})

    assert table.get_item(TableName="things", Key={"a": address})["Item"] == {"a": address}
    table.delete_item(TableName="things", Key={"a": address})
