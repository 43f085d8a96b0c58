"""The life cycle rules of a bucket in the words of the bucket, and in those of S3: pure."""

from __future__ import annotations

import secrets
from typing import Any

from greenshift.engine.aws.calls import Document

_GENERATED = "tf-s3-lifecycle-"  # as the provider names a rule that has no id


def lifecycle(rules: Any) -> Document:
    """The inputs of ``BucketLifecycleConfiguration`` that say the same."""
    return {"rules": [_rule(rule) for rule in rules]}


def _rule(rule: Document) -> Document:
    found: Document = {
        "id": rule.get("id") or f"{_GENERATED}{secrets.token_hex(13)}",
        "status": "Enabled" if rule.get("enabled") else "Disabled",
        "filter": _filter(rule),
    }
    if rule.get("abortIncompleteMultipartUploadDays"):
        days = rule["abortIncompleteMultipartUploadDays"]
        found["abortIncompleteMultipartUpload"] = {"daysAfterInitiation": days}
    if rule.get("expiration"):
        found["expiration"] = _expiration(rule["expiration"])
    if rule.get("transitions"):
        found["transitions"] = [_dated(each) for each in rule["transitions"]]
    if (rule.get("noncurrentVersionExpiration") or {}).get("days"):
        days = rule["noncurrentVersionExpiration"]["days"]
        found["noncurrentVersionExpiration"] = {"noncurrentDays": days}
    if rule.get("noncurrentVersionTransitions"):
        found["noncurrentVersionTransitions"] = [
            {"noncurrentDays": each["days"], "storageClass": each["storageClass"]}
            for each in rule["noncurrentVersionTransitions"]
        ]
    return found


def _filter(rule: Document) -> Document:
    prefix = rule.get("prefix") or ""
    if not rule.get("tags"):
        return {"prefix": prefix}
    tags = [{"key": key, "value": value} for key, value in sorted(rule["tags"].items())]
    return {"and": {"prefix": prefix, "tags": tags}}


def _expiration(found: Document) -> Document:
    """One of the three, in the order in which the provider asks for them."""
    for key in ("date", "days", "expiredObjectDeleteMarker"):
        if found.get(key):
            return _dated({key: found[key]})
    return {"expiredObjectDeleteMarker": False}


def _dated(found: Document) -> Document:
    """A day is its midnight to S3."""
    return {**found, "date": f"{found['date']}T00:00:00Z"} if found.get("date") else dict(found)


def rules_of(found: Document) -> list[Document]:
    """What ``BucketLifecycleConfiguration`` would say, in the bucket's words."""
    return [_rule_of(rule) for rule in found["rules"]]


def _rule_of(rule: Document) -> Document:
    both = (rule.get("filter") or {}).get("and") or {}
    told: Document = {
        "id": rule["id"],
        "enabled": rule["status"] == "Enabled",
        "prefix": both.get("prefix") or (rule.get("filter") or {}).get("prefix"),
        "tags": {tag["key"]: tag["value"] for tag in both.get("tags", [])},
        "abortIncompleteMultipartUploadDays": (rule.get("abortIncompleteMultipartUpload") or {}).get(
            "daysAfterInitiation"
        ),
        "expiration": _day(rule.get("expiration") or {}),
        "transitions": [_day(each) for each in rule.get("transitions", [])],
        "noncurrentVersionExpiration": _current(rule.get("noncurrentVersionExpiration") or {}),
        "noncurrentVersionTransitions": [
            _current(each) for each in rule.get("noncurrentVersionTransitions", [])
        ],
    }
    return {key: value for key, value in told.items() if value or key == "enabled"}


def _day(found: Document) -> Document:
    return {**found, "date": f"{found['date']:%Y-%m-%d}"} if found.get("date") else dict(found)


def _current(found: Document) -> Document:
    return {("days" if key == "noncurrentDays" else key): value for key, value in found.items()}
