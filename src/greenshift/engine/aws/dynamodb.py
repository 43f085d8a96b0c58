"""DynamoDB tables with their indexes, TTL, point-in-time recovery and protection.

Those are four APIs; a table counts as created only when all of them were called and it is ACTIVE. An index is
added or removed one at a time, each after the last one is done (API reference: UpdateTable).
"""

from __future__ import annotations

from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys
from greenshift.engine.aws.fit import Rule, fit, tag_list

_NONE = "ResourceNotFoundException"


def _attributes(value: Any) -> list[dict[str, str]]:
    return [{"attributeName": item["name"], "attributeType": item["type"]} for item in value]


def _key_schema(item: Document) -> list[dict[str, str]]:
    if item.get("keySchemas"):
        return list(item["keySchemas"])
    pairs = (("HASH", item.get("hashKey")), ("RANGE", item.get("rangeKey")))
    return [{"attributeName": name, "keyType": kind} for kind, name in pairs if name]


def _indexes(value: Any) -> list[Document]:
    return [_index(item) for item in value]


def _index(item: Document) -> Document:
    projection = {"projectionType": item["projectionType"]}
    if item.get("nonKeyAttributes"):
        projection["nonKeyAttributes"] = item["nonKeyAttributes"]
    index: Document = {"indexName": item["name"], "keySchema": _key_schema(item), "projection": projection}
    return index | _throughput(item)


def key_inputs(schema: list[Document]) -> Document:
    """AWS's key schema as a table says it."""
    names = {each["KeyType"]: each["AttributeName"] for each in schema}
    found = {"hashKey": names.get("HASH"), "rangeKey": names.get("RANGE")}
    return {key: name for key, name in found.items() if name}


def index_inputs(index: Document) -> Document:
    """AWS's index as a table says it."""
    projection = index.get("Projection", {})
    more = {"nonKeyAttributes": projection["NonKeyAttributes"]} if "NonKeyAttributes" in projection else {}
    return {
        "name": index["IndexName"],
        "projectionType": projection.get("ProjectionType", "ALL"),
        "keySchemas": [
            {"attributeName": each["AttributeName"], "keyType": each["KeyType"]}
            for each in index["KeySchema"]
        ],
        **more,
        **capacity(index.get("ProvisionedThroughput") or {}),
    }


def capacity(throughput: Document) -> Document:
    """What is provisioned; nothing where it is on demand."""
    read, write = throughput.get("ReadCapacityUnits"), throughput.get("WriteCapacityUnits")
    return {"readCapacity": read, "writeCapacity": write} if read else {}


def _throughput(item: Document) -> Document:
    if not item.get("readCapacity"):
        return {}
    return {
        "provisionedThroughput": {
            "readCapacityUnits": item["readCapacity"],
            "writeCapacityUnits": item["writeCapacity"],
        }
    }


_RULES = {
    "name": Rule("TableName"),
    "attributes": Rule("AttributeDefinitions", _attributes),
    "globalSecondaryIndexes": Rule(form=_indexes),
    "localSecondaryIndexes": Rule(form=_indexes),
    "tags": Rule(form=tag_list),
}
_AT_CREATE = keys(
    "name billingMode attributes globalSecondaryIndexes localSecondaryIndexes deletionProtectionEnabled "
    "tableClass tags"
)


def _create(calls: Calls, inputs: Document) -> Seen:
    wanted = {key: value for key, value in inputs.items() if key in _AT_CREATE and value not in ([], None)}
    document = {**wanted, "keySchema": _key_schema(inputs), **_throughput(inputs), **_stream(inputs)}
    if inputs.get("serverSideEncryption"):
        document |= _encryption(inputs["serverSideEncryption"])
    answer = calls.call("CreateTable", **fit(calls.model("CreateTable").input_shape, document, _RULES))
    _wait_active(calls, inputs["name"])
    change = Change(inputs["name"], {}, inputs)
    if (inputs.get("ttl") or {}).get("enabled"):
        _set_ttl(calls, change)
    if (inputs.get("pointInTimeRecovery") or {}).get("enabled"):
        _set_recovery(calls, change)
    return _seen(answer["TableDescription"])


def _stream(inputs: Document) -> Document:
    if not inputs.get("streamEnabled"):
        return {}
    return {"streamSpecification": {"streamEnabled": True, "streamViewType": inputs["streamViewType"]}}


def _encryption(value: Document) -> Document:
    """Without a key it is AWS's managed one; off means the key DynamoDB owns (API reference)."""
    if not value.get("enabled"):
        return {"SSESpecification": {"enabled": False}}
    key = {"KMSMasterKeyId": value["kmsKeyArn"]} if value.get("kmsKeyArn") else {}
    return {"SSESpecification": {"enabled": True, "SSEType": "KMS", **key}}


def _set_encryption(calls: Calls, change: Change) -> None:
    _update_table(calls, change.id, _encryption(change.new.get("serverSideEncryption") or {}))


def _seen(table: Document) -> Seen:
    outputs = {"arn": table["TableArn"], "streamArn": table.get("LatestStreamArn", "")}
    return Seen(table["TableName"], outputs)


