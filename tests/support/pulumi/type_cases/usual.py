"""What nearly every program has: buckets and their settings, tables, topics, log groups, rules and alarms."""

from __future__ import annotations

from typing import Any

from support.pulumi.type_cases.case import Case, Ref

BUCKET = "aws:s3/bucket:Bucket"
_BUCKETS: dict[str, tuple[str, dict[str, Any]]] = {
    "bucket": (BUCKET, {"bucket": "usual-one", "forceDestroy": True}),
    "other": (BUCKET, {"bucket": "usual-two", "forceDestroy": True}),
}
_TOPICS: dict[str, tuple[str, dict[str, Any]]] = {
    "topic": ("aws:sns/topic:Topic", {"name": "usual"}),
    "other": ("aws:sns/topic:Topic", {"name": "usual-other"}),
    "queue": ("aws:sqs/queue:Queue", {"name": "usual"}),
}
_RULES: dict[str, tuple[str, dict[str, Any]]] = {
    "rule": ("aws:cloudwatch/eventRule:EventRule", {"name": "usual", "scheduleExpression": "rate(1 hour)"}),
    "other": (
        "aws:cloudwatch/eventRule:EventRule",
        {"name": "usual-2", "scheduleExpression": "rate(1 hour)"},
    ),
    "queue": ("aws:sqs/queue:Queue", {"name": "usual-target"}),
}
_BUS = "aws:cloudwatch/eventBus:EventBus"
_BUSES: dict[str, tuple[str, dict[str, Any]]] = {
    "bus": (_BUS, {"name": "usual"}),
    "other": (_BUS, {"name": "usual-other"}),
    "rule": (
        "aws:cloudwatch/eventRule:EventRule",
        {"name": "on-bus", "eventBusName": Ref("bus"), "eventPattern": '{"source": ["shop"]}'},
    ),
    "queue": ("aws:sqs/queue:Queue", {"name": "usual-bus"}),
}
_RULE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


def _expiring(days: int) -> list[dict[str, Any]]:
    return [
        {"id": "old", "status": "Enabled", "filter": {"prefix": "tmp/"}, "expiration": {"days": days}},
    ]


CASES = (
    Case(
        BUCKET,
        {"bucketPrefix": "usual-", "forceDestroy": True, "tags": {"a": "b"}},
        {"tags": {"a": "c"}, "forceDestroy": False},
        {"bucketPrefix": "others-", "bucket": "others-1"},
        ("arn", "bucketDomainName", "bucketRegionalDomainName"),
        unseen=("bucketPrefix", "forceDestroy"),
    ),
    Case(
        "aws:s3/bucketV2:BucketV2",
        {"bucket": "usual-v2", "tags": {"a": "b"}},
        {"tags": {"a": "c"}},
        {"bucket": "usual-v2-other"},
        ("arn",),
    ),
    Case(
        "aws:s3/bucketObjectv2:BucketObjectv2",
        {"bucket": Ref("bucket"), "key": "a.txt", "content": "one", "contentType": "text/plain"},
        {"content": "two", "metadata": {"by": "me"}, "tags": {"a": "b"}},
        {"key": "b.txt"},
        ("etag",),
        _BUCKETS,
        unseen=("content",),
    ),
    Case(
        "aws:s3/bucketVersioning:BucketVersioning",
        {"bucket": Ref("bucket"), "versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "Suspended"}},
        {"bucket": Ref("other")},
        needs=_BUCKETS,
        stays=True,
    ),
    Case(
        _RULE,
        {"bucket": Ref("bucket"), "rules": _expiring(1)},
        {"rules": _expiring(2)},
        {"bucket": Ref("other")},
        needs=_BUCKETS,
    ),
    Case(
        "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
        {"bucket": Ref("bucket"), "corsRules": [{"allowedMethods": ["GET"], "allowedOrigins": ["*"]}]},
        {"corsRules": [{"allowedMethods": ["GET", "PUT"], "allowedOrigins": ["*"]}]},
        {"bucket": Ref("other")},
        needs=_BUCKETS,
    ),
    Case(
        "aws:dynamodb/table:Table",
        {
            "name": "usual",
            "billingMode": "PROVISIONED",
            "readCapacity": 1,
            "writeCapacity": 2,
            "hashKey": "id",
            "attributes": [{"name": "id", "type": "S"}],
            "streamEnabled": True,
            "streamViewType": "KEYS_ONLY",
            "tags": {"a": "b"},
        },
        {
            "readCapacity": 3,
            "streamViewType": "NEW_AND_OLD_IMAGES",
            "ttl": {"attributeName": "until", "enabled": True},
            "tags": {"a": "c"},
        },
        {"hashKey": "key", "attributes": [{"name": "key", "type": "S"}]},
        ("arn", "streamArn"),
    ),
    Case(
        "aws:sns/topic:Topic",
        {"name": "usual-own", "displayName": "one", "tags": {"a": "b"}},
        {"displayName": "two", "tags": {"a": "c"}},
        {"name": "usual-other-own"},
        ("arn",),
    ),
    Case(
        "aws:sns/topicSubscription:TopicSubscription",
        {"topic": Ref("topic"), "protocol": "sqs", "endpoint": Ref("queue", "arn")},
        {"rawMessageDelivery": True, "filterPolicy": '{"kind": ["paid"]}'},
        {"topic": Ref("other")},
        ("arn",),
        _TOPICS,
    ),
    Case(
        "aws:cloudwatch/logGroup:LogGroup",
        {"namePrefix": "/usual/", "retentionInDays": 7, "tags": {"a": "b"}},
        {"retentionInDays": 14, "tags": {"a": "c"}},
        {"namePrefix": "/others/", "name": "/others/1"},
        ("arn",),
        unseen=("namePrefix",),
    ),
    Case(
        "aws:cloudwatch/eventRule:EventRule",
        {"namePrefix": "usual-", "eventPattern": '{"source": ["shop"]}', "tags": {"a": "b"}},
        {"eventPattern": '{"source": ["shop", "bank"]}', "description": "two", "tags": {"a": "c"}},
        {"namePrefix": "others-", "name": "others-1"},
        ("arn",),
        unseen=("namePrefix",),
    ),
    Case(
        "aws:cloudwatch/eventTarget:EventTarget",
        {"rule": Ref("rule"), "targetId": "mine", "arn": Ref("queue", "arn"), "input": '{"a": 1}'},
        {"input": '{"a": 2}'},
        {"rule": Ref("other")},
        needs=_RULES,
    ),
    Case(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "name": "usual",
            "comparisonOperator": "GreaterThanThreshold",
            "threshold": 1,
            "evaluationPeriods": 1,
            "metricName": "Errors",
            "namespace": "AWS/Lambda",
            "period": 60,
            "statistic": "Sum",
            "tags": {"a": "b"},
        },
        {"threshold": 2, "alarmDescription": "two", "tags": {"a": "c"}},
        {"name": "usual-other"},
        ("arn",),
    ),
    Case(
        "aws:cloudwatch/eventRule:EventRule",
        {"name": "on-bus-own", "eventBusName": Ref("bus"), "eventPattern": '{"source": ["shop"]}'},
        {"description": "two"},
        {"eventBusName": Ref("other")},
        ("arn",),
        _BUSES,
    ),
    Case(
        "aws:cloudwatch/eventTarget:EventTarget",
        {
            "rule": Ref("rule", "name"),
            "eventBusName": Ref("bus"),
            "targetId": "mine",
            "arn": Ref("queue", "arn"),
        },
        {"input": '{"a": 2}'},
        {"targetId": "other"},
        needs=_BUSES,
    ),
)
