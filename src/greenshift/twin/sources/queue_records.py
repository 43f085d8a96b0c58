"""Messages of a queue as a function gets them. Pure (developer guide, "Using Lambda with Amazon SQS")."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
Message = Mapping[str, Any]


def record(message: Message, source: str) -> Json:
    """One message, as ReceiveMessage gave it, in an event."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes") or {}),
        "messageAttributes": {
            name: _attribute(each) for name, each in (message.get("MessageAttributes") or {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": source,
        "awsRegion": source.split(":")[3],
    }


def _attribute(given: Mapping[str, Any]) -> Json:
    found: Json = {"stringListValues": [], "binaryListValues": [], "dataType": given["DataType"]}
    if "StringValue" in given:
        found["stringValue"] = given["StringValue"]
    if "BinaryValue" in given:
        found["binaryValue"] = base64.b64encode(bytes(given["BinaryValue"])).decode()
    return found
