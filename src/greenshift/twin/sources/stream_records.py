"""Records of streams as a function gets them. Pure.

Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB" and "... Amazon Kinesis": the example events.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
Record = Mapping[str, Any]


def of_table(record: Record, source: str) -> Json:
    """A record of a DynamoDB stream."""
    return {
        "eventID": record.get("eventID"),
        "eventName": record.get("eventName"),
        "eventVersion": record.get("eventVersion", "1.1"),
        "eventSource": "aws:dynamodb",
        "awsRegion": source.split(":")[3],
        "dynamodb": _plain(record["dynamodb"]),
        "eventSourceARN": source,
    }


def of_stream(record: Record, source: str, shard: str, role: str) -> Json:
    """A record of a Kinesis stream; its data stays base64."""
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record["PartitionKey"],
            "sequenceNumber": record["SequenceNumber"],
            "data": base64.b64encode(bytes(record["Data"])).decode(),
            "approximateArrivalTimestamp": arrival(record),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard}:{record['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": role,
        "awsRegion": source.split(":")[3],
        "eventSourceARN": source,
    }


def sequence(record: Record) -> str:
    """What a function names a record by when it reports it as failed."""
    return str(record["dynamodb"]["SequenceNumber"] if "dynamodb" in record else record["SequenceNumber"])


def arrival(record: Record) -> float:
    """When it came, in seconds since the epoch, by the clock of the stream."""
    found = (
        record["dynamodb"].get("ApproximateCreationDateTime")
        if "dynamodb" in record
        else record.get("ApproximateArrivalTimestamp")
    )
    return found.timestamp() if isinstance(found, datetime) else float(found or 0)


def failure(
    kind: str, source: str, shard: str, records: Sequence[Record], function: str, condition: str,
    attempts: int, now: float,
) -> Json:  # fmt: skip
    """What a destination is told of records that were given up ("Retaining records")."""
    batch = {
        "shardId": shard,
        "startSequenceNumber": sequence(records[0]),
        "endSequenceNumber": sequence(records[-1]),
        "approximateArrivalOfFirstRecord": _iso(arrival(records[0])),
        "approximateArrivalOfLastRecord": _iso(arrival(records[-1])),
        "batchSize": len(records),
        "streamArn": source,
    }
    return {
        "requestContext": {
            "functionArn": function,
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": _iso(now),
        "DDBStreamBatchInfo" if kind == "dynamodb" else "KinesisBatchInfo": batch,
    }


def _plain(value: Any) -> Any:
    """JSON of what botocore reads: bytes as base64, moments as seconds."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(bytes(value)).decode()
    return value.timestamp() if isinstance(value, datetime) else value


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
