"""The one port, with real clients: routing, moto's oddities, and the door behind them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin
from greenshift.twin.callers.principal import Principal
from greenshift.twin.service import ServiceError


@pytest.fixture
def bucket(twin: RunningTwin) -> str:
    twin.client("s3").create_bucket(Bucket="things")
    return "things"


@pytest.mark.parametrize(
    "key",
    [
        "a/b", "c+d/e%2Ff", "späße/日本", "two  spaces", "q?x=1&y=2#z",
        "../../etc/passwd", "a/../../_twin/stop", "..", "%2e%2e/x", "a\\..\\b",
    ],
)  # fmt: skip
def test_an_object_is_found_under_exactly_the_key_it_was_put(
    twin: RunningTwin, bucket: str, key: str
) -> None:
    s3 = twin.client("s3")
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())

    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    assert key in [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]


def test_metadata_keeps_the_spelling_of_its_names(twin: RunningTwin, bucket: str) -> None:
    s3 = twin.client("s3")
    s3.put_object(Bucket=bucket, Key="m", Body=b"", Metadata={"a_b": "1", "c-d": "2"})

    assert s3.get_object(Bucket=bucket, Key="m")["Metadata"] == {"a_b": "1", "c-d": "2"}


def test_a_body_sent_in_chunks_without_a_length_arrives_whole(twin: RunningTwin, bucket: str) -> None:
    def chunks() -> object:
        yield b"one,"
        yield b"two"

    where = {"Bucket": bucket, "Key": "chunked"}
    request = urllib.request.Request(
        twin.client("s3").generate_presigned_url("put_object", Params=where),
        data=chunks(),  # type: ignore[arg-type] # urllib takes an iterable
        headers={"Content-Type": "application/octet-stream"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        assert response.status == 200

    assert twin.client("s3").get_object(Bucket=bucket, Key="chunked")["Body"].read() == b"one,two"


def test_concurrent_updates_of_one_item_are_all_counted(twin: RunningTwin) -> None:
    dynamodb = twin.client("dynamodb")
    dynamodb.create_table(
        TableName="counter",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def add(_: int) -> None:
        dynamodb.update_item(
            TableName="counter",
            Key={"id": {"S": "n"}},
            UpdateExpression="ADD n :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(add, range(200)))

    assert dynamodb.get_item(TableName="counter", Key={"id": {"S": "n"}})["Item"]["n"]["N"] == "200"


def test_an_operation_the_twin_does_not_have_is_refused_by_name(twin: RunningTwin) -> None:
    with pytest.raises(ClientError, match="the twin does not implement codebuild ListFleets") as refused:
        twin.client("codebuild").list_fleets()

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_a_request_that_breaks_a_rule_of_the_model_is_refused_as_aws_does(twin: RunningTwin) -> None:
    with pytest.raises(ClientError, match="Member must satisfy regular expression") as refused:
        twin.client("codepipeline").get_pipeline(name="not a name")

    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_both_names_of_connections_reach_the_same_service(twin: RunningTwin) -> None:
    new, old = twin.client("codeconnections"), twin.client("codestar-connections")
    arn = new.create_connection(ConnectionName="both", ProviderType="GitHub")["ConnectionArn"]

    assert arn in [c["ConnectionArn"] for c in old.list_connections()["Connections"]]


def test_a_role_is_assumed_only_by_a_service_its_trust_policy_names(twin: RunningTwin) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "codebuild.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = twin.client("iam").create_role(
        RoleName="builder",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]

    session = twin.run(twin.twin.door.assume_role(role, "build", "codebuild.amazonaws.com"))
    assert session.principal == Principal("role", role, "build")

    with pytest.raises(ServiceError, match="not authorized to perform: sts:AssumeRole"):
        twin.run(twin.twin.door.assume_role(role, "build", "lambda.amazonaws.com"))
    with pytest.raises(ServiceError, match="not authorized to perform: sts:AssumeRole"):
        twin.run(twin.twin.door.assume_role(role + "x", "build", "codebuild.amazonaws.com"))


def test_a_request_signed_with_a_sessions_key_is_recorded_as_that_role(twin: RunningTwin) -> None:
    import boto3

    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = twin.client("iam").create_role(
        RoleName="caller",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    allow = {"Effect": "Allow", "Action": "codebuild:ListProjects", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [allow]}
    twin.client("iam").put_role_policy(
        RoleName="caller", PolicyName="list", PolicyDocument=json.dumps(document)
    )
    session = twin.run(twin.twin.door.assume_role(role, "call", "lambda.amazonaws.com"))
    client = boto3.client(
        "codebuild",
        endpoint_url=twin.endpoint,
        region_name=twin.region,
        aws_access_key_id=session.access_key_id,
        aws_secret_access_key=session.secret_access_key,
        aws_session_token=session.session_token,
    )
    client.list_projects()

    last = twin.request("GET", "/_twin/calls")["calls"][-1]
    assert (last["principal"], last["service"], last["operation"]) == (role, "codebuild", "ListProjects")


def test_only_managed_policies_that_exist_can_be_attached(twin: RunningTwin) -> None:
    iam = twin.client("iam")
    iam.create_role(RoleName="deployer", AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[]}')
    iam.attach_role_policy(
        RoleName="deployer", PolicyArn="arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda"
    )

    with pytest.raises(ClientError, match="AWSCodeDeployRole does not exist"):
        iam.attach_role_policy(RoleName="deployer", PolicyArn="arn:aws:iam::aws:policy/AWSCodeDeployRole")


def test_a_policy_that_denies_plain_http_does_not_lock_the_loopback_out_but_others_still_deny(
    twin: RunningTwin,
) -> None:
    s3 = twin.client("s3")
    s3.create_bucket(Bucket="guarded")
    deny = {"Effect": "Deny", "Principal": "*", "Resource": "arn:aws:s3:::guarded/*"}
    tls = {**deny, "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    s3.put_bucket_policy(Bucket="guarded", Policy=json.dumps({"Version": "2012-10-17", "Statement": [tls]}))
    s3.put_object(Bucket="guarded", Key="k", Body=b"in")

    never = {**deny, "Action": "s3:PutObject"}
    policy = {"Version": "2012-10-17", "Statement": [tls, never]}
    s3.put_bucket_policy(Bucket="guarded", Policy=json.dumps(policy))

    with pytest.raises(ClientError, match="403"):
        s3.put_object(Bucket="guarded", Key="k", Body=b"out")
    assert s3.get_object(Bucket="guarded", Key="k")["Body"].read() == b"in"
