"""Whom a bucket tells of its objects: one notification a bucket, put whole."""

from __future__ import annotations

import secrets
from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.simple import Kind, entry

_GONE = ("NoSuchBucket", "404")
_OURS = "tf-s3-"  # begins an id nobody gave [pulumi-aws: BucketNotification]
_LISTS = (
    ("lambdaFunctions", "LambdaFunctionConfigurations", "LambdaFunctionArn", "lambdaFunctionArn", "lambda"),
    ("queues", "QueueConfigurations", "QueueArn", "queueArn", "queue"),
    ("topics", "TopicConfigurations", "TopicArn", "topicArn", "topic"),
)


def _configuration(inputs: Document) -> Document:
    found: Document = {"EventBridgeConfiguration": {}} if inputs.get("eventbridge") else {}
    for key, member, arn_member, arn_key, kind in _LISTS:
        given = inputs.get(key) or []
        if given:
            found[member] = [_one(each, arn_member, each[arn_key], kind) for each in given]
    return found


def _one(given: Document, member: str, arn: str, kind: str) -> Document:
    id_ = given.get("id") or f"{_OURS}{kind}-{secrets.token_hex(8)}"
    rules = [
        {"Name": name, "Value": given[key]}
        for name, key in (("prefix", "filterPrefix"), ("suffix", "filterSuffix"))
        if given.get(key)
    ]
    filter_ = {"Filter": {"Key": {"FilterRules": rules}}} if rules else {}
    return {"Id": id_, member: arn, "Events": list(given["events"]), **filter_}


def _put(calls: Calls, inputs: Document) -> Document:
    calls.call(
        "PutBucketNotificationConfiguration",
        Bucket=inputs["bucket"],
        NotificationConfiguration=_configuration(inputs),
    )
    return {"_id": inputs["bucket"]}


def _describe(calls: Calls, inputs: Document, id_: str) -> Document | None:
    bucket = id_ or inputs["bucket"]
    found = calls.look("GetBucketNotificationConfiguration", *_GONE, Bucket=bucket)
    members = ("EventBridgeConfiguration", *(member for _, member, *_ in _LISTS))
    told = {name: found[name] for name in members if name in found} if found is not None else {}
    return {"bucket": bucket, **told} if told else None


def _observe(told: Document) -> Document:
    found: Document = {"bucket": told["bucket"], "eventbridge": "EventBridgeConfiguration" in told}
    for key, member, arn_member, arn_key, _ in _LISTS:
        found[key] = [_back(each, arn_key, arn_member) for each in told.get(member, [])]
    return found


def _back(given: Document, arn_key: str, arn_member: str) -> Document:
    rules: Any = given.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    filters = {f"filter{rule['Name'].title()}": rule["Value"] for rule in rules}
    id_ = {"id": given["Id"]} if not given["Id"].startswith(_OURS) else {}
    return {arn_key: given[arn_member], "events": given["Events"], **id_, **filters}


NOTIFICATION = entry(
    Kind(
        token="aws:s3/bucketNotification:BucketNotification",
        service="s3",
        describe=_describe,
        id="bucket",
        key=lambda inputs, id_: {"Bucket": id_},
        create=_put,
        update=lambda calls, change: _put(calls, change.new),
        delete=lambda calls, inputs, id_: calls.look(
            "PutBucketNotificationConfiguration", *_GONE, Bucket=id_, NotificationConfiguration={}
        ),
        fixed="bucket",
        settings="lambdaFunctions queues topics eventbridge",
        defaults={"eventbridge": False},
        observe=_observe,
    )
)

ENTRIES = (NOTIFICATION,)
