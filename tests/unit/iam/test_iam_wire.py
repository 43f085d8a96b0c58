"""Requests on their way to moto: the operation and what its permissions depend on."""

from __future__ import annotations

from typing import Any

import pytest

from greenshift.twin.iam.needs import SERVICES
from greenshift.twin.iam.wire import recognise
from greenshift.twin.moto.wsgi import HttpRequest
from greenshift.twin.service import service_model

LOCAL = ("Host", "127.0.0.1:4566")
S3: list[tuple[str, str, dict[str, str], str, dict[str, Any]]] = [
    ("GET", "/", {}, "ListBuckets", {"Bucket": "", "Key": ""}),
    ("GET", "/b", {}, "ListObjects", {"Bucket": "b"}),
    ("GET", "/b?list-type=2&prefix=a%2F", {}, "ListObjectsV2", {"Bucket": "b", "Prefix": "a/"}),
    ("GET", "/b?versions", {}, "ListObjectVersions", {}),
    ("GET", "/b?location", {}, "GetBucketLocation", {}),
    ("GET", "/b?policy", {}, "GetBucketPolicy", {}),
    ("GET", "/b?lifecycle", {}, "GetBucketLifecycleConfiguration", {}),
    ("GET", "/b?acl", {}, "GetBucketAcl", {}),
    ("HEAD", "/b", {}, "HeadBucket", {}),
    ("PUT", "/b", {}, "CreateBucket", {}),
    ("PUT", "/b?policy", {}, "PutBucketPolicy", {}),
    ("DELETE", "/b", {}, "DeleteBucket", {}),
    ("POST", "/b?delete", {}, "DeleteObjects", {}),
    ("GET", "/b/a/c%2Fd", {}, "GetObject", {"Bucket": "b", "Key": "a/c/d"}),
    ("GET", "/b/k?versionId=1", {}, "GetObject", {"VersionId": "1"}),
    ("GET", "/b/k?x-id=GetObject", {}, "GetObject", {}),
    ("GET", "/b/k?tagging", {}, "GetObjectTagging", {}),
    ("GET", "/b/k?uploadId=1", {}, "ListParts", {}),
    ("HEAD", "/b/k", {}, "HeadObject", {}),
    ("PUT", "/b/k", {}, "PutObject", {}),
    ("PUT", "/b/k", {"x-amz-copy-source": "f/x"}, "CopyObject", {"CopySource": "f/x"}),
    ("PUT", "/b/k?partNumber=1&uploadId=2", {}, "UploadPart", {}),
    ("PUT", "/b/k?partNumber=1&uploadId=2", {"x-amz-copy-source": "f/x"}, "UploadPartCopy", {}),
    ("POST", "/b/k?uploads", {}, "CreateMultipartUpload", {}),
    ("POST", "/b/k?uploadId=2", {}, "CompleteMultipartUpload", {}),
    ("DELETE", "/b/k", {}, "DeleteObject", {}),
    ("DELETE", "/b/k?uploadId=2", {}, "AbortMultipartUpload", {}),
]


@pytest.mark.parametrize(("method", "target", "headers", "operation", "expected"), S3)
def test_s3(
    method: str, target: str, headers: dict[str, str], operation: str, expected: dict[str, Any]
) -> None:
    asked = recognise(HttpRequest(method, target, (LOCAL, *headers.items()), b""), "s3")

    assert (asked.service, asked.operation) == ("s3", operation)
    assert expected.items() <= asked.parameters().items()


def test_a_bucket_in_the_host_s_name_is_the_bucket() -> None:
    host = ("Host", "shop.s3.localhost:4566")
    asked = recognise(HttpRequest("GET", "/a/b", (host,), b""), "s3")

    assert (asked.operation, asked.parameters()["Bucket"], asked.parameters()["Key"]) == (
        "GetObject", "shop", "a/b",
    )  # fmt: skip


def test_the_objects_to_delete_are_read_from_the_body() -> None:
    body = (
        b"<Delete><Object><Key>x</Key></Object><Object><Key>y</Key><VersionId>1</VersionId></Object></Delete>"
    )
    asked = recognise(HttpRequest("POST", "/b?delete", (LOCAL,), body), "s3")

    assert asked.parameters()["Delete"]["Objects"] == [
        {"Key": "x", "VersionId": ""},
        {"Key": "y", "VersionId": "1"},
    ]


def test_json_names_the_operation_in_its_target() -> None:
    headers = (("X-Amz-Target", "DynamoDB_20120810.GetItem"),)
    asked = recognise(HttpRequest("POST", "/", headers, b'{"TableName": "t"}'), "dynamodb")

    assert (asked.service, asked.operation) == ("dynamodb", "GetItem")
    assert asked.parameters() == {"TableName": "t"}


def test_query_names_the_operation_in_its_body() -> None:
    body = b"Action=Publish&TopicArn=arn%3Aaws%3Asns%3A%3A%3At&Version=2010-03-31"
    asked = recognise(HttpRequest("POST", "/", (), body), "sns")

    assert (asked.service, asked.operation) == ("sns", "Publish")
    assert asked.parameters()["TopicArn"] == "arn:aws:sns:::t"


def test_what_cannot_be_told_is_named_by_its_method_and_path() -> None:
    assert recognise(HttpRequest("PATCH", "/things/1", (), b""), "apigateway").operation == "PATCH /things/1"


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_service_is_told_by_what_its_requests_are_signed_for_and_named(service: str) -> None:
    told = service_model(service).metadata
    signed_for = str(told.get("signingName") or told["endpointPrefix"])
    target = (("X-Amz-Target", f"{told['targetPrefix']}.Do"),) if told.get("targetPrefix") else ()

    assert recognise(HttpRequest("POST", "/", (LOCAL, *target), b"{}"), signed_for).service == service
