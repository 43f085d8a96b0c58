"""What a role may not do is refused at the one port, in each protocol's own form; the rest goes through."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin, start_twin
from greenshift.twin.service import ServiceError

Statement = dict[str, Any]


@pytest.fixture(scope="module")
def judged() -> Iterator[RunningTwin]:
    with start_twin(services={"lambda", "codebuild"}) as twin:
        twin.client("s3").create_bucket(Bucket="things")
        twin.client("s3").put_object(Bucket="things", Key="a/b", Body=b"1")
        twin.client("sns").create_topic(Name="news")
        yield twin


@pytest.fixture
def clients(judged: RunningTwin) -> Callable[..., Callable[..., Any]]:
    """``clients(statement, …)``: a new role with these inline permissions, and what makes its clients."""

    def role_clients(*statements: Statement, boundary: str | None = None) -> Callable[..., Any]:
        iam, name = judged.client("iam"), f"role-{uuid.uuid4().hex[:8]}"
        trust = {"Effect": "Allow", "Principal": {"AWS": judged.account}, "Action": "sts:AssumeRole"}
        bounded = {"PermissionsBoundary": boundary} if boundary else {}
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust), **bounded)["Role"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(*statements))
        made = judged.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="me")["Credentials"]
        return lambda service, config=None: boto3.client(
            service,
            endpoint_url=judged.endpoint,
            region_name=judged.region,
            aws_access_key_id=made["AccessKeyId"],
            aws_secret_access_key=made["SecretAccessKey"],
            aws_session_token=made["SessionToken"],
            config=Config(retries={"total_max_attempts": 1}).merge(config or Config()),
        )

    return role_clients


def document(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str, resource: str = "*", **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def refusal(call: Callable[[], object]) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        call()
    response = caught.value.response
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    return status, response["Error"]["Code"], response["Error"].get("Message", "")


def role_of(message: str) -> str:
    """The role a refusal names."""
    return message.split("assumed-role/")[1].split("/")[0]


HERE = "us-east-1:123456789012"
CALLS: list[tuple[str, Callable[[Any], object], int, str, str, str]] = [
    ("s3", lambda c: c.get_object(Bucket="things", Key="a/b"), 403, "AccessDenied", "s3:GetObject",
     '"arn:aws:s3:::things/a/b"'),
    ("s3", lambda c: c.put_object(Bucket="things", Key="k", Body=b"1"), 403, "AccessDenied", "s3:PutObject",
     '"arn:aws:s3:::things/k"'),
    ("s3", lambda c: c.list_objects_v2(Bucket="things"), 403, "AccessDenied", "s3:ListBucket",
     '"arn:aws:s3:::things"'),
    ("sns", lambda c: c.publish(TopicArn=f"arn:aws:sns:{HERE}:news", Message="m"), 403, "AuthorizationError",
     "sns:Publish", f"arn:aws:sns:{HERE}:news"),
    ("iam", lambda c: c.get_role(RoleName="x"), 403, "AccessDenied", "iam:GetRole",
     "arn:aws:iam::123456789012:role/x"),
    ("dynamodb", lambda c: c.get_item(TableName="t", Key={"k": {"S": "1"}}), 400, "AccessDeniedException",
     "dynamodb:GetItem", f"arn:aws:dynamodb:{HERE}:table/t"),
    ("logs", lambda c: c.create_log_group(logGroupName="/g"), 400, "AccessDeniedException",
     "logs:CreateLogGroup", f"arn:aws:logs:{HERE}:log-group:/g:log-stream:"),
    ("sqs", lambda c: c.get_queue_url(QueueName="q"), 403, "AccessDenied", "sqs:GetQueueUrl",
     f"arn:aws:sqs:{HERE}:q"),
    ("codebuild", lambda c: c.list_projects(), 400, "AccessDeniedException", "codebuild:ListProjects", "*"),
    ("lambda", lambda c: c.invoke(FunctionName="f", Qualifier="live"), 403, "AccessDeniedException",
     "lambda:InvokeFunction", f"arn:aws:lambda:{HERE}:function:f:live"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("service", "call", "status", "code", "action", "resource"), CALLS, ids=[each[4] for each in CALLS]
)
def test_a_refusal_reads_as_on_aws(
    clients: Any,
    service: str,
    call: Callable[[Any], object],
    status: int,
    code: str,
    action: str,
    resource: str,
) -> None:
    client = clients()(service)

    found_status, found_code, message = refusal(lambda: call(client))

    assert (found_status, found_code) == (status, code)
    assert message.startswith("User: arn:aws:sts::123456789012:assumed-role/role-")
    assert message.endswith(
        f"/me is not authorized to perform: {action} on resource: {resource} "
        f"because no identity-based policy allows the {action} action"
    )


def test_head_is_refused_without_a_body(clients: Any) -> None:
    s3 = clients()("s3")

    assert refusal(lambda: s3.head_object(Bucket="things", Key="a/b"))[:2] == (403, "403")


def test_what_is_allowed_goes_through_and_nothing_beside_it(clients: Any) -> None:
    s3 = clients(allow("s3:GetObject", "arn:aws:s3:::things/a/*"))("s3")

    assert s3.get_object(Bucket="things", Key="a/b")["Body"].read() == b"1"
    assert s3.head_object(Bucket="things", Key="a/b")["ContentLength"] == 1
    assert refusal(lambda: s3.get_object(Bucket="things", Key="c"))[1] == "AccessDenied"


@pytest.mark.parametrize("signature", ["s3", "s3v4"])
def test_a_presigned_url_carries_the_rights_of_whoever_signed_it(clients: Any, signature: str) -> None:
    config = Config(signature_version=signature, s3={"addressing_style": "path"})
    may, may_not = clients(allow("s3:GetObject"))("s3", config), clients()("s3", config)
    statuses = [
        urllib3.request(
            "GET", s3.generate_presigned_url("get_object", {"Bucket": "things", "Key": "a/b"})
        ).status
        for s3 in (may, may_not)
    ]

    assert statuses == [200, 403]


def test_a_listing_is_held_to_the_prefix_its_policy_names(clients: Any) -> None:
    only = {"StringLike": {"s3:prefix": ["a/*"]}}
    s3 = clients(allow("s3:ListBucket", "arn:aws:s3:::things", Condition=only))("s3")

    assert s3.list_objects_v2(Bucket="things", Prefix="a/b")["KeyCount"] == 1
    assert refusal(lambda: s3.list_objects_v2(Bucket="things"))[1] == "AccessDenied"


def test_an_operation_nobody_mapped_is_refused_and_says_so(clients: Any) -> None:
    client = clients(allow("*"))("stepfunctions")

    _, code, message = refusal(client.list_activities)

    assert code == "AccessDeniedException"
    assert "stepfunctions:ListActivities" in message
    assert "the twin does not know which permissions this operation takes" in message


def test_a_permissions_boundary_bounds(judged: RunningTwin, clients: Any) -> None:
    boundary = judged.client("iam").create_policy(
        PolicyName="boundary", PolicyDocument=document(allow("s3:Get*"))
    )["Policy"]["Arn"]
    s3 = clients(allow("s3:*"), boundary=boundary)("s3")

    s3.get_object(Bucket="things", Key="a/b")
    message = refusal(lambda: s3.put_object(Bucket="things", Key="k", Body=b"1"))[2]
    assert message.endswith("because no permissions boundary allows the s3:PutObject action")


def test_a_bucket_policy_may_deny_and_may_allow(judged: RunningTwin, clients: Any) -> None:
    admin = judged.client("s3")
    admin.create_bucket(Bucket="kept")
    admin.put_object(Bucket="kept", Key="k", Body=b"1")
    all_allowed, nothing_allowed = clients(allow("s3:*"))("s3"), clients()("s3")
    statement = {"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::kept/*"}
    over_http = {"Bool": {"aws:SecureTransport": "false"}}

    admin.put_bucket_policy(Bucket="kept", Policy=document({"Effect": "Allow", **statement}))
    assert nothing_allowed.get_object(Bucket="kept", Key="k")["ContentLength"] == 1

    denied_over_http = {"Effect": "Deny", **statement, "Condition": over_http}
    admin.put_bucket_policy(Bucket="kept", Policy=document(denied_over_http))
    assert all_allowed.get_object(Bucket="kept", Key="k")["ContentLength"] == 1

    admin.put_bucket_policy(Bucket="kept", Policy=document({"Effect": "Deny", **statement}))
    message = refusal(lambda: all_allowed.get_object(Bucket="kept", Key="k"))[2]
    assert "with an explicit deny in a resource-based policy" in message


def test_a_policy_that_is_written_counts_from_the_next_call(judged: RunningTwin, clients: Any) -> None:
    s3, iam = clients()("s3"), judged.client("iam")
    role = role_of(refusal(lambda: s3.get_object(Bucket="things", Key="a/b"))[2])

    iam.put_role_policy(RoleName=role, PolicyName="now", PolicyDocument=document(allow("s3:GetObject")))
    assert s3.get_object(Bucket="things", Key="a/b")["ContentLength"] == 1

    iam.delete_role_policy(RoleName=role, PolicyName="now")
    assert refusal(lambda: s3.get_object(Bucket="things", Key="a/b"))[1] == "AccessDenied"


def test_an_aws_managed_policy_counts_as_aws_wrote_it(judged: RunningTwin, clients: Any) -> None:
    logs = clients()("logs")
    role = role_of(refusal(lambda: logs.create_log_group(logGroupName="/m"))[2])
    judged.client("iam").attach_role_policy(
        RoleName=role, PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    )

    logs.create_log_group(logGroupName="/m")
    assert refusal(lambda: logs.delete_log_group(logGroupName="/m"))[1] == "AccessDeniedException"


@pytest.mark.parametrize(("account", "is_trusted"), [("123456789012", True), ("210987654321", False)])
def test_a_trust_policy_is_held_to_the_account_it_names(
    judged: RunningTwin, account: str, is_trusted: bool
) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "codebuild.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }
    made = judged.client("iam").create_role(
        RoleName=f"trusting-{account}", AssumeRolePolicyDocument=document(trust)
    )
    assumed = judged.twin.door.assume_role(made["Role"]["Arn"], "build", "codebuild.amazonaws.com")

    if is_trusted:
        assert judged.run(assumed).principal.arn == made["Role"]["Arn"]
    else:
        with pytest.raises(ServiceError, match="is not authorized to perform: sts:AssumeRole"):
            judged.run(assumed)


def test_the_account_itself_may_do_everything(judged: RunningTwin) -> None:
    assert judged.client("s3").list_buckets()["Buckets"]


def test_a_stream_is_read_with_a_permission_on_that_stream_alone(
    judged: RunningTwin, clients: Callable[..., Callable[..., Any]]
) -> None:
    for name in ("clicks", "others"):
        judged.client("kinesis").create_stream(StreamName=name, ShardCount=1)
        judged.client("kinesis").put_record(StreamName=name, Data=b"one", PartitionKey="k")
    arn = f"arn:aws:kinesis:{judged.region}:{judged.account}:stream/clicks"
    reader = clients(allow("kinesis:*", arn))("kinesis")

    def read(name: str) -> list[Any]:
        shard = judged.client("kinesis").list_shards(StreamName=name)["Shards"][0]["ShardId"]
        iterator = judged.client("kinesis").get_shard_iterator(
            StreamName=name, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        return list(reader.get_records(ShardIterator=iterator)["Records"])

    assert [each["Data"] for each in read("clicks")] == [b"one"]
    with pytest.raises(ClientError, match="AccessDenied"):
        read("others")


def test_a_table_s_stream_is_read_with_a_permission_on_that_stream_alone(
    judged: RunningTwin, clients: Callable[..., Callable[..., Any]]
) -> None:
    tables = judged.client("dynamodb")
    made = tables.create_table(
        TableName="streamed",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    tables.put_item(TableName="streamed", Item={"id": {"S": "a"}})
    arn = made["LatestStreamArn"]
    owner = judged.client("dynamodbstreams")
    shard = owner.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = owner.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]

    reader = clients(allow("dynamodb:GetRecords", arn))("dynamodbstreams")
    assert len(reader.get_records(ShardIterator=iterator)["Records"]) == 1
    other = clients(allow("dynamodb:GetRecords", arn.replace("streamed", "another")))("dynamodbstreams")
    with pytest.raises(ClientError, match="AccessDenied"):
        other.get_records(ShardIterator=iterator)
