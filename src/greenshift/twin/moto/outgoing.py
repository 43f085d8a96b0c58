"""What moto's services would deliver inline, on moto's own queues and functions, is handed out instead.

moto's SNS and S3 send within the request, to moto's backends: our queues, our functions and our bus never see
it, and a slow HTTP endpoint would hold everybody up. The hand-over is a value; who takes it delivers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Notification:
    """One message of a topic on its way to one subscription whose filter policy let it pass."""

    topic: str
    subscription: str
    protocol: str
    endpoint: str
    message: str
    is_raw: bool
    envelope: Mapping[str, Any]
    """As SNS posts it: Type, MessageId, TopicArn, Message, Timestamp, signature, MessageAttributes."""
    attributes: Mapping[str, Mapping[str, Any]]
    group: str | None
    deduplication: str | None
    dead_letter: str | None


@dataclass(frozen=True)
class ObjectEvent:
    """Something that happened to an object of S3; ``target`` is an ARN, empty for EventBridge."""

    event: str
    bucket: str
    bucket_arn: str
    key: str
    size: int
    etag: str
    version: str | None
    target: str
    configuration: str


@dataclass(frozen=True)
class BucketTest:
    """``s3:TestEvent``, which S3 sends to a queue or topic that a bucket begins to notify."""

    bucket: str
    target: str


Outgoing = Notification | ObjectEvent | BucketTest
Sink = Callable[[Outgoing], None]


def hand_out(sink: Sink) -> None:
    """Redirect moto; called on its thread, before its first request."""
    _topics(sink)
    _buckets(sink)


def _topics(sink: Sink) -> None:
    from moto.sns.models import Subscription

    def publish(
        self: Any, message: str, message_id: str, subject: str | None = None,
        message_attributes: dict[str, Any] | None = None, group_id: str | None = None,
        deduplication_id: str | None = None, message_structure: str | None = None,
    ) -> None:  # fmt: skip
        matcher = self._filter_policy_matcher
        if matcher is not None and not matcher.matches(message_attributes, message):
            return
        if message_structure == "json":
            message = self._parse_message_structure(message, self.protocol)
        if self.protocol not in ("sqs", "lambda", "http", "https"):
            return  # mail and SMS: nobody's address should get a rehearsal
        is_raw = str(self.attributes.get("RawMessageDelivery", "")).lower() == "true"
        attributes = message_attributes or {}
        envelope = {} if is_raw else self.get_post_data(message, message_id, subject, message_attributes)
        sink(
            Notification(
                topic=self.topic.arn,
                subscription=self.arn,
                protocol=self.protocol,
                endpoint=self.endpoint,
                message=message,
                is_raw=is_raw,
                envelope=envelope or {"MessageId": message_id},
                attributes={name: dict(value) for name, value in attributes.items()},
                group=group_id,
                deduplication=deduplication_id,
                dead_letter=_dead_letter(self.attributes.get("RedrivePolicy")),
            )
        )

    setattr(Subscription, "publish", publish)  # noqa: B010 - it takes moto's place


def _dead_letter(policy: str | None) -> str | None:
    if not policy:
        return None
    try:
        found = json.loads(policy)
        return str(found["deadLetterTargetArn"])
    except (ValueError, KeyError, TypeError):
        return None


def _buckets(sink: Sink) -> None:
    from moto.s3 import notifications

    def send_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
        settings = bucket.notification_configuration
        if settings is None:
            return
        for each in (*settings.cloud_function, *settings.queue, *settings.topic):
            if each.matches(event_name, key.name):
                sink(_object_event(event_name, bucket, key, each.arn, each.id))
        if settings.event_bridge is not None:
            sink(_object_event(event_name, bucket, key, "", ""))

    def send_test_event(account_id: str, bucket: Any) -> None:
        settings = bucket.notification_configuration
        for arn in dict.fromkeys(each.arn for each in (*settings.queue, *settings.topic)):
            sink(BucketTest(bucket.name, arn))

    setattr(notifications, "send_event", send_event)  # noqa: B010 - it takes moto's place
    setattr(notifications, "send_test_event", send_test_event)  # noqa: B010 - as above


def _object_event(event_name: Any, bucket: Any, key: Any, target: str, configuration: str) -> ObjectEvent:
    return ObjectEvent(
        event=str(getattr(event_name, "value", event_name)),
        bucket=bucket.name,
        bucket_arn=bucket.arn,
        key=key.name,
        size=int(getattr(key, "size", 0) or 0),
        etag=str(getattr(key, "etag", "")).replace('"', ""),
        version=_version(bucket, key),
        target=target,
        configuration=configuration,
    )


def _version(bucket: Any, key: Any) -> str | None:
    version = getattr(key, "version_id", None)
    return str(version) if bucket.is_versioned and version not in (None, "null") else None
