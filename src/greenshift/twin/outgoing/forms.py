"""What arrives: pure forms of notifications and object events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from greenshift.twin.moto.outgoing import BucketTest, Notification, ObjectEvent

Json = dict[str, Any]


def to_lambda(note: Notification) -> Json:
    """Lambda developer guide, "Using AWS Lambda with Amazon SNS": the event; names differ in ``Url``."""
    renamed = {"SigningCertURL": "SigningCertUrl", "UnsubscribeURL": "UnsubscribeUrl"}
    sns: Json = {"Type": "Notification", "TopicArn": note.topic, "Subject": None, "Message": note.message}
    sns |= {renamed.get(name, name): value for name, value in note.envelope.items()}
    sns["MessageAttributes"] = {name: dict(each) for name, each in note.attributes.items()}
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": note.subscription,
        "Sns": sns,
    }
    return {"Records": [record]}


def body(note: Notification) -> str:
    """What a queue or an HTTP endpoint gets (SNS developer guide, "raw message delivery")."""
    return note.message if note.is_raw else json.dumps(note.envelope, indent=2)


def message_attributes(note: Notification) -> Json:
    """With raw delivery the attributes are the queue message's own; without they are in the envelope."""
    if not note.is_raw:
        return {}
    return {name: _attribute(each) for name, each in note.attributes.items()}


def _attribute(given: Mapping[str, Any]) -> Json:
    kind, value = str(given["Type"]), given["Value"]
    if kind.startswith("Binary"):
        return {
            "DataType": "Binary",
            "BinaryValue": value if isinstance(value, bytes) else str(value).encode(),
        }
    # SNS developer guide, "message attribute data types": SQS has no String.Array.
    return {"DataType": kind.split(".")[0], "StringValue": str(value)}


def of_object(event: ObjectEvent, now: float, region: str, account: str, order: int) -> Json:
    """S3 user guide, "Event message structure": version 2.1, the key URL-encoded."""
    what: Json = {"key": quote_plus(event.key, safe="/"), "sequencer": f"{order:016X}"}
    if event.event.startswith("s3:ObjectCreated:"):
        what |= {"size": event.size, "eTag": event.etag}
    if event.version:
        what["versionId"] = event.version
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": region,
        "eventTime": _iso(now),
        "eventName": event.event.removeprefix("s3:"),
        "userIdentity": {"principalId": f"AWS:{account}"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": f"{order:016X}", "x-amz-id-2": f"{order:064x}"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": event.configuration,
            "bucket": {
                "name": event.bucket,
                "ownerIdentity": {"principalId": account},
                "arn": event.bucket_arn,
            },
            "object": what,
        },
    }
    return {"Records": [record]}


def of_test(test: BucketTest, now: float) -> Json:
    """S3 user guide, "Event notification types and destinations": s3:TestEvent."""
    return {"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": _iso(now), "Bucket": test.bucket}


_DETAIL_TYPES = {
    "ObjectCreated": "Object Created",
    "ObjectRemoved": "Object Deleted",
    "ObjectTagging:Put": "Object Tags Added",
    "ObjectTagging:Delete": "Object Tags Deleted",
    "ObjectAcl": "Object ACL Updated",
    "ObjectRestore:Post": "Object Restore Initiated",
    "ObjectRestore:Completed": "Object Restore Completed",
}
_REASONS = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectRemoved:Delete": "DeleteObject",
    "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}


def to_bus(event: ObjectEvent, account: str, order: int) -> tuple[str, Json] | None:
    """Detail type and detail for EventBridge (S3 user guide, "Event structure"); None for what it never
    gets.
    """
    name = event.event.removeprefix("s3:")
    kind = _DETAIL_TYPES.get(name) or _DETAIL_TYPES.get(name.partition(":")[0])
    if kind is None:
        return None
    what: Json = {"key": event.key, "sequencer": f"{order:016X}"}
    if event.event.startswith("s3:ObjectCreated:"):
        what |= {"size": event.size, "etag": event.etag}
    if event.version:
        what["version-id"] = event.version
    detail: Json = {
        "version": "0",
        "bucket": {"name": event.bucket},
        "object": what,
        "request-id": f"{order:016X}",
        "requester": account,
        "source-ip-address": "127.0.0.1",
    }
    if name in _REASONS:
        detail["reason"] = _REASONS[name]
    if name.startswith("ObjectRemoved:"):
        marker = name.endswith("DeleteMarkerCreated")
        detail["deletion-type"] = "Delete Marker Created" if marker else "Permanently Deleted"
    return kind, detail


def _iso(seconds: float) -> str:
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
