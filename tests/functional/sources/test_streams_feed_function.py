"""Streams feed a function: each case as Lambda's developer guide has it for DynamoDB and Kinesis."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.stacks.fed import FAILS, FINE, KEEPS, Place, arn_of


@pytest.fixture(scope="module")
def reader(place: Place) -> str:
    role = place.role("AWSLambdaDynamoDBExecutionRole", "AWSLambdaKinesisExecutionRole")
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    place.twin.client("iam").put_role_policy(
        RoleName=role.rpartition("/")[2], PolicyName="failures",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )  # fmt: skip
    return role


class Table:
    """A table with a stream, whose items are numbered."""

    def __init__(self, place: Place, name: str) -> None:
        self._client, self.name = place.twin.client("dynamodb"), name
        made = self._client.create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )  # fmt: skip
        self.arn = made["TableDescription"]["LatestStreamArn"]

    def put(self, *ids: str) -> None:
        for each in ids:
            self._client.put_item(TableName=self.name, Item={"id": {"S": each}, "n": {"N": "1"}})

    def delete(self, name: str) -> None:
        self._client.delete_item(TableName=self.name, Key={"id": {"S": name}})


@pytest.fixture
def table(place: Place, request: pytest.FixtureRequest) -> Table:
    return Table(place, request.node.name[:60].replace("[", "-").rstrip("]"))


@pytest.fixture
def feed(place: Place) -> Any:
    made: list[str] = []

    def feed(source: str, function: str, **settings: Any) -> None:
        settings.setdefault("StartingPosition", "TRIM_HORIZON")
        mapping = place.functions.create_event_source_mapping(
            EventSourceArn=source, FunctionName=function, **settings
        )
        made.append(mapping["UUID"])
        place.twin.advance(1)

    yield feed
    for uuid in made:
        place.functions.delete_event_source_mapping(UUID=uuid)
    place.twin.advance(1)


def ids(batches: list[list[dict[str, Any]]]) -> list[list[str]]:
    return [[each["dynamodb"]["Keys"]["id"]["S"] for each in batch] for batch in batches]


def test_what_happens_to_a_table_reaches_the_function_in_order(
    place: Place, reader: str, table: Table, feed: Any
) -> None:
    """ "Using AWS Lambda with Amazon DynamoDB": the example event."""
    name = place.function(FINE, reader)
    feed(table.arn, name)
    table.put("a")
    table.delete("a")
    place.until(lambda: sum(map(len, place.records(name))) == 2)
    made, removed = [record for batch in place.records(name) for record in batch]
    assert (made["eventName"], removed["eventName"]) == ("INSERT", "REMOVE")
    assert made["eventSource"] == "aws:dynamodb" and made["eventSourceARN"] == table.arn
    assert made["dynamodb"]["NewImage"]["n"] == {"N": "1"}


def test_a_window_gathers_records_into_a_batch(place: Place, reader: str, table: Table, feed: Any) -> None:
    """ "Polling and batching streams"."""
    name = place.function(FINE, reader)
    feed(table.arn, name, BatchSize=3, MaximumBatchingWindowInSeconds=10)
    table.put("a", "b")
    place.twin.advance(5)
    assert place.kept(name) == []
    place.until(lambda: place.twin.advance(5) or ids(place.records(name)) == [["a", "b"]])
    table.put("c", "d", "e")
    place.until(lambda: ids(place.records(name))[1:] == [["c", "d", "e"]])


def test_latest_begins_with_what_comes_after_the_mapping(
    place: Place, reader: str, table: Table, feed: Any
) -> None:
    """API reference, CreateEventSourceMapping: StartingPosition."""
    name = place.function(FINE, reader)
    table.put("before")
    feed(table.arn, name, StartingPosition="LATEST")
    lambda_ = place.twin.twin.services["lambda"]
    place.until(lambda: any(c.operation == "GetRecords" for c in list(place.twin.twin.door.calls)[-5:]), 5)
    table.put("after")
    place.until(lambda: ids(place.records(name)) == [["after"]])
    assert lambda_ is not None


def test_a_poison_record_is_found_by_halves_and_given_up_to_the_destination(
    place: Place, reader: str, table: Table, feed: Any
) -> None:
    """ "Error handling": BisectBatchOnFunctionError, MaximumRetryAttempts, on-failure destination."""
    source = KEEPS + (
        "def answer(event, context):\n"
        "    if any(r['dynamodb']['Keys']['id']['S'] == 'bad' for r in event['Records']):\n"
        "        raise RuntimeError('poison')\n"
    )
    name, failures = place.function(source, reader), place.queue()
    table.put("a", "b", "bad", "c")
    feed(
        table.arn, name, BatchSize=4, BisectBatchOnFunctionError=True, MaximumRetryAttempts=3,
        DestinationConfig={"OnFailure": {"Destination": arn_of(failures)}},
    )  # fmt: skip
    place.until(lambda: place.twin.advance(2) or place.count(failures)[0] == 1, 30)
    [message] = place.sqs.receive_message(QueueUrl=failures)["Messages"]
    told = json.loads(message["Body"])
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert told["DDBStreamBatchInfo"]["batchSize"] == 1
    place.until(lambda: place.twin.advance(1) or ["c"] in ids(place.records(name)))
    assert ids(place.records(name))[0] == ["a", "b", "bad", "c"] and ["a", "b"] in ids(place.records(name))


def test_records_too_old_are_given_up(place: Place, reader: str, table: Table, feed: Any) -> None:
    """MaximumRecordAgeInSeconds."""
    name, failures = place.function(FAILS, reader), place.queue()
    table.put("a")
    feed(
        table.arn, name, MaximumRecordAgeInSeconds=60,
        DestinationConfig={"OnFailure": {"Destination": arn_of(failures)}},
    )  # fmt: skip
    place.until(lambda: place.kept(name))
    place.until(lambda: place.twin.advance(10) or place.count(failures)[0] == 1, 30)
    [message] = place.sqs.receive_message(QueueUrl=failures)["Messages"]
    assert json.loads(message["Body"])["requestContext"]["condition"] == "RecordAgeExceeded"
    assert len(place.kept(name)) >= 3


def test_the_next_attempt_begins_with_the_first_record_reported(
    place: Place, reader: str, table: Table, feed: Any
) -> None:
    """ "Reporting batch item failures" for streams."""
    source = KEEPS + (
        "def answer(event, context):\n"
        "    numbers = {r['dynamodb']['Keys']['id']['S']: r['dynamodb']['SequenceNumber'] for r in "
        "event['Records']}\n"
        "    return {'batchItemFailures': [{'itemIdentifier': numbers['b']}] if 'a' in numbers else []}\n"
    )
    name = place.function(source, reader)
    table.put("a", "b", "c")
    feed(table.arn, name, FunctionResponseTypes=["ReportBatchItemFailures"])
    place.until(lambda: place.twin.advance(1) or len(place.kept(name)) == 2)
    assert ids(place.records(name)) == [["a", "b", "c"], ["b", "c"]]


def test_only_records_that_pass_a_filter_reach_the_function(
    place: Place, reader: str, table: Table, feed: Any
) -> None:
    """ "Filtering with DynamoDB"."""
    name = place.function(FINE, reader)
    pattern = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"id": {"S": [{"prefix": "x"}]}}}}
    table.put("a", "x1", "b", "x2")
    feed(table.arn, name, FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    place.until(lambda: ids(place.records(name)) == [["x1", "x2"]])


def test_a_kinesis_stream_feeds_a_function_shard_by_shard_and_filters_its_data(
    place: Place, reader: str, feed: Any
) -> None:
    """ "Using AWS Lambda with Amazon Kinesis": the example event, "Filtering with Kinesis"."""
    kinesis, name = place.twin.client("kinesis"), place.function(FINE, reader)
    kinesis.create_stream(StreamName="orders", ShardCount=2)
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
    pattern = {"data": {"n": [{"numeric": [">=", 1]}]}}
    feed(arn, name, FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    for n in range(6):
        kinesis.put_record(StreamName="orders", Data=json.dumps({"n": n}).encode(), PartitionKey=f"key-{n}")
    place.until(lambda: sum(map(len, place.records(name))) == 5)
    found = [record for batch in place.records(name) for record in batch]
    assert {each["eventName"] for each in found} == {"aws:kinesis:record"}
    assert sorted(each["kinesis"]["partitionKey"] for each in found) == [f"key-{n}" for n in range(1, 6)]
    assert len({each["eventID"].partition(":")[0] for each in found}) >= 1
