"""What a bucket declares of itself, as boto3 finds it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

PROGRAM = """
    bucket = aws.s3.Bucket("site", bucket="declared", force_destroy=True, {more})
    pulumi.export("at", bucket.website_endpoint)
"""
FULL = """
    acl="public-read",
    versioning={"enabled": True},
    server_side_encryption_configuration={
        "rule": {
            "apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"},
            "bucket_key_enabled": True,
        }
    },
    lifecycle_rules=[{
        "id": "old", "enabled": True, "prefix": "tmp/",
        "expiration": {"days": 30},
        "noncurrent_version_transitions": [{"days": 7, "storage_class": "GLACIER"}],
    }],
    cors_rules=[{"allowed_methods": ["GET"], "allowed_origins": ["*"]}],
    website={"index_document": "index.html", "error_document": "gone.html"},
    policy={"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
            "Action": "s3:DeleteBucket", "Resource": "arn:aws:s3:::declared"}]},
"""
ASKED = {
    "get_bucket_versioning": ("Status", "Enabled"),
    "get_bucket_encryption": (
        "ServerSideEncryptionConfiguration",
        {
            "Rules": [
                {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
            ]
        },
    ),
    "get_bucket_lifecycle_configuration": (
        "Rules",
        [
            {
                "ID": "old",
                "Status": "Enabled",
                "Filter": {"Prefix": "tmp/"},
                "Expiration": {"Days": 30},
                "NoncurrentVersionTransitions": [{"NoncurrentDays": 7, "StorageClass": "GLACIER"}],
            }
        ],
    ),
    "get_bucket_cors": ("CORSRules", [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]),
    "get_bucket_website": ("IndexDocument", {"Suffix": "index.html"}),
}


@pytest.fixture
def s3(stack: Any) -> Any:
    return stack.twin.client("s3")


def grantees(s3: Any) -> set[str]:
    return {each["Grantee"].get("URI", "") for each in s3.get_bucket_acl(Bucket="declared")["Grants"]}


def test_what_a_bucket_declares_is_set_and_stays_but_for_its_acl(stack: Any, s3: Any) -> None:
    stack.program(PROGRAM.format(more=" ".join(FULL.split())))
    assert stack.up().outputs["at"].value == "declared.s3-website-us-east-1.amazonaws.com"
    assert stack.up().changes == {"same": 2}
    for operation, (member, value) in ASKED.items():
        assert getattr(s3, operation)(Bucket="declared")[member] == value
    assert "DeleteBucket" in s3.get_bucket_policy(Bucket="declared")["Policy"]
    assert "http://acs.amazonaws.com/groups/global/AllUsers" in grantees(s3)

    changed = FULL.replace('"enabled": True}', '"enabled": False}', 1).replace("gone.html", "lost.html")
    stack.program(PROGRAM.format(more=" ".join(changed.split())))
    assert stack.up().changes == {"same": 1, "update": 1}
    assert s3.get_bucket_versioning(Bucket="declared")["Status"] == "Suspended"
    assert s3.get_bucket_website(Bucket="declared")["ErrorDocument"] == {"Key": "lost.html"}

    stack.program(PROGRAM.format(more=""))
    assert stack.up().changes == {"same": 1, "update": 1}
    assert s3.get_bucket_cors(Bucket="declared")["CORSRules"]
    assert grantees(s3) == {""}
    assert stack.engine().refresh().changes == {"same": 1}
    s3.delete_bucket_policy(Bucket="declared")
    stack.destroy()
    with pytest.raises(ClientError, match="404"):
        s3.head_bucket(Bucket="declared")


def test_a_bucket_is_imported_with_what_it_has_or_without_what_the_program_leaves_out(
    stack: Any, s3: Any
) -> None:
    s3.create_bucket(Bucket="declared")
    s3.put_bucket_versioning(Bucket="declared", VersioningConfiguration={"Status": "Enabled"})
    imported = ', opts=pulumi.ResourceOptions(import_="declared")'
    for more in ("", ', versioning={"enabled": True}'):
        stack.program(f'aws.s3.Bucket("site", bucket="declared"{more}{imported})')
        assert stack.preview().changes == {"create": 1, "import": 1}
    assert stack.up().changes == {"create": 1, "import": 1}
    stack.destroy()
