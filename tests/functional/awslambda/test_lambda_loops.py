"""What calls itself without end: functions each other, through topics and through rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from greenshift.twin.callers.chain import MOST_EVENTS, MOST_INVOCATIONS

INVOKES = """
import boto3, json
LAMBDA = boto3.client("lambda")
def handler(event, context):
    names = event["names"]
    after = json.dumps({"names": names[1:] + names[:1]})
    LAMBDA.invoke(FunctionName=names[0], InvocationType="Event", Payload=after)
"""
# As an SDK sends it, without the time that one takes to load.
WAITS = """
import os, urllib.request
def handler(event, context):
    url = f"{os.environ['AWS_ENDPOINT_URL']}/2015-03-31/functions/{context.function_name}/invocations"
    scope = f"{os.environ['AWS_ACCESS_KEY_ID']}/20260101/us-east-1/lambda/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        "X-Amzn-Trace-Id": os.environ["_X_AMZN_TRACE_ID"],
    }
    try:
        return urllib.request.urlopen(urllib.request.Request(url, b"{}", headers)).read().decode()
    except urllib.error.HTTPError as error:
        return error.headers["x-amzn-ErrorType"] + error.read().decode()
"""
PUBLISHES = """
import boto3
SNS = boto3.client("sns")
def handler(event, context):
    SNS.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:loop", Message="again")
"""
AGAIN_LATER = """
import boto3
EVENTS = boto3.client("events")
def handler(event, context):
    EVENTS.put_rule(Name="later", ScheduleExpression="rate(1 minute)")
"""
QUEUES = "arn:aws:sqs:us-east-1:123456789012"
SENDS = """
import boto3, os
SQS = boto3.client("sqs")
def handler(event, context):
    SQS.send_message(QueueUrl=os.environ["AWS_ENDPOINT_URL"] + "/123456789012/loop", MessageBody="again")
"""
PUTS_OBJECTS = """
import boto3
S3 = boto3.client("s3")
def handler(event, context):
    S3.put_object(Bucket="loop", Key="again", Body=b"1")
"""
PUTS = """
import boto3
EVENTS = boto3.client("events")
def handler(event, context):
    EVENTS.put_events(Entries=[{"Source": "loop", "DetailType": "again", "Detail": "{}"}])
"""


TABLES_LOOP = """
import boto3
DYNAMODB = boto3.client("dynamodb")
def handler(event, context):
    DYNAMODB.put_item(TableName="loop", Item={"id": {"S": context.aws_request_id}})
"""
STREAMS_LOOP = """
import boto3
KINESIS = boto3.client("kinesis")
def handler(event, context):
    KINESIS.put_record(StreamName="loop", Data=b"again", PartitionKey="1")
"""


class Loops:
    """Functions that may do anything, what each did, and what the twin said."""

    def __init__(self, bench: Any) -> None:
        self.bench = bench
        self.client = bench.client

    def function(self, source: str, **settings: Any) -> str:
        return str(self.bench.python(source, Timeout=60, **settings))

    def arn(self, name: str) -> str:
        return f"arn:aws:lambda:us-east-1:123456789012:function:{name}"

    def let(self, service: str, name: str) -> None:
        self.client.add_permission(
            FunctionName=name, StatementId="s", Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com",
        )  # fmt: skip

    def table(self, name: str) -> str:
        """The ARN of a new table's stream."""
        made = self.bench.twin.client("dynamodb").create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )  # fmt: skip
        return str(made["TableDescription"]["LatestStreamArn"])

    def feed(self, source: str, name: str) -> None:
        self.client.create_event_source_mapping(
            FunctionName=name, EventSourceArn=source, StartingPosition="TRIM_HORIZON"
        )

    def send(self, name: str, event: object) -> None:
        self.client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))

    def began(self, name: str) -> int:
        return len(self.bench.logged(name, "START"))


@pytest.fixture(scope="module")
def loops(workbench: Any) -> Iterator[Loops]:
    with workbench(speed=600, services={"lambda", "events", "sqs"}, enforce_iam=False) as bench:
        yield Loops(bench)


def test_a_function_that_waits_for_itself_is_refused_after_sixteen(loops: Loops) -> None:
    name = loops.function(WAITS)

    told, error = loops.bench.call(name)

    assert error is None
    assert "RecursiveInvocationException" in told
    assert "recursive loop" in told
    assert loops.began(name) == MOST_INVOCATIONS


def test_functions_that_send_each_other_events_are_stopped_and_the_last_event_is_kept(
    loops: Loops, caplog: pytest.LogCaptureFixture
) -> None:
    sqs = loops.bench.twin.client("sqs")
    queue = sqs.create_queue(QueueName="kept")["QueueUrl"]
    names = [loops.function(INVOKES), loops.function(INVOKES)]
    for name in names:
        loops.client.put_function_event_invoke_config(
            FunctionName=name,
            DestinationConfig={"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:kept"}},
        )

    loops.send(names[0], {"names": [names[1], names[0]]})
    [message] = loops.bench.wait_for(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"), 60)

    assert json.loads(message["Body"])["requestPayload"] == {"names": [names[1], names[0]]}
    assert [loops.began(name) for name in names] == [MOST_INVOCATIONS] * 2
    assert f"{names[0]} was invoked 16 times on the way of one event" in caplog.text


def test_a_function_that_feeds_its_own_topic_is_stopped(
    loops: Loops, caplog: pytest.LogCaptureFixture
) -> None:
    name, sns = loops.function(PUBLISHES), loops.bench.twin.client("sns")
    topic = sns.create_topic(Name="loop")["TopicArn"]
    loops.let("sns", name)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=loops.arn(name))

    sns.publish(TopicArn=topic, Message="once")
    loops.bench.wait_for(lambda: f"{name} was invoked 16 times" in caplog.text, 60)

    assert loops.began(name) == MOST_INVOCATIONS


