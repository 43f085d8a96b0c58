"""DynamoDB items as resources: a row a program wants to be there."""

from __future__ import annotations

import base64
import json
from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change
from greenshift.engine.aws.simple import Kind, entry
from greenshift.errors import EngineError

_NONE = ("ResourceNotFoundException",)


def _item(inputs: Document) -> dict[str, Any]:
    """The JSON of DynamoDB's own form, with what is binary as bytes."""
    return {name: _value(value) for name, value in json.loads(inputs["item"]).items()}


def _value(value: Any) -> Any:
    kind, inner = next(iter(value.items()))
    match kind:
        case "B":
            return {kind: base64.b64decode(inner)}
        case "BS":
            return {kind: [base64.b64decode(each) for each in inner]}
        case "M":
            return {kind: {name: _value(each) for name, each in inner.items()}}
        case "L":
            return {kind: [_value(each) for each in inner]}
    return {kind: inner}


def _key(inputs: Document) -> dict[str, Any]:
    item = _item(inputs)
    return {inputs[name]: item[inputs[name]] for name in ("hashKey", "rangeKey") if inputs.get(name)}


def _put(calls: Calls, inputs: Document) -> Document:
    """A row that is there already is not overwritten, as the provider does it."""
    condition = "attribute_not_exists(#hash)"
    calls.call(
        "PutItem",
        TableName=inputs["tableName"],
        Item=_item(inputs),
        ConditionExpression=condition,
        ExpressionAttributeNames={"#hash": inputs["hashKey"]},
    )
    return {"_id": ""}


def _update(calls: Calls, change: Change) -> None:
    if _key(change.old) != _key(change.new):
        calls.call("DeleteItem", TableName=change.new["tableName"], Key=_key(change.old))
    calls.call("PutItem", TableName=change.new["tableName"], Item=_item(change.new))


def _describe(calls: Calls, inputs: Document, id_: str) -> Document | None:
    if not inputs.get("item"):
        return None
    found = calls.look(
        "GetItem", *_NONE, TableName=inputs["tableName"], Key=_key(inputs), ConsistentRead=True
    )
    return {"row": found["Item"], **inputs} if found is not None and found.get("Item") else None


def _value_of(inputs: Document, name: str) -> str:
    """A key's value as the provider says it: binary is base64, numbers and text stand as they are."""
    if not inputs.get(name):
        return ""
    return str(next(iter(json.loads(inputs["item"])[inputs[name]].values())))


def _id(told: Document) -> str:
    """``table,hash`` or ``table,hash,range``."""
    values = (_value_of(told, name) for name in ("hashKey", "rangeKey") if told.get(name))
    return ",".join([told["tableName"], *values])


def _observe(calls: Calls, id_: str) -> Document | None:
    """The table says what its keys are called and of which type they are."""
    table, *values = id_.split(",")
    found = calls.look("DescribeTable", *_NONE, TableName=table)
    if found is None:
        return None
    roles = {each["KeyType"]: each["AttributeName"] for each in found["Table"]["KeySchema"]}
    types = {each["AttributeName"]: each["AttributeType"] for each in found["Table"]["AttributeDefinitions"]}
    names = [roles[role] for role in ("HASH", "RANGE") if role in roles]
    if len(values) != len(names) or not all(values):
        wanted = ",".join(["table", *(f"value of {name}" for name in names)])
        raise EngineError(f"unexpected format for ID ({id_}), expected {wanted}")
    key = {name: _value({types[name]: value}) for name, value in zip(names, values, strict=True)}
    row = calls.call("GetItem", TableName=table, Key=key, ConsistentRead=True).get("Item")
    if row is None:
        return None
    ranged = {"rangeKey": roles["RANGE"]} if "RANGE" in roles else {}
    return {"tableName": table, "hashKey": roles["HASH"], **ranged, "item": _text(row)}


def _text(row: Document) -> str:
    return json.dumps({name: _plain(value) for name, value in sorted(row.items())}, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """DynamoDB's own form, with what is binary as base64: the other direction of ``_value``."""
    kind, inner = next(iter(value.items()))
    match kind:
        case "B":
            return {kind: base64.b64encode(inner).decode()}
        case "BS":
            return {kind: [base64.b64encode(each).decode() for each in inner]}
        case "M":
            return {kind: {name: _plain(each) for name, each in sorted(inner.items())}}
        case "L":
            return {kind: [_plain(each) for each in inner]}
    return {kind: inner}


ITEM = entry(
    Kind(
        token="aws:dynamodb/tableItem:TableItem",
        service="dynamodb",
        describe=_describe,
        id=_id,
        key=lambda inputs, id_: {},
        create=_put,
        update=_update,
        delete=lambda calls, inputs, id_: calls.look(
            "DeleteItem", *_NONE, TableName=inputs["tableName"], Key=_key(inputs)
        ),
        fixed="tableName hashKey rangeKey",
        settings="item",
        outputs={
            "hashKeyValue": lambda told: _value_of(told, "hashKey"),
            "rangeKeyValue": lambda told: _value_of(told, "rangeKey"),
        },
        volatile="hashKeyValue rangeKeyValue",
        look=_observe,
        identity=("tableName", "item"),
    )
)
ENTRIES = (ITEM,)
