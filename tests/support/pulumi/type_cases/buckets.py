"""What stands around a bucket and a table."""

from __future__ import annotations

import json

from support.pulumi.type_cases.case import Case, Ref

BUCKET = "aws:s3/bucket:Bucket"
_QUEUE = ("aws:sqs/queue:Queue", {"name": "told"})
_BUCKETS = {
    "bucket": (BUCKET, {"bucket": "around-one", "forceDestroy": True}),
    "other": (BUCKET, {"bucket": "around-two", "forceDestroy": True}),
    "queue": _QUEUE,
}
_TOLD = {"queueArn": Ref("queue", "arn"), "events": ["s3:ObjectCreated:*"], "filterPrefix": "in/"}
_TABLE = {
    "name": "around",
    "billingMode": "PAY_PER_REQUEST",
    "hashKey": "id",
    "attributes": [{"name": "id", "type": "S"}],
}
_RANGED = {
    **_TABLE,
    "name": "around-ranged",
    "rangeKey": "at",
    "attributes": [{"name": "id", "type": "B"}, {"name": "at", "type": "N"}],
}


def row(key: str, value: int) -> str:
    return json.dumps({"id": {"S": key}, "limit": {"N": str(value)}, "tags": {"L": [{"S": "a"}]}})


_SITE = json.dumps([{"Condition": {"KeyPrefixEquals": "docs/"}, "Redirect": {"ReplaceKeyPrefixWith": "d/"}}])
_LOGS = (BUCKET, {"bucket": "around-logs", "acl": "log-delivery-write", "forceDestroy": True})
_RULE = {
    "id": "old",
    "enabled": True,
    "prefix": "tmp/",
    "tags": {"keep": "no"},
    "abortIncompleteMultipartUploadDays": 3,
}
_TRANSITIONS = {
    "transitions": [{"days": 30, "storageClass": "GLACIER"}],
    "noncurrentVersionTransitions": [{"days": 7, "storageClass": "GLACIER"}],
}
_KMS = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "alias/aws/s3"}
_CORS = {"allowedMethods": ["GET"], "allowedOrigins": ["*"], "maxAgeSeconds": 60}
_ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::inline/*"}
_POLICY = json.dumps({"Version": "2012-10-17", "Statement": [_ALLOW]})
_DELIVERY = {
    "type": "Group",
    "uri": "http://acs.amazonaws.com/groups/s3/LogDelivery",
    "permissions": ["READ_ACP", "WRITE"],
}

CASES = (
    Case(
        BUCKET,
        {
            "bucket": "inline",
            "tags": {"a": "b"},
            "versioning": {"enabled": True},
            "acl": "public-read",
            "serverSideEncryptionConfiguration": {"rule": {"applyServerSideEncryptionByDefault": _KMS}},
            "lifecycleRules": [{**_RULE, **_TRANSITIONS, "expiration": {"days": 365}}],
            "corsRules": [_CORS],
            "website": {"indexDocument": "index.html", "routingRules": _SITE},
        },
        {
            "versioning": {"enabled": False},
            "acl": "private",
            "lifecycleRules": [{**_RULE, "enabled": False, "expiration": {"date": "2030-01-01"}}],
            "website": {"redirectAllRequestsTo": "https://shop.example"},
            "logging": {"targetBucket": Ref("logs"), "targetPrefix": "inline/"},
            "policy": _POLICY,
            "accelerationStatus": "Enabled",
        },
        {"bucket": "inline-other", "objectLockEnabled": True, "versioning": {"enabled": True}},
        ("websiteEndpoint", "websiteDomain"),
        {"logs": _LOGS},
        unseen=("acl", "objectLockEnabled"),
    ),
    Case(
        "aws:s3/bucketV2:BucketV2",
        {
            "bucket": "inline-v2",
            "versionings": [{"enabled": True}],
            "serverSideEncryptionConfigurations": [
                {"rules": [{"applyServerSideEncryptionByDefaults": [_KMS], "bucketKeyEnabled": True}]}
            ],
            "lifecycleRules": [
                {**_RULE, "expirations": [{"days": 1}], "noncurrentVersionExpirations": [{"days": 2}]}
            ],
            "websites": [{"indexDocument": "index.html", "errorDocument": "gone.html"}],
            "grants": [_DELIVERY],
        },
        {
            "loggings": [{"targetBucket": Ref("logs"), "targetPrefix": ""}],
            "corsRules": [_CORS],
        },
        {
            "bucket": "inline-v2-other",
            "objectLockConfiguration": {
                "objectLockEnabled": "Enabled",
                "rules": [{"defaultRetentions": [{"mode": "GOVERNANCE", "days": 3}]}],
            },
        },
        needs={"logs": _LOGS},
    ),
    Case(
        "aws:s3/bucketNotification:BucketNotification",
        {"bucket": Ref("bucket"), "queues": [_TOLD]},
        {"queues": [{**_TOLD, "filterSuffix": ".json", "id": "mine"}], "eventbridge": True},
        {"bucket": Ref("other")},
        needs=_BUCKETS,
    ),
    Case(
        "aws:s3/bucketObject:BucketObject",
        {"bucket": Ref("bucket"), "key": "a.json", "content": "{}", "contentType": "application/json"},
        {"content": "[]", "tags": {"a": "b"}},
        {"key": "b.json"},
        ("versionId",),
        {
            **_BUCKETS,
            "versions": (
                "aws:s3/bucketVersioning:BucketVersioning",
                {
                    "bucket": Ref("bucket"),
                    "versioningConfiguration": {"status": "Enabled"},
                },
            ),
        },
        unseen=("content",),
    ),
    Case(
        "aws:dynamodb/tableItem:TableItem",
        {"tableName": Ref("table"), "hashKey": "id", "item": row("a", 1)},
        {"item": row("a", 2)},
        {"tableName": Ref("other")},
        ("hashKeyValue",),
        needs={
            "table": ("aws:dynamodb/table:Table", _TABLE),
            "other": ("aws:dynamodb/table:Table", {**_TABLE, "name": "around-two"}),
        },
    ),
    Case(
        "aws:dynamodb/tableItem:TableItem",
        {
            "tableName": Ref("table"),
            "hashKey": "id",
            "rangeKey": "at",
            "item": json.dumps({"id": {"B": "AQI="}, "at": {"N": "7"}, "parts": {"BS": ["AQI="]}}),
        },
        {"item": json.dumps({"id": {"B": "AQI="}, "at": {"N": "7"}, "in": {"M": {"a": {"B": "Aw=="}}}})},
        outputs=("hashKeyValue", "rangeKeyValue"),
        needs={"table": ("aws:dynamodb/table:Table", _RANGED)},
        import_id="{tableName},AQI=,7",
    ),
    Case(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        {"bucket": Ref("bucket"), "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        {"rule": {"objectOwnership": "ObjectWriter"}},
        {"bucket": Ref("other")},
        needs=_BUCKETS,
    ),
    Case(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {"bucket": Ref("bucket"), "blockPublicAcls": True},
        {"blockPublicPolicy": True},
        {"bucket": Ref("other")},
        needs=_BUCKETS,
    ),
    Case(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {"bucket": Ref("bucket"), "rules": [{"applyServerSideEncryptionByDefault": _KMS}]},
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
        {"bucket": Ref("other")},
        needs=_BUCKETS,
    ),
    Case(
        "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
        {"bucket": Ref("bucket"), "indexDocument": {"suffix": "index.html"}},
        {"errorDocument": {"key": "gone.html"}},
        {"bucket": Ref("other")},
        ("websiteEndpoint", "websiteDomain"),
        _BUCKETS,
    ),
    Case(
        "aws:s3/bucketPolicy:BucketPolicy",
        {"bucket": Ref("bucket"), "policy": _POLICY},
        {"policy": _POLICY.replace("GetObject", "ListBucket")},
        {"bucket": Ref("other")},
        needs=_BUCKETS,
    ),
    Case(
        "aws:sns/topicPolicy:TopicPolicy",
        {"arn": Ref("topic"), "policy": _POLICY},
        {"policy": _POLICY.replace("s3:GetObject", "sns:Publish")},
        needs={"topic": ("aws:sns/topic:Topic", {"name": "around"})},
        stays=True,
    ),
)
