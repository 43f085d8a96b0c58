"""Properties of CloudFormation that have another shape than Pulumi's, each from Pulumi's value; pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from greenshift.engine.properties.values import Archive, Asset, Secret

Json = Any
SECRET = "[secret]"


class NotMapped(Exception):
    """A type or an object that has no place in a template."""


def members(value: Any) -> Json:
    """The same structure with capital letters, all the way down."""
    if isinstance(value, Mapping):
        return {capital(key): members(item) for key, item in value.items() if item is not None}
    return [members(item) for item in value] if isinstance(value, list) else plain(value)


def document(text: str) -> Json:
    return json.loads(text)


def verbatim(value: Any) -> Json:
    return {key: plain(item) for key, item in value.items()}


def tags(found: Mapping[str, str]) -> Json:
    return [{"Key": key, "Value": value} for key, value in found.items()]


def named(names: list[str]) -> Json:
    return [{"Name": name} for name in names]


def wrapped(name: str) -> Callable[[Any], Json]:
    return lambda value: {name: members(value)}


def metrics(queries: list[dict[str, Any]]) -> Json:
    return [
        {
            **members({key: item for key, item in query.items() if key != "metric"}),
            **stat(query.get("metric")),
        }
        for query in queries
    ]


def stat(metric: dict[str, Any] | None) -> Json:
    if metric is None:
        return {}
    dimensions = [{"Name": name, "Value": value} for name, value in metric["dimensions"].items()]
    found = {"Namespace": metric["namespace"], "MetricName": metric["metricName"], "Dimensions": dimensions}
    return {"MetricStat": {"Metric": found, "Period": metric["period"], "Stat": metric["stat"]}}


def traffic(routing: dict[str, Any]) -> Json:
    found: dict[str, Json] = {"Type": routing["type"]}
    for key, word in (("timeBasedCanary", "Canary"), ("timeBasedLinear", "Linear")):
        if key in routing:
            steps = {f"{word}{capital(name)}": value for name, value in routing[key].items()}
            found[capital(key)] = steps
    return found


def stages(found: list[dict[str, Any]]) -> Json:
    return [
        {"Name": stage["name"], "Actions": [step(action) for action in stage["actions"]]} for stage in found
    ]


def step(action: dict[str, Any]) -> Json:
    type_ = {capital(key): action[key] for key in ("category", "owner", "provider", "version")}
    found: dict[str, Json] = {"ActionTypeId": type_}
    for key, value in action.items():
        if key in ("inputArtifacts", "outputArtifacts"):
            found[capital(key)] = named(value)
        elif key == "configuration":
            found["Configuration"] = verbatim(value)
        elif capital(key) not in type_:
            found[capital(key)] = value
    return found


def triggers(found: list[dict[str, Any]]) -> Json:
    text = json.dumps(members(found))
    return json.loads(text.replace('"Pushes":', '"Push":').replace('"PullRequests":', '"PullRequest":'))


def store(stores: list[dict[str, Any]]) -> Json:
    (store,) = stores
    return members(store)


def indexes(found: list[dict[str, Any]]) -> Json:
    return [
        {
            "IndexName": index["name"],
            "KeySchema": members(index["keySchemas"]),
            "Projection": {"ProjectionType": index["projectionType"]},
        }
        for index in found
    ]


def key(name: str) -> Json:
    return [{"AttributeName": name, "KeyType": "HASH"}]


def attributes(found: list[dict[str, str]]) -> Json:
    return [{"AttributeName": each["name"], "AttributeType": each["type"]} for each in found]


def recovery(found: dict[str, bool]) -> Json:
    return {"PointInTimeRecoveryEnabled": found["enabled"]}


def table_key(encryption: dict[str, Any]) -> Json:
    key = {"SSEType": "KMS", "KMSMasterKeyId": encryption["kmsKeyArn"]} if "kmsKeyArn" in encryption else {}
    return {"SSEEnabled": encryption["enabled"], **key}


def bucket_key(rules: list[dict[str, Any]]) -> Json:
    found = []
    for rule in rules:
        by = rule["applyServerSideEncryptionByDefault"]
        default = {"SSEAlgorithm": by["sseAlgorithm"]}
        if "kmsMasterKeyId" in by:
            default["KMSMasterKeyID"] = by["kmsMasterKeyId"]
        enabled = {"BucketKeyEnabled": rule["bucketKeyEnabled"]} if "bucketKeyEnabled" in rule else {}
        found.append({"ServerSideEncryptionByDefault": default, **enabled})
    return {"ServerSideEncryptionConfiguration": found}


def lifecycle(rules: list[dict[str, Any]]) -> Json:
    return {"Rules": [lifecycle_rule(rule) for rule in rules]}


def lifecycle_rule(rule: dict[str, Any]) -> Json:
    expiration = rule.get("expiration", {})
    found = {"Id": rule["id"], "Status": rule["status"], "Prefix": rule.get("filter", {}).get("prefix")}
    found["ExpirationInDays"] = expiration.get("days")
    found["ExpiredObjectDeleteMarker"] = expiration.get("expiredObjectDeleteMarker")
    for key in ("noncurrentVersionExpiration", "abortIncompleteMultipartUpload"):
        found[capital(key)] = members(rule[key]) if key in rule else None
    return {key: value for key, value in found.items() if value is not None}


def code(_: Any) -> Json:
    return {
        "S3Bucket": "code",
        "S3Key": "code.zip",
    }  # as an archive on disk; CloudFormation has no such thing


def plain(value: Any) -> Json:
    if isinstance(value, Secret):
        return SECRET
    if isinstance(value, Asset | Archive):
        raise NotMapped("code stands in 'code' only")
    return value


def capital(name: str) -> str:
    return name[:1].upper() + name[1:]
