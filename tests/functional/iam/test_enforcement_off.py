"""A twin told not to judge lets every role do everything."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from greenshift.testing import start_twin
from greenshift.twin.machine import process

TRUST = {
    "Effect": "Allow",
    "Principal": {"AWS": "123456789012", "Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})


def test_without_enforcement_a_role_without_policies_may_list_buckets() -> None:
    with start_twin(services=set(), enforce_iam=False) as twin:
        role = twin.client("iam").create_role(RoleName="bare", AssumeRolePolicyDocument=DOCUMENT)
        assumed = twin.twin.door.assume_role(role["Role"]["Arn"], "me", "lambda.amazonaws.com")
        session = twin.run(assumed)

        found = twin.run(twin.twin.door.call(session.principal, "s3", "ListBuckets"))

    assert found.get("Buckets", []) == []


@pytest.mark.parametrize("enforce_iam", [True, False])
def test_a_twin_in_a_process_of_its_own_judges_unless_told_not_to(tmp_path: Path, enforce_iam: bool) -> None:
    handle = process.start(tmp_path, enforce_iam=enforce_iam)
    try:
        place = {"endpoint_url": handle.endpoint, "region_name": handle.region}
        root = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        boto3.client("iam", **place, **root).create_role(RoleName="bare", AssumeRolePolicyDocument=DOCUMENT)
        made = boto3.client("sts", **place, **root).assume_role(
            RoleArn="arn:aws:iam::123456789012:role/bare", RoleSessionName="me"
        )["Credentials"]
        s3 = boto3.client(
            "s3",
            **place,
            aws_access_key_id=made["AccessKeyId"],
            aws_secret_access_key=made["SecretAccessKey"],
            aws_session_token=made["SessionToken"],
        )
        if enforce_iam:
            with pytest.raises(ClientError, match="s3:ListAllMyBuckets"):
                s3.list_buckets()
        else:
            assert s3.list_buckets()["Buckets"] == []
    finally:
        process.stop(tmp_path)