def _read(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    found = calls.look("DescribeTable", _NONE, TableName=inputs["name"])
    return _seen(found["Table"]) if found is not None else None


def _wait_active(calls: Calls, name: str) -> None:
    def is_active() -> bool:
        table = calls.call("DescribeTable", TableName=name)["Table"]
        indexes = table.get("GlobalSecondaryIndexes", [])
        states = {table["TableStatus"]} | {index.get("IndexStatus", "ACTIVE") for index in indexes}
        return states == {"ACTIVE"}

    calls.wait(f"table {name}", is_active)


def _set_billing(calls: Calls, change: Change) -> None:
    _update_table(
        calls,
        change.id,
        {"billingMode": change.new.get("billingMode") or "PROVISIONED", **_throughput(change.new)},
    )


def _set_stream(calls: Calls, change: Change) -> None:
    """A stream is of one view for its life: another view is another stream, after the first is ended."""
    if change.old.get("streamEnabled"):
        _update_table(calls, change.id, {"streamSpecification": {"streamEnabled": False}})
    if change.new.get("streamEnabled"):
        _update_table(calls, change.id, _stream(change.new))


def _set_protection(calls: Calls, change: Change) -> None:
    _update_table(
        calls, change.id, {"deletionProtectionEnabled": bool(change.new.get("deletionProtectionEnabled"))}
    )


def _update_table(calls: Calls, name: str, document: Document) -> None:
    calls.call("UpdateTable", TableName=name, **fit(calls.model("UpdateTable").input_shape, document, _RULES))
    _wait_active(calls, name)


def _set_indexes(calls: Calls, change: Change) -> None:
    old = {item["name"]: item for item in change.old.get("globalSecondaryIndexes") or []}
    new = {item["name"]: item for item in change.new.get("globalSecondaryIndexes") or []}
    attributes = change.new.get("attributes") or []
    there = _existing_indexes(calls, change.id)  # an interrupted update may have done a part of it
    unwanted = {key for key in there if key not in new or (key in old and old[key] != new[key])}
    for name in sorted(unwanted):
        _change_index(calls, change.id, attributes, {"delete": {"indexName": name}})
    for name in sorted(set(new) - (there - unwanted)):
        _change_index(calls, change.id, attributes, {"create": _index(new[name])})


def _existing_indexes(calls: Calls, table: str) -> set[str]:
    found = calls.call("DescribeTable", TableName=table)["Table"].get("GlobalSecondaryIndexes", [])
    return {index["IndexName"] for index in found}


def _change_index(calls: Calls, table: str, attributes: Any, update: Document) -> None:
    _update_table(calls, table, {"attributes": attributes, "globalSecondaryIndexUpdates": [update]})


def _set_ttl(calls: Calls, change: Change) -> None:
    """AWS refuses to set what already is (ValidationException), so it is asked first."""
    ttl = change.new.get("ttl") or {
        "attributeName": (change.old.get("ttl") or {}).get("attributeName"),
        "enabled": False,
    }
    now = calls.call("DescribeTimeToLive", TableName=change.id)["TimeToLiveDescription"]
    is_on = now.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    if is_on != bool(ttl.get("enabled")):
        specification = {"AttributeName": ttl["attributeName"], "Enabled": bool(ttl.get("enabled"))}
        calls.call("UpdateTimeToLive", TableName=change.id, TimeToLiveSpecification=specification)


def _set_recovery(calls: Calls, change: Change) -> None:
    wanted = change.new.get("pointInTimeRecovery") or {}
    specification: Document = {"PointInTimeRecoveryEnabled": bool(wanted.get("enabled"))}
    if wanted.get("enabled") and wanted.get("recoveryPeriodInDays"):
        specification["RecoveryPeriodInDays"] = wanted["recoveryPeriodInDays"]
    calls.call("UpdateContinuousBackups", TableName=change.id, PointInTimeRecoverySpecification=specification)


def _tag(calls: Calls, change: Change) -> None:
    arn = calls.call("DescribeTable", TableName=change.id)["Table"]["TableArn"]
    if change.tags_removed:
        calls.call("UntagResource", ResourceArn=arn, TagKeys=change.tags_removed)
    if change.tags_set:
        shape = calls.model("TagResource").input_shape.members["Tags"]
        calls.call("TagResource", ResourceArn=arn, Tags=fit(shape, tag_list(change.tags_set), {}))


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    if calls.look("DeleteTable", _NONE, TableName=id_) is not None:
        calls.wait(f"deleting table {id_}", lambda: calls.look("DescribeTable", _NONE, TableName=id_) is None)


ENTRIES = (
    Entry(
        token="aws:dynamodb/table:Table",
        service="dynamodb",
        properties=_AT_CREATE
        | keys(
            "hashKey rangeKey readCapacity writeCapacity ttl pointInTimeRecovery serverSideEncryption "
            "streamEnabled streamViewType"
        ),
        replace=keys("hashKey rangeKey localSecondaryIndexes tableClass"),
        name="name",
        longest_name=255,
        volatile=keys("streamArn"),
        defaults={"billingMode": "PROVISIONED"},
        create=_create,
        read=_read,
        update=(
            Update(keys("billingMode readCapacity writeCapacity"), _set_billing),
            Update(keys("attributes globalSecondaryIndexes"), _set_indexes),
            Update(keys("streamEnabled streamViewType"), _set_stream),
            Update(keys("ttl"), _set_ttl),
            Update(keys("pointInTimeRecovery"), _set_recovery),
            Update(keys("serverSideEncryption"), _set_encryption),
            Update(keys("deletionProtectionEnabled"), _set_protection),
            Update(keys("tags"), _tag),
        ),
        delete=_delete,
    ),
)
