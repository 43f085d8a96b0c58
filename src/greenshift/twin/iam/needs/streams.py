"""Streams: Kinesis, and those of DynamoDB's tables.

GetRecords is asked of the stream its iterator is of, although the request names none. An iterator is opaque
to callers; the twin's tells the stream (moto makes it).
"""

from __future__ import annotations

import base64
import binascii

from greenshift.twin.iam.needs.contract import Find, Parameters, Place, action, everything, on


def _kinesis(parameters: Parameters, place: Place) -> str:
    if parameters.get("StreamARN"):
        return str(parameters["StreamARN"])
    name = parameters.get("StreamName") or _stream_of(str(parameters.get("ShardIterator", "")))
    return place.arn("kinesis", f"stream/{name}") if name else "*"


def _stream_of(iterator: str) -> str:
    """``base64(stream:shard:sequence)``; empty for an iterator that is none, which the service refuses."""
    try:
        return base64.decodebytes(iterator.encode()).decode().partition(":")[0]
    except (binascii.Error, UnicodeError):
        return ""


def _consumer(parameters: Parameters, place: Place) -> str:
    given = parameters.get("ConsumerARN")
    return (
        str(given)
        if given
        else f"{_kinesis(parameters, place)}/consumer/{parameters.get('ConsumerName', '*')}"
    )


def _table(parameters: Parameters, _: Place) -> str:
    """The iterator of a table's stream is the stream's ARN, ``|``, and where it stands."""
    given = parameters.get("StreamArn") or str(parameters.get("ShardIterator", "")).partition("|")[0]
    return str(given) if str(given).startswith("arn:") else "*"


KINESIS: dict[str, Find] = {
    **on(
        "kinesis",
        _kinesis,
        "AddTagsToStream",
        "CreateStream",
        "DecreaseStreamRetentionPeriod",
        "DeleteStream",
        "DescribeStream",
        "DescribeStreamSummary",
        "DisableEnhancedMonitoring",
        "EnableEnhancedMonitoring",
        "GetRecords",
        "GetShardIterator",
        "IncreaseStreamRetentionPeriod",
        "ListShards",
        "ListStreamConsumers",
        "ListTagsForStream",
        "MergeShards",
        "PutRecord",
        "PutRecords",
        "RegisterStreamConsumer",
        "RemoveTagsFromStream",
        "SplitShard",
        "StartStreamEncryption",
        "StopStreamEncryption",
        "UpdateShardCount",
        "UpdateStreamMode",
    ),
    **on("kinesis", _consumer, "DeregisterStreamConsumer", "DescribeStreamConsumer", "SubscribeToShard"),
    **on("kinesis", everything, "DescribeLimits", "ListStreams"),
}
TABLES: dict[str, Find] = {
    **on("dynamodb", _table, "DescribeStream", "GetRecords", "GetShardIterator"),
    "ListStreams": action("dynamodb:ListStreams", everything),
}
