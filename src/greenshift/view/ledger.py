"""Rows of the ledger's table -> release views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from greenshift.view.model import FunctionRelease, ReleaseView, Transition

_deserializer = TypeDeserializer()

INDEX_BY_PIPELINE = "byPipeline"


def release(client: Any, table: str, release_id: str) -> ReleaseView | None:
    """One release; None when the ledger does not have it (yet)."""
    key = {"deploymentId": {"S": release_id}}
    item = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return _release(_plain(item)) if item else None


def releases(client: Any, table: str, pipeline: str, limit: int) -> Iterator[ReleaseView]:
    """The releases of a pipeline, newest first, at most ``limit``."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        IndexName=INDEX_BY_PIPELINE,
        KeyConditionExpression="pipeline = :pipeline",
        ExpressionAttributeValues={":pipeline": {"S": pipeline}},
        ScanIndexForward=False,
        PaginationConfig={"MaxItems": limit},
    )
    for page in pages:
        for item in page["Items"]:
            yield _release(_plain(item))


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _deserializer.deserialize(value) for name, value in item.items()}


def _release(row: Mapping[str, Any]) -> ReleaseView:
    functions = row.get("functions", {})
    return ReleaseView(
        id=row["deploymentId"],
        status=row.get("status", ""),
        commit=row.get("commit", ""),
        message=row.get("message", ""),
        trigger=row.get("trigger", ""),
        started_at=row.get("startedAt", ""),
        ended_at=row.get("endedAt", ""),
        reason=row.get("reason", ""),
        alarm=row.get("alarm", ""),
        functions=tuple(_function(key, value) for key, value in sorted(functions.items())),
        transitions=tuple(_transition(value) for value in row.get("transitions", [])),
        notified=row.get("notified", ""),
        lease_until=row.get("leaseUntil", ""),
        expires_at=int(row.get("expiresAt", 0)),
    )


def _function(key: str, value: Mapping[str, Any]) -> FunctionRelease:
    return FunctionRelease(
        key=key,
        name=str(value.get("name", "")),
        from_version=str(value.get("from") or ""),
        to_version=str(value.get("to") or ""),
        state=str(value.get("state", "")),
        reason=str(value.get("reason") or ""),
    )


def _transition(value: Mapping[str, Any]) -> Transition:
    return Transition(str(value.get("at", "")), str(value.get("status", "")), str(value.get("cause", "")))