def test_a_function_that_feeds_its_own_queue_is_stopped_and_its_message_is_kept(
    loops: Loops, caplog: pytest.LogCaptureFixture
) -> None:
    name, sqs = loops.function(SENDS), loops.bench.twin.client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    redrive = json.dumps({"deadLetterTargetArn": f"{QUEUES}:dead", "maxReceiveCount": 1})
    made = {"VisibilityTimeout": "360", "RedrivePolicy": redrive}
    url = sqs.create_queue(QueueName="loop", Attributes=made)["QueueUrl"]
    loops.client.create_event_source_mapping(FunctionName=name, EventSourceArn=f"{QUEUES}:loop", BatchSize=1)

    sqs.send_message(QueueUrl=url, MessageBody="once")
    loops.bench.wait_for(lambda: sqs.receive_message(QueueUrl=dead).get("Messages"), 60)

    assert loops.began(name) == MOST_INVOCATIONS
    assert f"{name} was invoked 16 times" in caplog.text


def test_a_function_that_feeds_its_own_bucket_is_stopped(
    loops: Loops, caplog: pytest.LogCaptureFixture
) -> None:
    name, s3 = loops.function(PUTS_OBJECTS), loops.bench.twin.client("s3")
    s3.create_bucket(Bucket="loop")
    loops.let("s3", name)
    told = {"LambdaFunctionArn": loops.arn(name), "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="loop", NotificationConfiguration={"LambdaFunctionConfigurations": [told]}
    )

    s3.put_object(Bucket="loop", Key="once", Body=b"1")
    loops.bench.wait_for(lambda: f"{name} was invoked 16 times" in caplog.text, 60)

    assert loops.began(name) == MOST_INVOCATIONS


def test_a_rule_whose_target_causes_its_event_again_is_stopped(
    loops: Loops, caplog: pytest.LogCaptureFixture
) -> None:
    name, events = loops.function(PUTS), loops.bench.twin.client("events")
    loops.let("events", name)
    events.put_rule(Name="feeds", EventPattern='{"source": ["loop"]}')
    events.put_targets(Rule="feeds", Targets=[{"Id": "1", "Arn": loops.arn(name)}])

    events.put_events(Entries=[{"Source": "loop", "DetailType": "first", "Detail": "{}"}])
    loops.bench.wait_for(lambda: "rule feeds: 100 events led to each other" in caplog.text, 60)

    assert loops.began(name) == MOST_EVENTS


def test_a_function_that_writes_to_the_table_that_feeds_it_is_stopped(
    loops: Loops, caplog: pytest.LogCaptureFixture
) -> None:
    """Lambda's detection does not cover it: on AWS it goes on."""
    name, source = loops.function(TABLES_LOOP), loops.table("loop")
    loops.feed(source, name)
    ended = f"{source}: {MOST_EVENTS} batches led to each other"

    dynamodb = loops.bench.twin.client("dynamodb")
    dynamodb.put_item(TableName="loop", Item={"id": {"S": "once"}})
    loops.bench.wait_for(lambda: ended in caplog.text, 120)

    assert loops.began(name) == MOST_EVENTS


def test_a_function_that_writes_to_the_stream_that_feeds_it_is_stopped(
    loops: Loops, caplog: pytest.LogCaptureFixture
) -> None:
    name, kinesis = loops.function(STREAMS_LOOP), loops.bench.twin.client("kinesis")
    kinesis.create_stream(StreamName="loop", ShardCount=1)
    source = kinesis.describe_stream(StreamName="loop")["StreamDescription"]["StreamARN"]
    loops.feed(source, name)

    kinesis.put_record(StreamName="loop", Data=b"once", PartitionKey="1")
    loops.bench.wait_for(lambda: f"{source}: {MOST_EVENTS} batches led" in caplog.text, 120)

    assert loops.began(name) == MOST_EVENTS


def test_a_loop_that_somebody_allowed_goes_on(loops: Loops) -> None:
    name = loops.function(INVOKES)
    loops.client.put_function_recursion_config(FunctionName=name, RecursiveLoop="Allow")

    loops.send(name, {"names": [name]})
    loops.bench.wait_for(lambda: loops.began(name) > MOST_INVOCATIONS + 2, 60)

    loops.client.put_function_recursion_config(FunctionName=name, RecursiveLoop="Terminate")
    assert loops.client.get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Terminate"


def test_a_function_that_is_called_again_and_again_by_others_is_no_loop(loops: Loops) -> None:
    callee, caller = loops.function("def handler(event, context): return event"), loops.function(INVOKES)

    for _ in range(MOST_INVOCATIONS + 4):
        loops.send(caller, {"names": [callee]})

    loops.bench.wait_for(lambda: loops.began(callee) == MOST_INVOCATIONS + 4, 60)


def test_a_function_that_sets_its_own_next_time_is_no_loop(loops: Loops) -> None:
    """Time led there, not a call: on AWS nobody counts it."""
    name, events = loops.function(AGAIN_LATER), loops.bench.twin.client("events")
    loops.let("events", name)
    events.put_rule(Name="later", ScheduleExpression="rate(1 minute)")
    events.put_targets(Rule="later", Targets=[{"Id": "1", "Arn": loops.arn(name)}])

    loops.bench.wait_for(lambda: loops.began(name) > MOST_INVOCATIONS + 1, 60)

    events.disable_rule(Name="later")
