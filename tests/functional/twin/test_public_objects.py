"""What of S3 needs nobody's signature: what its owner made public, and nothing beside it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from support.people.raw_http import Reply, ask, signed

from greenshift.testing import RunningTwin


@pytest.fixture(scope="module")
def nobody(twin: RunningTwin) -> Any:
    """S3 as somebody without credentials speaks to it (aws s3 --no-sign-request)."""
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
    client = boto3.client("s3", endpoint_url=twin.endpoint, region_name=twin.region, config=config)
    yield client
    client.close()


def bucket(twin: RunningTwin, name: str, *statements: dict[str, Any], **created: Any) -> str:
    s3 = twin.client("s3")
    s3.create_bucket(Bucket=name, **created)
    s3.put_object(Bucket=name, Key="k", Body=b"open")
    if statements:
        s3.put_bucket_policy(
            Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        )
    return name


def allow(action: str, resource: str, **more: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow", "Principal": "*", "Action": action, "Resource": f"arn:aws:s3:::{resource}", **more,
    }  # fmt: skip


def code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["*"]}])
def test_what_a_policy_gives_to_everybody_is_read_by_anybody(
    twin: RunningTwin, nobody: Any, principal: Any
) -> None:
    name = f"open-{len(json.dumps(principal))}"
    bucket(twin, name, allow("s3:GetObject", f"{name}/*", Principal=principal))

    assert nobody.get_object(Bucket=name, Key="k")["Body"].read() == b"open"
    assert nobody.head_object(Bucket=name, Key="k")["ContentLength"] == 4
    for refused in (
        lambda: nobody.put_object(Bucket=name, Key="k", Body=b"mine"),
        lambda: nobody.delete_object(Bucket=name, Key="k"),
        lambda: nobody.list_objects_v2(Bucket=name),
        lambda: nobody.get_bucket_policy(Bucket=name),
        lambda: nobody.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "k"}]}),
        lambda: nobody.copy_object(Bucket=name, Key="copy", CopySource=f"{name}/k"),
        lambda: nobody.list_buckets(),
        lambda: nobody.create_bucket(Bucket="theirs"),
    ):
        with pytest.raises(ClientError) as error:
            refused()
        assert code(error) in ("AccessDenied", "403")
    assert twin.client("s3").get_object(Bucket=name, Key="k")["Body"].read() == b"open"


def test_what_nobody_opened_is_nobodys(twin: RunningTwin, nobody: Any) -> None:
    name = bucket(twin, "closed")

    for key in ("k", "absent"):
        with pytest.raises(ClientError) as error:
            nobody.get_object(Bucket=name, Key=key)
        assert code(error) == "AccessDenied"
    with pytest.raises(ClientError) as error:
        nobody.get_object(Bucket="no-such-bucket", Key="k")
    assert code(error) == "AccessDenied"


def test_a_condition_of_the_policy_counts(twin: RunningTwin, nobody: Any) -> None:
    secure = {"Bool": {"aws:SecureTransport": "true"}}
    elsewhere = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    here = bucket(twin, "with-condition", allow("s3:GetObject", "with-condition/*", Condition=secure))
    there = bucket(twin, "from-elsewhere", allow("s3:GetObject", "from-elsewhere/*", Condition=elsewhere))

    assert nobody.get_object(Bucket=here, Key="k")["Body"].read() == b"open"
    with pytest.raises(ClientError):
        nobody.get_object(Bucket=there, Key="k")


def test_a_deny_wins(twin: RunningTwin, nobody: Any) -> None:
    deny = {**allow("s3:GetObject", "denied/k"), "Effect": "Deny"}
    bucket(twin, "denied", allow("s3:GetObject", "denied/*"), deny)

    with pytest.raises(ClientError):
        nobody.get_object(Bucket="denied", Key="k")


def test_an_acl_opens_its_object_and_no_other(twin: RunningTwin, nobody: Any) -> None:
    name = bucket(twin, "by-acl")
    twin.client("s3").put_object(Bucket=name, Key="shown", Body=b"by acl", ACL="public-read")

    assert nobody.get_object(Bucket=name, Key="shown")["Body"].read() == b"by acl"
    with pytest.raises(ClientError):
        nobody.get_object(Bucket=name, Key="k")
    with pytest.raises(ClientError):
        nobody.put_object(Bucket=name, Key="shown", Body=b"mine")


def test_public_access_that_is_blocked_is_none(twin: RunningTwin, nobody: Any) -> None:
    name = bucket(twin, "blocked", allow("s3:GetObject", "blocked/*"))
    twin.client("s3").put_object(Bucket=name, Key="shown", Body=b"", ACL="public-read")
    assert nobody.get_object(Bucket=name, Key="k")["ContentLength"] == 4
    block = dict.fromkeys(
        ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"], True
    )
    twin.client("s3").put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)

    for key in ("k", "shown"):
        with pytest.raises(ClientError):
            nobody.get_object(Bucket=name, Key=key)


def test_a_policy_that_lets_everybody_write_lets_everybody_write(twin: RunningTwin, nobody: Any) -> None:
    name = bucket(twin, "dropbox", allow("s3:PutObject", "dropbox/in/*"))
    nobody.put_object(Bucket=name, Key="in/1", Body=b"from nobody")

    assert twin.client("s3").get_object(Bucket=name, Key="in/1")["Body"].read() == b"from nobody"
    with pytest.raises(ClientError):
        nobody.put_object(Bucket=name, Key="elsewhere", Body=b"")


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_a_presigned_address_is_signed(twin: RunningTwin, version: str) -> None:
    name = bucket(twin, f"presigned-{version}")
    s3 = twin.client("s3", signature_version=version)
    read = s3.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "k"})
    write = s3.generate_presigned_url("put_object", Params={"Bucket": name, "Key": "new"})

    assert fetched(twin, read).body == b"open"
    assert fetched(twin, write, "PUT", b"put").status == 200
    assert s3.get_object(Bucket=name, Key="new")["Body"].read() == b"put"
    without = read.split("?")[0]
    assert fetched(twin, without).status == 403
    assert fetched(twin, without + "?X-Amz-Credential=local").status == 403


def fetched(twin: RunningTwin, url: str, method: str = "GET", body: bytes = b"") -> Reply:
    return ask(twin.twin.port, method, url.removeprefix(twin.endpoint), body=body)


def test_a_signature_of_version_2_in_the_header_is_one(twin: RunningTwin) -> None:
    name = bucket(twin, "version-2")

    assert ask(twin.twin.port, "GET", f"/{name}/k", {"Authorization": "AWS local:c2lnbmVk"}).body == b"open"


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_a_presigned_form_is_signed_by_its_fields(twin: RunningTwin, version: str) -> None:
    name = bucket(twin, f"posted-{version}")
    told = twin.client("s3", signature_version=version).generate_presigned_post(name, "posted")
    fields = {**told["fields"], "file": "content"}
    target = f"/{name}"

    assert post(twin, target, fields).status == 204
    assert twin.client("s3").get_object(Bucket=name, Key="posted")["Body"].read() == b"content"
    assert post(twin, target, {"key": "posted", "file": "mine"}).status == 403


def post(twin: RunningTwin, target: str, fields: dict[str, str]) -> Reply:
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"'
        + ('; filename="f"' if name == "file" else "")
        + f"\r\n\r\n{value}\r\n"
        for name, value in fields.items()
    ]
    body = "".join([*parts, "--x--\r\n"]).encode()
    return ask(twin.twin.port, "POST", target, {"Content-Type": "multipart/form-data; boundary=x"}, body)


@pytest.mark.parametrize("host", ["named.localhost:{port}", "named.s3.localhost:{port}"])
@pytest.mark.parametrize("key", ["a/b", "c+d/e%2Ff", "späße/日本", "moto-api/reset", "favicon.ico"])
def test_a_bucket_is_reached_by_its_own_name_too(twin: RunningTwin, host: str, key: str) -> None:
    s3 = twin.client("s3")
    s3.create_bucket(Bucket="named")
    s3.put_object(Bucket="named", Key=key, Body=key.encode())
    at = {**signed("s3"), "Host": host.format(port=twin.twin.port)}

    assert ask(twin.twin.port, "GET", "/" + quote(key), at).body == key.encode()
    listed = ask(twin.twin.port, "GET", "/?list-type=2&encoding-type=url", at)
    assert quote(key) in listed.text


def test_sdks_that_put_the_bucket_into_the_host_are_served(twin: RunningTwin) -> None:
    """Not every machine resolves ``virtual.localhost``, so the twin stands in for a proxy that would."""
    own = f"http://localhost:{twin.twin.port}"
    client = boto3.client(
        "s3", endpoint_url=own, region_name=twin.region,
        aws_access_key_id="local", aws_secret_access_key="local",
        config=Config(s3={"addressing_style": "virtual"}, proxies={"http": twin.endpoint}),
    )  # fmt: skip
    asked: list[str] = []
    client.meta.events.register("before-send.s3", lambda request, **_: asked.append(request.url))
    twin.client("s3").create_bucket(Bucket="virtual")
    client.put_object(Bucket="virtual", Key="k", Body=b"v")

    assert client.get_object(Bucket="virtual", Key="k")["Body"].read() == b"v"
    assert asked[-1] == f"http://virtual.localhost:{twin.twin.port}/k"
    client.close()
