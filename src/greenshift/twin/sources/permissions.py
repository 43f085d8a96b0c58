"""What a function's role must be allowed to do with its source, as calls; the last one describes it.

Developer guide: "Configuring execution role permissions" of SQS, Kinesis and DynamoDB; the managed policies
``AWSLambdaSQSQueueExecutionRole``, ``AWSLambdaKinesisExecutionRole`` and ``AWSLambdaDynamoDBExecutionRole``
hold exactly these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greenshift.twin.sources.model import Kind

Calls = list[tuple[str, dict[str, Any]]]


def queue_url(arn: str, endpoint: str) -> str:
    account, name = arn.split(":")[4:6]
    return f"{endpoint}/{account}/{name}"


def _queue(arn: str, endpoint: str) -> Calls:
    queue = {"QueueUrl": queue_url(arn, endpoint)}
    return [
        ("ReceiveMessage", queue),
        ("DeleteMessage", queue),
        ("GetQueueAttributes", {**queue, "AttributeNames": ["All"]}),
    ]


def _kinesis(arn: str, _: str) -> Calls:
    stream = {"StreamARN": arn}
    return [("GetRecords", stream), ("GetShardIterator", stream), ("DescribeStream", stream)]


def _table(arn: str, _: str) -> Calls:
    stream = {"StreamArn": arn}
    return [("GetRecords", stream), ("GetShardIterator", stream), ("DescribeStream", stream)]


PERMISSIONS: dict[Kind, Callable[[str, str], Calls]] = {
    "sqs": _queue,
    "kinesis": _kinesis,
    "dynamodb": _table,
}
